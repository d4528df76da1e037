"""`--format rdjson`: reviewdog's diagnostics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pymongo_async_lint import documentation
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.result import Problem, Result
from pymongo_async_lint.rules.finding import Finding

_TOOL = "pymongo-async-lint"


def render(result: Result) -> Iterator[str]:
    """One object. Columns count the bytes of UTF-8, as the format wants it."""
    positions = Positions(result.sources, encoding="utf-8")
    document = {
        "source": _with_url({"name": _TOOL}, documentation.home()),
        "diagnostics": [
            *(_finding(finding, positions) for finding in result.findings),
            *(_problem(problem) for problem in result.problems),
        ],
    }
    yield msgspec.json.format(msgspec.json.encode(document)).decode()


def _finding(finding: Finding, positions: Positions) -> dict[str, Any]:
    related = [
        {"message": related.message, "location": _location(related.place, positions)} for related in finding.related
    ]
    return {
        "message": finding.message,
        "location": _location(finding.place, positions),
        "severity": finding.severity.value.upper(),
        "code": _with_url({"value": finding.code}, documentation.page_of(finding.code)),
        **({"related_locations": related} if related else {}),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    location: dict[str, Any] = {"path": problem.path}
    if problem.line is not None:
        location["range"] = {"start": {"line": problem.line}}
    return {
        "message": problem.message,
        "location": location,
        "severity": "ERROR",
        "code": {"value": problem.code},
    }


def _location(place: Place, positions: Positions) -> dict[str, Any]:
    start, end = ({"line": line, "column": column} for line, column in (positions.start(place), positions.end(place)))
    return {"path": place.path, "range": {"start": start, "end": end}}


def _with_url(record: dict[str, Any], url: str | None) -> dict[str, Any]:
    return {**record, "url": url} if url else record
