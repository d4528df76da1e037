"""The table of rows agrees with the tables of the drivers."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import msgspec

import pymongo_async_lint
from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.drivers.migration import (
    MIGRATION_FILE,
    Action,
    gains_await,
    home_of,
    loses_await,
    migration_rows,
    migration_table,
    row_of_member,
    successor_kind,
)
from pymongo_async_lint.rules.registry import MIGRATION_CODES

PACKAGE = Path(pymongo_async_lint.__file__).parent
OF_ITS_OWN = {"UNK01", "TXT01"}
"""Rows about what is not proved, or only spoken of: no differences between the drivers"""


def _members() -> list[tuple[Kind, str]]:
    kinds = [kind for kind in Kind if drivers.member_names(DriverType(Flavour.MOTOR, kind))]
    return [(kind, name) for kind in kinds for name in drivers.member_names(DriverType(Flavour.MOTOR, kind))]


def test_each_member_that_gains_or_loses_an_await_has_a_row() -> None:
    changed = [(kind, name) for kind, name in _members() if gains_await(kind, name) or loses_await(kind, name)]
    assert len(changed) > 20
    for kind, name in changed:
        row = row_of_member(kind, name)
        assert row is not None and row.code in ("PMA902", "PMA903"), (kind, name)


def test_a_row_about_awaits_names_no_other_member() -> None:
    for row in migration_rows().values():
        if row.code in ("PMA902", "PMA903"):
            for member in row.members:
                kind, _, name = member.partition(".")
                assert gains_await(Kind(kind), name) or loses_await(Kind(kind), name), member


def test_each_public_member_that_is_gone_has_a_row() -> None:
    known = {"args", "kwargs", "start", "collection", "closed"}
    for kind, name in _members():
        is_gone = drivers.member(DriverType(Flavour.ASYNC, successor_kind(kind)), name) is None
        if is_gone and name not in known and kind is not Kind.TRANSACTION:
            assert row_of_member(kind, name) is not None, (kind, name)


def test_each_class_has_a_successor() -> None:
    for kind in {kind for kind, _ in _members()} - {Kind.TRANSACTION}:
        assert home_of(kind) is not None, kind


def test_rows_say_what_to_do() -> None:
    for row in migration_rows().values():
        assert (row.action is Action.NONE) == (not row.code), row.id
        assert row.action is Action.NONE or row.advice, row.id


def test_the_table_has_all_rows_and_each_of_them_once() -> None:
    rows = migration_table().rows
    assert len(rows) == len(migration_rows())
    assert all(re.fullmatch(r"[A-Z]{2,3}\d\d", row.id) for row in rows)
    differences = [row for row in rows if row.id not in OF_ITS_OWN]
    actions = Counter(row.action is not Action.NONE for row in differences)
    assert (actions[True], actions[False]) == (85, 23)


def test_the_file_is_laid_out_as_it_is_read() -> None:
    """No field that nobody reads, and none that is misspelt."""
    written = json.loads(MIGRATION_FILE.read_bytes())
    assert written == json.loads(msgspec.json.encode(migration_table()))
    assert MIGRATION_FILE.read_text(encoding="utf-8") == json.dumps(written, indent=1, ensure_ascii=False) + "\n"


def test_rows_are_in_families_that_have_rules() -> None:
    codes = {row.code for row in migration_rows().values() if row.code}
    assert codes == MIGRATION_CODES


def test_rows_name_members_that_exist_and_no_member_twice() -> None:
    named = [name for row in migration_rows().values() for name in row.members]
    assert len(named) == len(set(named))
    assert set(named) <= {f"{kind}.{name}" for kind, name in _members()}


def test_code_names_rows_that_exist() -> None:
    sources = [*(PACKAGE / "migrate").glob("*.py"), PACKAGE / "migrator.py"]
    named = {row for file in sources for row in re.findall(r'"([A-Z]{2,3}\d\d)"', file.read_text(encoding="utf-8"))}
    assert named
    assert named <= migration_rows().keys()


def test_it_is_about_the_locked_versions() -> None:
    table = migration_table()
    locked = (PACKAGE.parents[1] / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert {f"motor=={table.motor}", f"pymongo=={table.pymongo}"} <= set(locked)
