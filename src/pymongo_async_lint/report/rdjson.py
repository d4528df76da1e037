"""`--format rdjson`: reviewdog's diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pymongo_async_lint import documentation
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.result import Problem, Result, file_and_cell
from pymongo_async_lint.rules.finding import Finding

_TOOL = "pymongo-async-lint"


def render(result: Result) -> Iterator[str]:
    """One object. Columns count the bytes of UTF-8, as the format wants it."""
    positions = Positions(result.sources, encoding="utf-8")
    document = {
        "source": _with_url({"name": _TOOL}, documentation.home()),
        "diagnostics": [
            *(_finding(finding, positions, result.sources) for finding in result.findings),
            *(_problem(problem) for problem in result.problems),
        ],
    }
    yield msgspec.json.format(msgspec.json.encode(document)).decode()


def _finding(finding: Finding, positions: Positions, sources: Mapping[str, str]) -> dict[str, Any]:
    related = [
        {"message": related.message, "location": _location(related.place, positions)} for related in finding.related
    ]
    suggestion = _suggestion(finding, positions, sources)
    return {
        "message": finding.message,
        "location": _location(finding.place, positions),
        "severity": finding.severity.value.upper(),
        "code": _with_url({"value": finding.code}, documentation.page_of(finding.code)),
        **({"suggestions": [suggestion]} if suggestion else {}),
        **({"related_locations": related} if related else {}),
    }


def _suggestion(finding: Finding, positions: Positions, sources: Mapping[str, str]) -> dict[str, Any] | None:
    """The edits of a safe fix as one, since a suggestion is a single one; the format has no word for unsafe ones."""
    fix = finding.fix
    if fix is None or not fix.is_safe or file_and_cell(fix.place.path)[1] is not None:
        return None
    if {edit.place.path for edit in fix.edits} != {finding.place.path}:
        return None
    source = sources[finding.place.path]
    whole = Place(finding.place.path, fix.edits[0].place.start, fix.edits[-1].place.end)
    pieces = []
    done = whole.start
    for edit in fix.edits:
        pieces += [source[done : edit.place.start], edit.text]
        done = edit.place.end
    return {"range": _location(whole, positions)["range"], "text": "".join(pieces)}


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
