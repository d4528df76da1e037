"""What the repository says of itself agrees."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import pymongo_async_lint

SOURCE = Path(__file__).parents[2]
TEST_COMMAND = (
    'python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e ".[dev]" && .venv/bin/python -m pytest'
)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_tests_are_run_by_one_and_the_same_line(name: str) -> None:
    lines = (SOURCE / name).read_text(encoding="utf-8").splitlines()
    assert TEST_COMMAND in (line.removeprefix("$ ") for line in lines)


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    wanted = {re.split(r"[<>=!~\[; ]", line)[0].lower().replace("_", "-") for line in declared}
    lines = [
        line
        for line in (SOURCE / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.]+", line) for line in lines)
    assert wanted <= {line.split("==")[0].lower().replace("_", "-") for line in lines}


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (SOURCE / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == pymongo_async_lint.__version__
