"""`--format jsonl`: an object a line, for each finding, problem and stale entry of a baseline, and for the summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pymongo_async_lint.report.json import summary
from pymongo_async_lint.report.records import records
from pymongo_async_lint.result import Result


def render(result: Result) -> Iterator[str]:
    """Each line tells in `type` what it is: "finding", "problem", "stale" or, at the end, "summary"."""
    for finding in records(result):
        yield _line("finding", finding)
    for problem in result.problems:
        yield _line("problem", problem)
    for stale in result.stale:
        yield _line("stale", stale)
    yield _line("summary", {"root": result.root, **summary(result)})


def _line(type_: str, record: Any) -> str:
    return msgspec.json.encode({"type": type_, **msgspec.to_builtins(record)}).decode()
