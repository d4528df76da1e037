"""The baseline: what is known stays silent wherever it moves, what is new is reported, what is gone is told."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from click.testing import CliRunner

from pymongo_async_lint.cli import main

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "CompletedProcess[str]"]

FILE = "pymongo-async-lint-baseline.json"
ORDERS = """
from db import db


async def add(order):
    db.orders.insert_one({"a": order, 'b': [1, 2]})


async def clear():
    db.orders.drop()
    db.orders.drop()
"""
SHOP = {
    "pyproject.toml": f'[tool.pymongo-async-lint]\nbaseline = "{FILE}"\n',
    "db.py": 'from pymongo import AsyncMongoClient\ndb = AsyncMongoClient("mongodb://ann:s3cret@h").shop\n',
    "app/orders.py": ORDERS,
    "app/users.py": "from db import db\n\nasync def f():\n    db.users.drop()\n",
}


def baseline(*arguments: str, cwd: Path) -> CompletedProcess[str]:
    with contextlib.chdir(cwd):
        result = CliRunner().invoke(main, ["baseline", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def shop(project: Write) -> Path:
    """A shop with four findings, all of them in its baseline."""
    root = project(SHOP)
    finished = baseline(cwd=root)
    assert (finished.returncode, finished.stdout) == (0, f"Recorded 4 findings in {FILE}.\n")
    return root


def lines(finished: CompletedProcess[str]) -> list[tuple[str, int]]:
    return [(finding["path"], finding["line"]) for finding in json.loads(finished.stdout)["findings"]]


def stale(finished: CompletedProcess[str]) -> list[tuple[str, str, int]]:
    return [(entry["path"], entry["source"], entry["count"]) for entry in json.loads(finished.stdout)["stale"]]


def test_what_is_known_is_counted_and_not_reported(shop: Path, check: Run) -> None:
    finished = check(cwd=shop)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == "No findings in 3 files (4 in the baseline).\n"
    assert len(lines(check("--no-baseline", "--format", "json", cwd=shop))) == 4
    assert check("app/users.py", cwd=shop).stdout == "No findings in 1 file (1 in the baseline).\n"


def test_the_file_has_an_entry_a_line_and_no_secret(project: Write) -> None:
    route = "from fastapi import FastAPI\nfrom pymongo import AsyncMongoClient\napp = FastAPI()\n"
    route += '@app.get("/")\nasync def f():\n    AsyncMongoClient("mongodb://ann:s3cret@h", password="s3cret")\n'
    root = project(SHOP | {"app/main.py": route})
    assert baseline(cwd=root).returncode == 0
    text = (root / FILE).read_text()
    assert "s3cret" not in text and "ann" not in text
    assert [line for line in text.splitlines() if "orders" in line] == [
        '  {"path":"app/orders.py","code":"PMA101","source":"db.orders.drop()","count":2},',
        '  {"path":"app/orders.py","code":"PMA101","source":"db.orders.insert_one({\\"a\\":order,\\"b\\":[1,2]})","count":1},',
    ]
    assert json.loads(text)["version"] == 1
    before = (root / FILE).read_bytes()
    assert baseline(cwd=root).returncode == 0
    assert (root / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from db import db\n", "import os\nimport sys\n\nfrom db import db\n\nX = 1\n"),
        (
            "insert_one({\"a\": order, 'b': [1, 2]})",
            "insert_one(\n        {\n            'a':order,\n            \"b\": [1, 2],\n        },\n    )",
        ),
        ("async def add(order):\n", "async def add_one(order):\n    if not order:\n        return\n"),
        ("async def clear():\n", "class Shop:\n  async def clear(self):\n"),
    ],
    ids=["moved", "formatted", "renamed", "indented"],
)
def test_code_may_move_and_be_formatted(shop: Path, check: Run, old: str, new: str) -> None:
    text = ORDERS.replace(old, new)
    assert text != ORDERS
    (shop / "app" / "orders.py").write_text(text)
    finished = check("--format", "json", cwd=shop)
    assert (lines(finished), stale(finished), finished.returncode) == ([], [], 0)


def test_what_is_new_is_reported(shop: Path, check: Run) -> None:
    (shop / "app" / "orders.py").write_text(ORDERS + "    db.orders.drop()\n    db.events.drop()\n")
    finished = check("--format", "json", cwd=shop)
    assert lines(finished) == [("app/orders.py", 12), ("app/orders.py", 13)]
    assert finished.returncode == 1
    (shop / "app" / "more.py").write_text(SHOP["app/users.py"])
    assert ("app/more.py", 4) in lines(check("--format", "json", cwd=shop))


def test_what_is_gone_is_told(shop: Path, check: Run) -> None:
    (shop / "app" / "orders.py").write_text(ORDERS.replace("    db.orders.drop()\n", "    pass\n"))
    (shop / "app" / "users.py").unlink()
    finished = check("--format", "json", cwd=shop)
    assert stale(finished) == [("app/orders.py", "db.orders.drop()", 2), ("app/users.py", "db.users.drop()", 1)]
    assert finished.returncode == 0
    assert finished.stderr.splitlines() == [
        f"{FILE}: no longer found: app/orders.py: PMA101 db.orders.drop() (2 times)",
        f"{FILE}: no longer found: app/users.py: PMA101 db.users.drop()",
    ]
    assert check("--fail-on-stale", cwd=shop).returncode == 1
    assert baseline(cwd=shop).stdout == f"Recorded 1 finding in {FILE}.\n"
    assert check("--fail-on-stale", cwd=shop).returncode == 0


@pytest.mark.parametrize("arguments", [["db.py"], ["--ignore", "PMA101"], ["--select", "PMA3"]])
def test_what_was_not_looked_for_is_not_gone(shop: Path, check: Run, arguments: list[str]) -> None:
    (shop / "app" / "users.py").write_text("import pymongo\n")
    assert check("--fail-on-stale", *arguments, cwd=shop).returncode == 0
    assert check("--fail-on-stale", "app", cwd=shop).returncode == 1


def test_a_project_that_gave_up_the_driver_has_stale_entries_only(shop: Path, check: Run) -> None:
    for name in ("db.py", "app/orders.py", "app/users.py"):
        (shop / name).write_text("import os\n")
    finished = check("--format", "json", cwd=shop)
    assert sum(count for _, _, count in stale(finished)) == 4


def test_a_file_that_cannot_be_parsed_makes_nothing_stale(shop: Path, check: Run) -> None:
    (shop / "app" / "users.py").write_text("import pymongo\ndef f(:\n")
    finished = check(cwd=shop)
    assert finished.returncode == 2
    assert "no longer" not in finished.stderr


def test_no_baseline_is_written_of_half_a_check(shop: Path) -> None:
    before = (shop / FILE).read_bytes()
    (shop / "app" / "users.py").write_text("import pymongo\ndef f(:\n")
    finished = baseline(cwd=shop)
    assert finished.returncode == 2
    assert finished.stderr.splitlines()[1:] == ["No baseline is written, since it would not be complete."]
    assert (shop / FILE).read_bytes() == before


def test_of_files_that_were_not_checked_the_old_entries_stay(shop: Path, check: Run) -> None:
    (shop / "app" / "users.py").write_text("import pymongo\n")
    (shop / "app" / "orders.py").write_text("import pymongo\n")
    finished = baseline("app/users.py", cwd=shop)
    assert finished.stdout == f"Recorded 0 findings (3 with those of other files) in {FILE}.\n"
    assert {path for path, _, _ in stale(check("--format", "json", cwd=shop))} == {"app/orders.py"}


def test_what_a_comment_hides_is_not_recorded(project: Write, check: Run) -> None:
    root = project(SHOP | {"app/orders.py": ORDERS.replace("db.orders.drop()", "db.orders.drop()  # noqa: PMA101", 1)})
    assert baseline(cwd=root).stdout == f"Recorded 3 findings in {FILE}.\n"
    assert check(cwd=root).stdout == "No findings in 3 files (1 suppressed, 3 in the baseline).\n"


def test_a_file_may_be_named_on_the_command_line(project: Write, check: Run) -> None:
    root = project(SHOP | {"pyproject.toml": "[tool.pymongo-async-lint]\n", "lint/keep": ""})
    finished = baseline("--baseline", "../lint/known.json", "..", cwd=root / "app")
    assert finished.stdout == "Recorded 4 findings in ../lint/known.json.\n"
    assert check("--baseline", "lint/known.json", cwd=root).returncode == 0
    assert check(cwd=root).returncode == 1
    assert baseline(cwd=root).stdout == (
        f'Recorded 4 findings in {FILE}.\nTo heed it, write `baseline = "{FILE}"` into the settings.\n'
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not a baseline: Input data was truncated"),
        (b"<<<<<<< HEAD\n{}", "not a baseline: JSON is malformed"),
        (b"\xff\xfe", "not a baseline: "),
        (b"[]", "not a baseline: Expected `object`, got `array`"),
        (b'{"version": 1}', "not a baseline: Object missing required field `findings`"),
        (
            b'{"version": 1, "findings": [{"path": 1}]}',
            "not a baseline: Expected `str`, got `int` - at `$.findings[0].path`",
        ),
        (b'{"version": 2, "findings": []}', "a baseline of version 2; this release reads version 1"),
        (None, "there is no such baseline; `pymongo-async-lint baseline` makes it"),
    ],
)
def test_what_is_no_baseline_is_told_in_one_line(
    project: Write, check: Run, content: bytes | None, complaint: str
) -> None:
    root = project(SHOP if content is None else SHOP | {FILE: content})
    finished = check(cwd=root)
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert line.startswith(f"{FILE}: PMA001 {complaint}")
    if content is not None:
        finished = baseline(cwd=root)
        assert (finished.returncode, finished.stdout) == (2, "")
        assert finished.stderr.startswith(f"{FILE}: PMA001 {complaint}")


def test_a_place_where_nothing_can_be_written_is_told(project: Write) -> None:
    finished = baseline("--baseline", "nowhere/known.json", cwd=project(SHOP))
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == "nowhere/known.json: PMA001 No such file or directory\n"


def test_flake8_heeds_it(shop: Path, flake8: Run) -> None:
    assert flake8(".", cwd=shop).stdout == ""
    (shop / "app" / "orders.py").write_text(ORDERS + "    db.orders.drop()\n")
    assert flake8(".", cwd=shop).stdout.startswith("./app/orders.py:12:5: PMA101 ")
