"""`--format json`: one object with `root`, `findings`, `problems`, `stale` and `summary`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pymongo_async_lint.report.records import records
from pymongo_async_lint.result import Result


def render(result: Result) -> Iterator[str]:
    """The whole result. `root` is where paths count from, itself relative to the working directory."""
    document = {
        "root": result.root,
        "findings": list(records(result)),
        "problems": result.problems,
        "stale": result.stale,
        "summary": summary(result),
    }
    yield msgspec.json.format(msgspec.json.encode(document)).decode()


def summary(result: Result) -> dict[str, Any]:
    """The figures of a result."""
    return {
        "findings": len(result.findings),
        "fixed": result.fixed,
        "suppressed": result.suppressed,
        "baselined": result.baselined,
        "problems": len(result.problems),
        "files": result.files,
    }
