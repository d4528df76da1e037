"""Notebooks: findings with the cell and the line in it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.capture.notebook import read

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def notebook(*cells: str, language: str = "python", **more: Any) -> bytes:
    """Cells of code; those that begin with `#md` are text."""
    found = [
        {
            "cell_type": "markdown" if cell.startswith("#md") else "code",
            "metadata": {},
            "source": cell.splitlines(keepends=True),
        }
        for cell in cells
    ]
    metadata = {"language_info": {"name": language}, "kernelspec": {"name": "x"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": found, **more}).encode()


SETUP = "from pymongo import AsyncMongoClient\ndb = AsyncMongoClient('mongodb://ann:s3cret@h').shop"
CELLS = (
    "#md text",
    SETUP,
    "%matplotlib inline\n!pip install pymongo\nawait db.a.drop()",
    "x = 1\ndb.users.drop()\n",
    "db.users.drop()",
)


def found(finished: subprocess.CompletedProcess[str]) -> list[tuple[str, int, int, int]]:
    return [(f["path"], f["cell"], f["line"], f["column"]) for f in json.loads(finished.stdout)["findings"]]


def test_findings_have_a_cell_and_a_line_in_it(project: Write, check: Run) -> None:
    root = project({"nb/a.ipynb": notebook(*CELLS)})
    finished = check(cwd=root)
    assert finished.returncode == 1
    assert "\nnb/a.ipynb:cell 5:1:1: PMA101 " in finished.stdout
    assert finished.stdout.startswith("nb/a.ipynb:cell 4:2:1: PMA101 ")
    assert "2 | db.users.drop()" in finished.stdout
    assert "    nb/a.ipynb:cell 2:2:6: the `AsyncMongoClient` is made here" in finished.stdout
    assert "s3cret" not in finished.stdout
    assert found(check("--format", "json", cwd=root)) == [("nb/a.ipynb", 4, 2, 1), ("nb/a.ipynb", 5, 1, 1)]


def test_cells_are_in_order_of_their_number(project: Write, check: Run) -> None:
    root = project({"a.ipynb": notebook(SETUP, *["db.users.drop()"] * 11)})
    assert [cell for _, cell, _, _ in found(check("--format", "json", cwd=root))] == [*range(2, 13)]


def test_clients_come_from_modules(project: Write, check: Run) -> None:
    root = project(
        {"shop/__init__.py": "", "shop/db.py": SETUP, "a.ipynb": notebook("from shop.db import db", "db.users.drop()")}
    )
    assert found(check("--format", "json", cwd=root)) == [("a.ipynb", 2, 1, 1)]


def test_comments_and_the_baseline_count(project: Write, check: Run, run: Run) -> None:
    root = project(
        {
            "a.ipynb": notebook(SETUP, "db.users.drop()  # noqa: PMA101", "db.users.drop()"),
            "pyproject.toml": "[tool.pymongo-async-lint]",
        }
    )
    assert json.loads(check("--format", "json", cwd=root).stdout)["summary"]["suppressed"] == 1
    assert run("pymongo_async_lint", "baseline", "--baseline", "b.json", cwd=root).returncode == 0
    assert json.loads((root / "b.json").read_text())["findings"][0]["path"] == "a.ipynb"
    (root / "a.ipynb").write_bytes(
        notebook("#md", SETUP, "y = 1", "db.users.drop()  # noqa: PMA101", "\n\ndb.users.drop()")
    )
    assert check("--baseline", "b.json", cwd=root).returncode == 0


def test_no_comments_are_written_into_notebooks(project: Write, check: Run) -> None:
    content = notebook(SETUP, "db.users.drop()")
    root = project({"a.ipynb": content})
    finished = check("--add-noqa", cwd=root)
    assert finished.returncode == 1
    assert finished.stderr.startswith("a.ipynb:cell 2:1:1: PMA101 can't be suppressed")
    assert (root / "a.ipynb").read_bytes() == content


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"pymongo', "a.ipynb:1:1: PMA001 not a notebook: "),
        (b'["pymongo"]', "a.ipynb:1:1: PMA001 not a notebook: Expected `object`, got `array`"),
        (b'{"pymongo": 1}', "a.ipynb:1:1: PMA001 not a notebook: Object missing required field `nbformat`"),
        (notebook(SETUP, nbformat=3), "a.ipynb:1:1: PMA001 a notebook of format 3; Jupyter saves it in format 4"),
        (notebook(SETUP, "x = 1\ndef f(:"), "a.ipynb:cell 2:2:7: PMA001 "),
    ],
)
def test_a_broken_notebook_is_told_in_one_line(project: Write, check: Run, content: bytes, complaint: str) -> None:
    finished = check(cwd=project({"a.ipynb": content, "b.py": SETUP}))
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert line.startswith(complaint)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", notebook("library(dplyr); x <- pymongo", language="R"), notebook()]
)
def test_notebooks_without_a_driver_or_in_another_language_are_passed_over(
    project: Write, check: Run, content: bytes
) -> None:
    finished = check(cwd=project({"a.ipynb": content, "b.py": SETUP}))
    assert (finished.returncode, finished.stderr) == (0, "")


def test_git_ignores_notebooks_too(project: Write, check: Run) -> None:
    root = project({"a.ipynb": notebook(SETUP, "db.users.drop()"), ".gitignore": "*.ipynb\n"})
    assert check(cwd=root).stdout == "No findings in 0 files.\n"
    assert check("a.ipynb", cwd=root).returncode == 1


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%time x\ny", "0\ny\n"),
        ("if x:\n    !ls\ny", "if x:\n    0\ny\n"),
        ("!pip install \\\n  pymongo\ny", "0\n\ny\n"),
        ("x = !ls\ny", "x = None\ny\n"),
        ("x, y = %time f()", "x, y = None\n"),
        ("f??\n?f\ny", "0\n0\ny\n"),
        ("%%bash\nls\n", "\n\n\n"),
        ("\n%%time\nx = 1", "\n\nx = 1\n"),
        ('x = """\n%s\n""" \\\n  % y', 'x = """\n%s\n""" \\\n  % y\n'),
        ("x = (a\n  % b)", "x = (a\n  % b)\n"),
        ("await f()", "await f()\n"),
    ],
)
def test_what_is_ipythons_is_blank(cell: str, python: str) -> None:
    assert read(notebook(cell)).text == python


@given(st.lists(st.text("ab%!?\n\\ =#'\"(", max_size=20), max_size=5))
def test_every_line_keeps_its_place(sources: list[str]) -> None:
    made = read(
        json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()
    )
    assert [cell.number for cell in made.cells] == [*range(1, len(sources) + 1)]
    for cell, source in zip(made.cells, sources, strict=True):
        text = made.text[cell.start : cell.end]
        assert text.count("\n") == source.count("\n") + 1
        assert made.text.count("\n", 0, cell.start) == cell.line - 1
        assert made.cell_of_line(cell.line) == made.cell_at(cell.start) == cell
