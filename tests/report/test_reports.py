"""The formats for people, and JSON, on a result made by hand."""

from __future__ import annotations

import json as standard_json
import re

import click
import pytest
from msgspec.structs import replace

from pymongo_async_lint.fingerprints import fingerprints
from pymongo_async_lint.report import concise, json, text
from pymongo_async_lint.report.terminal import Terminal
from pymongo_async_lint.result import Problem, Result
from pymongo_async_lint.rules.finding import Edit, Finding, Fix, FixKind, Place, Related, Severity

DB = 'from pymongo import AsyncMongoClient\n\nclient = AsyncMongoClient("mongodb://ann:s3cret@localhost")\ndb = client.shop\n'
ORDERS = (
    "from app.db import db\n\n\nasync def add(order):\n\tdb.orders.insert_one(\n\t\torder,\n\t)\n    return order\n"
)
SOURCES = {"app/db.py": DB, "app/orders.py": ORDERS}


def place(path: str, part: str) -> Place:
    start = SOURCES[path].index(part)
    return Place(path, start, start + len(part))


CLIENT = Related(place("app/db.py", 'AsyncMongoClient("mongodb://ann:s3cret@localhost")'), "the client is made here")
UNAWAITED = Finding(
    "PMA101",
    "unawaited-call",
    Severity.ERROR,
    place("app/orders.py", "db.orders.insert_one(\n\t\torder,\n\t)"),
    "`db.orders.insert_one()` is never awaited: no document is written",
    (CLIENT,),
    Fix(
        FixKind.ADD_AWAIT,
        place("app/orders.py", "db.orders.insert_one("),
        is_safe=True,
        edits=(Edit(Place("app/orders.py", 47, 47), "await "),),
    ),
)
RAW = Finding(
    "PMA204", "motor-in-route", Severity.WARNING, place("app/orders.py", "add"), "Motor has reached its end of life"
)


def result(*findings: Finding, problems: tuple[Problem, ...] = (), suppressed: int = 0, files: int = 2) -> Result:
    return Result(findings=findings, problems=problems, suppressed=suppressed, files=files, sources=SOURCES)


def test_text_shows_the_line_the_marks_and_the_proof() -> None:
    assert "\n".join(text.render(result(RAW, UNAWAITED))) == (
        "app/orders.py:4:11: PMA204 Motor has reached its end of life\n"
        "  |\n"
        "4 | async def add(order):\n"
        "  |           ^^^\n"
        "\n"
        "app/orders.py:5:2: PMA101 [*] `db.orders.insert_one()` is never awaited: no document is written\n"
        "  |\n"
        "5 |     db.orders.insert_one(\n"
        "  |     ^^^^^^^^^^^^^^^^^^^^^\n"
        "    app/db.py:3:10: the client is made here\n"
        '        client = AsyncMongoClient("mongodb://***@localhost")\n'
        "\n"
        "Found 1 error and 1 warning in 1 file (2 checked); 1 can be fixed with --fix."
    )


def test_text_of_a_long_proof_quotes_only_its_beginning() -> None:
    steps = tuple(Related(Place("app/long.py", offset, offset + 1), f"step {offset}") for offset in range(0, 12, 2))
    finding = Finding("PMA202", "x", Severity.ERROR, place("app/db.py", "db ="), "message", steps)
    lines = list(text.render(Result((finding,), (), 0, 1, SOURCES | {"app/long.py": "a\nb\nc\nd\ne\nf\n"})))
    assert [line.strip() for line in lines[4:-2]] == [
        "app/long.py:1:1: step 0",
        "a",
        "app/long.py:2:1: step 2",
        "b",
        "app/long.py:3:1: step 4",
        "c",
        "app/long.py:4:1: step 6",
        "app/long.py:5:1: step 8",
        "app/long.py:6:1: step 10",
    ]


def test_text_quotes_a_line_of_a_proof_once() -> None:
    lines = [line.strip() for line in text.render(result(UNAWAITED, UNAWAITED))]
    assert sum(line.startswith("app/db.py:3:10: ") for line in lines) == 2
    assert sum(line.startswith("client = AsyncMongoClient(") for line in lines) == 1


@pytest.mark.parametrize("width", [30, 40, 60])
def test_quoted_lines_fit_the_terminal(width: int) -> None:
    _, *lines = text.render(result(UNAWAITED), Terminal(width=width))
    quotes = [*lines[1:3], lines[4]]
    assert [re.search(r"db\.orders|\^|AsyncMongo", line)[0] for line in quotes] == ["db.orders", "^", "AsyncMongo"]
    assert all(len(line) <= width for line in quotes)


def test_the_indentation_of_a_proof_takes_no_room() -> None:
    source = "async def f():\n" + " " * 40 + "client = AsyncMongoClient()\n"
    start = source.index("AsyncMongoClient")
    related = Related(Place("deep.py", start, start + 18), "the client is made here")
    finding = Finding("PMA101", "x", Severity.ERROR, place("app/db.py", "db ="), "message", (related,))
    shown = Result((finding,), (), 0, 1, SOURCES | {"deep.py": source})
    assert "        client = AsyncMongoClient()" in list(text.render(shown, Terminal(width=40)))


def test_concise_has_a_line_for_each_finding_and_the_count() -> None:
    assert list(concise.render(result(RAW, UNAWAITED))) == [
        "app/orders.py:4:11: PMA204 Motor has reached its end of life",
        "app/orders.py:5:2: PMA101 [*] `db.orders.insert_one()` is never awaited: no document is written",
        "Found 1 error and 1 warning in 1 file (2 checked); 1 can be fixed with --fix.",
    ]
    coloured = "\n".join(concise.render(result(UNAWAITED), Terminal(colour=True)))
    assert click.style("PMA101", fg="red", bold=True) in coloured


