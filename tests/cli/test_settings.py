"""Settings of the project and of the command line, as `check` follows them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "CompletedProcess[str]"]

SHOP = {
    "db.py": "from pymongo import AsyncMongoClient\ndb = AsyncMongoClient().shop\n",
    "app/orders.py": """
        from db import db


        async def add(order):
            db.orders.insert_one(order)
            result = db.orders.insert_one(order)
        """,
}
BOTH = [("PMA101", 6), ("PMA103", 7)]


def found(finished: CompletedProcess[str]) -> list[tuple[str, int]]:
    assert not finished.stderr
    return [(finding["code"], finding["line"]) for finding in json.loads(finished.stdout)["findings"]]


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ("", ["PMA101", "PMA103"]),
        ('select = ["PMA1"]', ["PMA101", "PMA103"]),
        ("select = []", []),
        ('select = ["PMA2"]\nextend-select = ["PMA103"]', ["PMA103"]),
        ('extend-select = ["PMA103"]', ["PMA101", "PMA103"]),
        ('ignore = ["PMA1"]', []),
        ('ignore = ["PMA1"]\nextend-select = ["PMA103"]', ["PMA103"]),
        ('ignore = ["PMA1"]\nselect = ["PMA101"]', ["PMA101"]),
        ('ignore = ["PMA103"]\nselect = ["PMA103"]', []),
        ('per-file-ignores = { "orders.py" = ["PMA103"] }', ["PMA101"]),
        ('per-file-ignores = { "app/" = ["PMA1"] }', []),
        ('per-file-ignores = { "/orders.py" = ["PMA1"], "app/*.py" = ["PMA101"] }', ["PMA103"]),
    ],
)
def test_the_project_chooses_codes(project: Write, check: Run, settings: str, codes: list[str]) -> None:
    root = project(SHOP | {"pymongo-async-lint.toml": settings})
    assert [code for code, _ in found(check("--format", "json", cwd=root))] == codes


def test_a_selection_on_the_command_line_starts_anew(project: Write, check: Run) -> None:
    root = project(SHOP | {"pymongo-async-lint.toml": 'select = ["PMA2"]\nextend-select = ["PMA103"]'})
    assert found(check("--format", "json", "--select", "PMA101", cwd=root)) == BOTH[:1]
    assert found(check("--format", "json", "--extend-select", "PMA101", cwd=root)) == BOTH


@pytest.mark.parametrize("key", ["extend-select", "per-file-ignores"])
def test_unknown_codes_are_told_with_the_file(project: Write, check: Run, key: str) -> None:
    value = '{ "a/" = ["PMX1"] }' if key == "per-file-ignores" else '["PMX1"]'
    finished = check(cwd=project(SHOP | {"pymongo-async-lint.toml": f"{key} = {value}"}))
    assert finished.returncode == 2
    complaint = f"`{key}`: no rule has a code that begins with `PMX1`"
    assert finished.stderr.startswith(f"pymongo-async-lint.toml: PMA001 {complaint}")


def test_a_pattern_that_is_none_is_told_with_its_key(project: Write, check: Run) -> None:
    finished = check(cwd=project(SHOP | {"pymongo-async-lint.toml": 'per-file-ignores = { "!" = ["PMA1"] }'}))
    assert finished.returncode == 2
    assert finished.stderr.startswith("pymongo-async-lint.toml: PMA001 `per-file-ignores`: ")


def test_another_file_takes_the_place_of_the_projects(project: Write, check: Run) -> None:
    root = project(
        SHOP
        | {
            "pyproject.toml": '[tool.pymongo-async-lint]\nignore = ["PMA103"]\n',
            "ci/strict.toml": 'ignore = ["PMA101"]',
            "ci/wrong.toml": "ignore = 1",
        }
    )
    assert found(check("--format", "json", cwd=root)) == BOTH[:1]
    assert found(check("--format", "json", "--config", "ci/strict.toml", cwd=root)) == BOTH[1:]
    assert found(check("--format", "json", "--config", "strict.toml", "..", cwd=root / "ci")) == BOTH[1:]
    for name, complaint in (("ci/wrong.toml", "`ignore` must be a list"), ("gone.toml", "No such file")):
        finished = check("--config", name, cwd=root)
        assert finished.returncode == 2
        assert finished.stderr.startswith(f"{name}: PMA001 {complaint}")


def test_settings_are_shown_with_their_file(project: Write, check: Run) -> None:
    root = project(SHOP | {"pymongo-async-lint.toml": 'ignore = ["PMA103"]'})
    shown = check("--show-settings", "--select", "PMA1", "app/orders.py", cwd=root)
    assert shown.returncode == 0
    assert shown.stdout.startswith(f"# the project {root}, settings from {root}/pymongo-async-lint.toml\n")
    settings = tomllib.loads(shown.stdout)
    assert (settings["select"], settings["ignore"]) == (["PMA1"], ["PMA103"])


def test_settings_that_cannot_be_followed_are_not_shown(project: Write, check: Run) -> None:
    root = project(SHOP | {"pymongo-async-lint.toml": "ignore = 1"})
    shown = check("--show-settings", cwd=root)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.startswith("pymongo-async-lint.toml: PMA001 `ignore` must be")
