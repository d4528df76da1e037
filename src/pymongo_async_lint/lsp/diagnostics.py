"""Findings and problems as the protocol's diagnostics."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types
from pygls import uris

from pymongo_async_lint.documentation import page_of
from pymongo_async_lint.lsp.positions import Lines
from pymongo_async_lint.lsp.session import Session
from pymongo_async_lint.result import Problem
from pymongo_async_lint.rules.finding import Finding, Related, Severity

SOURCE = "pymongo-async-lint"

_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {"PMA002": [types.DiagnosticTag.Unnecessary], "PMA204": [types.DiagnosticTag.Deprecated]}
"""A comment that hides nothing can go; Motor is at its end of life."""


def uri_of(path: Path) -> str:
    uri: str | None = uris.from_fs_path(str(path))
    assert uri is not None
    return uri


class Diagnostics:
    """Makes the diagnostics of one project's files, for a client that counts columns in this encoding."""

    def __init__(self, session: Session, encoding: str) -> None:
        self._session = session
        self.encoding = encoding
        self._lines: dict[str, Lines] = {}

    def of(self, path: str) -> list[types.Diagnostic]:
        """All that there is to tell of a file."""
        problems = [self._problem(problem) for problem in self._session.problems.get(path, ())]
        return problems + [self.finding(finding) for finding in self._session.findings.get(path, ())]

    def finding(self, finding: Finding) -> types.Diagnostic:
        page = page_of(finding.code)
        return types.Diagnostic(
            range=self.range(finding.place.path, finding.place.start, finding.place.end),
            message=finding.message,
            severity=_SEVERITY[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(page) if page else None,
            source=SOURCE,
            tags=_TAGS.get(finding.code),
            related_information=[self._related(related) for related in finding.related] or None,
        )

    def range(self, path: str, start: int, end: int) -> types.Range:
        return self.lines(path).range(start, end)

    def lines(self, path: str) -> Lines:
        if path not in self._lines:
            self._lines[path] = Lines(self._session.files.text(path), self.encoding)
        return self._lines[path]

    def _related(self, related: Related) -> types.DiagnosticRelatedInformation:
        place = related.place
        location = types.Location(
            uri_of(self._session.root / place.path), self.range(place.path, place.start, place.end)
        )
        return types.DiagnosticRelatedInformation(location, related.message)

    def _problem(self, problem: Problem) -> types.Diagnostic:
        start = types.Position((problem.line or 1) - 1, (problem.column or 1) - 1)
        return types.Diagnostic(
            range=types.Range(start, start),
            message=problem.message,
            severity=types.DiagnosticSeverity.Error,
            code=problem.code,
            source=SOURCE,
        )
