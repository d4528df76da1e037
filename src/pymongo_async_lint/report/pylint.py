"""`--format pylint`: lines as pylint writes them, and as flake8 does with `--format pylint`."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.report.records import records
from pymongo_async_lint.result import Result


def render(result: Result) -> Iterator[str]:
    """A line for each finding and each problem."""
    for finding in records(result):
        yield f"{finding.path}:{finding.line}: [{finding.code}] {finding.message}"
    for problem in result.problems:
        yield f"{problem.path}:{problem.line or 1}: [{problem.code}] {problem.message}"
