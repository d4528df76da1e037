"""`--format concise`: a line for each finding, for people and for editors."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.report.terminal import PLAIN, Terminal
from pymongo_async_lint.report.text import SEVERITY_COLOURS, closing, marked
from pymongo_async_lint.result import Result


def render(result: Result, terminal: Terminal = PLAIN) -> Iterator[str]:
    """Path, line, column, code and message of each finding, then the count."""
    positions = Positions(result.sources)
    for finding in result.findings:
        line, column = positions.start(finding.place)
        path = terminal.styled(finding.place.path, bold=True)
        code = terminal.styled(finding.code, fg=SEVERITY_COLOURS[finding.severity], bold=True)
        yield f"{path}:{line}:{column}: {code} {marked(finding)}{finding.message}"
    yield closing(result)
