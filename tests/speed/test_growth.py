"""What a check does grows with the project, not faster: counted in calls, which don't depend on the machine."""

from __future__ import annotations

import cProfile
import runpy
from pathlib import Path
from typing import Any

import pytest

from pymongo_async_lint.checker import check
from pymongo_async_lint.result import Result

GENERATE: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "generate.py"))


def checked(folder: Path, shape: str, size: int) -> tuple[Result, int]:
    """The result of a check of a generated project, and how many calls it took."""
    make, _ = GENERATE["SHAPES"][shape]
    GENERATE["write"]({"pyproject.toml": "[tool.pymongo-async-lint]\n", **make(size)}, folder)
    profile = cProfile.Profile(builtins=False)
    result = profile.runcall(check, [folder], cache=False)
    return result, sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize(
    ("shape", "size", "most"),
    [("lines", 600, 2.3), ("functions", 60, 2.3), ("reexports", 60, 2.3), ("hierarchy", 25, 2.6)],
)
def test_twice_the_project_takes_twice_the_work(tmp_path: Path, shape: str, size: int, most: float) -> None:
    checked(tmp_path / "warm", shape, 10)  # what is imported and compiled once
    one, calls = checked(tmp_path / "one", shape, size)
    two, more_calls = checked(tmp_path / "two", shape, 2 * size)
    assert one.findings and two.findings
    assert not one.problems and not two.problems
    assert 1.0 < more_calls / calls < most


@pytest.mark.parametrize(("shape", "size"), [("reexports", 300), ("hierarchy", 200), ("nested", 300)])
def test_what_is_deep_is_followed_to_its_end(tmp_path: Path, shape: str, size: int) -> None:
    result, _ = checked(tmp_path, shape, size)
    assert not result.problems
    assert [finding.code for finding in result.findings] == ["PMA101"]
