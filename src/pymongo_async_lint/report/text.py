"""`--format text`: for people, in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.report.snippet import Snippet, secrets, snippet
from pymongo_async_lint.result import Result
from pymongo_async_lint.rules.finding import Finding, Severity

MOST_QUOTED = 3
"""Of a longer proof the first places are shown with their source line, the others by path, line and column alone."""

_SEVERITY_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def render(result: Result, colour: bool = False) -> Iterator[str]:
    """The report, line by line: each finding with its source, its proof and a blank line, then the count."""
    report = _Report(result, colour)
    for finding in result.findings:
        yield from report.finding(finding)
        yield ""
    yield _count(result)


class _Report:
    def __init__(self, result: Result, colour: bool) -> None:
        self.sources = result.sources
        self.positions = Positions(result.sources)
        self.colour = colour
        self.lines: dict[str, list[str]] = {}
        self.secrets: dict[str, list[tuple[int, int]]] = {}

    def finding(self, finding: Finding) -> Iterator[str]:
        colour = _SEVERITY_COLOUR[finding.severity]
        line, _ = self.positions.start(finding.place)
        number = str(line)
        margin = self._style(" " * len(number) + " |", fg="blue")
        quoted = self._quote(finding.place)
        yield f"{self._position(finding.place)} {self._style(finding.code, fg=colour, bold=True)} {finding.message}"
        yield margin
        yield f"{self._style(f'{number} |', fg='blue')} {quoted.line}"
        yield f"{margin} {self._style(quoted.marks, fg=colour, bold=True)}"
        indent = " " * (len(number) + 3)
        shown = {(finding.place.path, line)}
        for related in finding.related:
            yield f"{indent}{self._position(related.place)} {related.message}"
            where = (related.place.path, self.positions.start(related.place)[0])
            if where not in shown and len(shown) <= MOST_QUOTED:
                yield self._style(f"{indent}    {self._quote(related.place).line.lstrip()}", dim=True)
            shown.add(where)

    def _position(self, place: Place) -> str:
        line, column = self.positions.start(place)
        return f"{self._style(place.path, bold=True)}:{line}:{column}:"

    def _quote(self, place: Place) -> Snippet:
        """The first line of the place."""
        path = place.path
        text = self.sources[path]
        if path not in self.secrets:
            self.secrets[path] = secrets(text)
        _, column = self.positions.start(place)
        begin = place.start - (column - 1)
        line = _first_line(text, begin)
        end = begin + len(line)
        hidden = [
            (max(start, begin) - begin, min(stop, end) - begin)
            for start, stop in self.secrets[path]
            if start < end and stop > begin
        ]
        return snippet(line, column - 1, min(place.end, end) - begin, hidden)

    def _style(self, text: str, fg: str | None = None, bold: bool | None = None, dim: bool | None = None) -> str:
        return click.style(text, fg=fg, bold=bold, dim=dim) if self.colour else text


def _first_line(text: str, begin: int) -> str:
    end = len(text)
    for newline in "\r\n":
        found = text.find(newline, begin, end)
        end = end if found < 0 else found
    return text[begin:end].rstrip()


def _count(result: Result) -> str:
    by_severity = Counter(finding.severity for finding in result.findings)
    failed = len({problem.path for problem in result.problems})
    notes = [f"{result.suppressed} suppressed"] if result.suppressed else []
    notes += [f"{_plural(failed, 'problem')}"] if failed else []
    if not result.findings:
        return f"No findings in {_plural(result.files, 'file')}{_in_parentheses(notes)}."
    counts = [
        _plural(by_severity[severity], noun)
        for severity, noun in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
        if by_severity[severity]
    ]
    files = len({finding.place.path for finding in result.findings})
    notes.insert(0, f"{result.files} checked")
    return f"Found {_and(counts)} in {_plural(files, 'file')}{_in_parentheses(notes)}."


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _in_parentheses(parts: list[str]) -> str:
    return f" ({', '.join(parts)})" if parts else ""
