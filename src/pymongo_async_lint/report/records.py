"""Findings in a user's terms: lines and columns for offsets. The JSON formats are made of these, and so is the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from pymongo_async_lint.documentation import page_of
from pymongo_async_lint.fingerprints import fingerprints
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.result import Result, file_and_cell
from pymongo_async_lint.rules import finding as found


class Span(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of a file. Lines and columns count from 1, columns in characters; the end is behind the last one."""

    path: str
    """With forward slashes, relative to the result's root."""
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None
    """The cell of a notebook, from 1; lines count within it. Left out for all other files."""


class Related(Span, frozen=True, kw_only=True):
    """One of the places that prove a finding."""

    message: str


class Edit(Span, frozen=True, kw_only=True):
    """The text to write in place of a span; where that is empty, the text is inserted."""

    text: str


class Fix(Span, frozen=True, kw_only=True):
    """A repair that the tool knows, and the span that it is about."""

    kind: str
    is_safe: bool
    """Is the mistake all that it changes?"""
    edits: tuple[Edit, ...]
    """What it takes, in the order of their places; they do not overlap."""


class Finding(Span, frozen=True, kw_only=True):
    """A mistake in the checked code."""

    code: str
    """What never changes its meaning: `PMA101`."""
    name: str
    """The same in words: `unawaited-call`."""
    severity: str
    """`error`, `warning` or `info`."""
    message: str
    related: tuple[Related, ...]
    url: str | None
    """The rule's page, where the installed package says where its documentation is."""
    fingerprint: str
    """What stays the same when the code moves to another line, and is unlike that of all other findings."""
    fix: Fix | None


def records(result: Result) -> Iterator[Finding]:
    """The findings of a result, in its order."""
    positions = Positions(result.sources)
    marks = fingerprints(result.findings, result.sources)
    for finding, fingerprint in zip(result.findings, marks, strict=True):
        yield Finding(
            **_span(finding.place, positions),
            code=finding.code,
            name=finding.name,
            severity=finding.severity.value,
            message=finding.message,
            related=tuple(
                Related(**_span(related.place, positions), message=related.message) for related in finding.related
            ),
            url=page_of(finding.code),
            fingerprint=fingerprint,
            fix=_fix(finding.fix, positions),
        )


def _span(place: Place, positions: Positions) -> dict[str, Any]:
    line, column = positions.start(place)
    end_line, end_column = positions.end(place)
    path, cell = file_and_cell(place.path)
    return {
        "path": path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "cell": cell,
    }


def _fix(fix: found.Fix | None, positions: Positions) -> Fix | None:
    if fix is None:
        return None
    edits = tuple(Edit(**_span(edit.place, positions), text=edit.text) for edit in fix.edits)
    return Fix(**_span(fix.place, positions), kind=fix.kind, is_safe=fix.is_safe, edits=edits)