def test_text_does_not_quote_the_findings_own_line_again() -> None:
    finding = Finding(
        "PMA101",
        "x",
        Severity.ERROR,
        place("app/db.py", "db = client.shop"),
        "message",
        (Related(place("app/db.py", "client.shop"), "from here"),),
    )
    lines = list(text.render(result(finding)))
    assert lines[4:] == ["    app/db.py:4:6: from here", "", "Found 1 error in 1 file (2 checked)."]


def test_colours_change_nothing_but_colours() -> None:
    plain = list(text.render(result(RAW, UNAWAITED)))
    coloured = list(text.render(result(RAW, UNAWAITED), Terminal(colour=True)))
    assert [click.unstyle(line) for line in coloured] == plain
    assert "\x1b[" not in "".join(plain)
    assert click.style("PMA101", fg="red", bold=True) in "\n".join(coloured)
    assert click.style("PMA204", fg="yellow", bold=True) in "\n".join(coloured)


UNSURE = replace(UNAWAITED, fix=replace(UNAWAITED.fix, is_safe=False))
BROKEN = Problem("app/x.py", 1, 2, "PMA001", "broken")
NOTE = Finding("PMA999", "x", Severity.INFO, place("app/db.py", "client"), "message")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (result(), "No findings in 2 files."),
        (result(files=1), "No findings in 1 file."),
        (result(files=0), "No findings in 0 files."),
        (result(suppressed=3), "No findings in 2 files (3 suppressed)."),
        (result(problems=(BROKEN,)), "No findings in 2 files (1 problem)."),
        (
            result(UNAWAITED, UNAWAITED, files=41, suppressed=2),
            "Found 2 errors in 1 file (41 checked, 2 suppressed); 2 can be fixed with --fix.",
        ),
        (
            result(RAW, NOTE, UNAWAITED),
            "Found 1 error, 1 warning and 1 note in 2 files (2 checked); 1 can be fixed with --fix.",
        ),
        (
            result(UNAWAITED, UNSURE),
            "Found 2 errors in 1 file (2 checked); 1 can be fixed with --fix, 1 more with --unsafe-fixes.",
        ),
        (result(UNSURE), "Found 1 error in 1 file (2 checked); 1 can be fixed with --fix --unsafe-fixes."),
        (
            replace(result(RAW, UNSURE), fixed=3),
            "Fixed 3 of 5 findings, found 1 error and 1 warning in 1 file (2 checked); "
            "1 more can be fixed with --unsafe-fixes.",
        ),
        (replace(result(files=1), fixed=1), "Fixed 1 of 1 finding in 1 file."),
        (replace(result(problems=(BROKEN,)), fixed=1, unwritten=2), "Fixed 1 of 3 findings in 2 files (1 problem)."),
        (result(RAW, problems=(BROKEN, BROKEN)), "Found 1 warning in 1 file (2 checked, 1 problem)."),
    ],
)
def test_text_ends_with_a_count(given: Result, line: str) -> None:
    assert list(text.render(given))[-1] == line


def test_json_holds_everything() -> None:
    (rendered,) = json.render(result(UNAWAITED, problems=(BROKEN,), suppressed=1))
    assert "s3cret" not in rendered
    (fingerprint,) = fingerprints([UNAWAITED], SOURCES)
    assert standard_json.loads(rendered) == {
        "root": ".",
        "findings": [
            {
                "code": "PMA101",
                "name": "unawaited-call",
                "severity": "error",
                "path": "app/orders.py",
                "line": 5,
                "column": 2,
                "end_line": 7,
                "end_column": 3,
                "message": "`db.orders.insert_one()` is never awaited: no document is written",
                "related": [
                    {
                        "path": "app/db.py",
                        "line": 3,
                        "column": 10,
                        "end_line": 3,
                        "end_column": 60,
                        "message": "the client is made here",
                    }
                ],
                "url": None,
                "fingerprint": fingerprint,
                "fix": {
                    "kind": "add-await",
                    "is_safe": True,
                    "path": "app/orders.py",
                    "line": 5,
                    "column": 2,
                    "end_line": 5,
                    "end_column": 23,
                    "edits": [
                        {
                            "path": "app/orders.py",
                            "line": 5,
                            "column": 2,
                            "end_line": 5,
                            "end_column": 2,
                            "text": "await ",
                        }
                    ],
                },
            }
        ],
        "problems": [{"path": "app/x.py", "line": 1, "column": 2, "code": "PMA001", "message": "broken"}],
        "stale": [],
        "summary": {"findings": 1, "fixed": 0, "suppressed": 1, "baselined": 0, "problems": 1, "files": 2},
    }


def test_json_of_a_finding_without_a_fix_says_null() -> None:
    (finding,) = standard_json.loads(*json.render(result(RAW)))["findings"]
    assert finding["fix"] is None
    assert finding["related"] == []
    assert finding["severity"] == "warning"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts(newline: str) -> None:
    source = newline.join(["a", "bb", "ccc", ""])
    finding = Finding("PMA101", "x", Severity.ERROR, Place("a.py", source.index("ccc"), source.index("ccc") + 3), "m")
    lines = list(text.render(Result((finding,), (), 0, 1, {"a.py": source})))
    assert lines[:4] == ["a.py:3:1: PMA101 m", "  |", "3 | ccc", "  | ^^^"]
