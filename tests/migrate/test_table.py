"""The table of rows agrees with the tables of the drivers."""

from __future__ import annotations

from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.drivers.migration import (
    Action,
    gains_await,
    home_of,
    loses_await,
    migration_rows,
    row_of_member,
    successor_kind,
)


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
    rows = migration_rows().values()
    assert len(rows) == 110
    for row in rows:
        assert (row.action is Action.NONE) == (not row.code), row.id
        assert row.action is Action.NONE or row.advice, row.id
