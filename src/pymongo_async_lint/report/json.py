"""`--format json`: one object with `findings`, `problems` and `summary`."""

from __future__ import annotations

from typing import Any

import msgspec

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.result import Result
from pymongo_async_lint.rules.finding import Finding, Fix, Related


def render(result: Result) -> bytes:
    """The whole result, in UTF-8. Lines and columns count from 1; the end is behind the last character."""
    positions = Positions(result.sources)
    document = {
        "findings": [_finding(finding, positions) for finding in result.findings],
        "problems": [msgspec.to_builtins(problem) for problem in result.problems],
        "summary": {
            "findings": len(result.findings),
            "suppressed": result.suppressed,
            "problems": len(result.problems),
            "files": result.files,
        },
    }
    return msgspec.json.format(msgspec.json.encode(document))


def _finding(finding: Finding, positions: Positions) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        **_span(finding.place, positions),
        "message": finding.message,
        "related": [_related(related, positions) for related in finding.related],
        "fix": None if finding.fix is None else _fix(finding.fix, positions),
    }


def _span(place: Place, positions: Positions) -> dict[str, Any]:
    line, column = positions.start(place)
    end_line, end_column = positions.end(place)
    return {"path": place.path, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _related(related: Related, positions: Positions) -> dict[str, Any]:
    return {**_span(related.place, positions), "message": related.message}


def _fix(fix: Fix, positions: Positions) -> dict[str, Any]:
    return {"kind": fix.kind, "is_safe": fix.is_safe, **_span(fix.place, positions)}
