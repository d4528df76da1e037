"""`--format text`: for people, in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.report.quotes import Quotes
from pymongo_async_lint.report.terminal import PLAIN, Terminal
from pymongo_async_lint.result import Result
from pymongo_async_lint.rules.finding import Finding, Severity

MOST_QUOTED = 3
"""Of a longer proof the first places are shown with their source line, the others by path, line and column alone."""

SEVERITY_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def render(result: Result, terminal: Terminal = PLAIN) -> Iterator[str]:
    """Each finding with its source, its proof and a blank line, then the count."""
    report = _Report(result, terminal)
    for finding in result.findings:
        yield from report.finding(finding)
        yield ""
    yield closing(result)


class _Report:
    def __init__(self, result: Result, terminal: Terminal) -> None:
        self.positions = Positions(result.sources)
        self.quotes = Quotes(result.sources, self.positions)
        self.terminal = terminal
        self.quoted: set[tuple[str, int]] = set()
        """The lines of proofs that have been quoted; once is enough for a client that is in every proof."""

    def finding(self, finding: Finding) -> Iterator[str]:
        colour = SEVERITY_COLOURS[finding.severity]
        line, _ = self.positions.start(finding.place)
        number = str(line)
        indent = " " * (len(number) + 3)
        margin = self.terminal.styled(" " * len(number) + " |", fg="blue")
        quoted = self.quotes.of(finding.place, self.terminal.width - len(indent))
        code = self.terminal.styled(finding.code, fg=colour, bold=True)
        yield f"{self._position(finding.place)} {code} {marked(finding)}{finding.message}"
        yield margin
        yield f"{self.terminal.styled(f'{number} |', fg='blue')} {quoted.line}"
        yield f"{margin} {self.terminal.styled(quoted.marks, fg=colour, bold=True)}"
        shown = {(finding.place.path, line)}
        for related in finding.related:
            yield f"{indent}{self._position(related.place)} {related.message}"
            where = (related.place.path, self.positions.start(related.place)[0])
            if where not in shown | self.quoted and len(shown) <= MOST_QUOTED:
                quoted = self.quotes.of(related.place, self.terminal.width - len(indent) - 4, is_indented=False)
                yield self.terminal.styled(f"{indent}    {quoted.line}", dim=True)
                self.quoted.add(where)
            shown.add(where)

    def _position(self, place: Place) -> str:
        line, column = self.positions.start(place)
        return f"{self.terminal.styled(place.path, bold=True)}:{line}:{column}:"


def marked(finding: Finding) -> str:
    """The mark of a finding that `--fix` repairs."""
    return "[*] " if finding.fix is not None and finding.fix.is_safe else ""


def closing(result: Result) -> str:
    """The last line: how much was found, in how many files, how much of it is fixed or can be."""
    by_severity = Counter(finding.severity for finding in result.findings)
    failed = len({problem.path for problem in result.problems})
    notes = [f"{result.suppressed} suppressed"] if result.suppressed else []
    notes += [f"{result.baselined} in the baseline"] if result.baselined else []
    notes += [f"{result.unchanged} on unchanged lines"] if result.unchanged else []
    notes += [f"{plural(failed, 'problem')}"] if failed else []
    remaining = len(result.findings) + result.unwritten
    fixed = f"Fixed {result.fixed} of {plural(result.fixed + remaining, 'finding')}" if result.fixed else ""
    if not result.findings:
        return f"{fixed or 'No findings'} in {plural(result.files, 'file')}{_in_parentheses(notes)}."
    counts = [
        plural(by_severity[severity], noun)
        for severity, noun in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
        if by_severity[severity]
    ]
    files = len({finding.place.path for finding in result.findings})
    notes.insert(0, f"{result.files} checked")
    found = f"{fixed}, found" if fixed else "Found"
    return f"{found} {_and(counts)} in {plural(files, 'file')}{_in_parentheses(notes)}{_fixable(result)}."


def _fixable(result: Result) -> str:
    """How much of what is left can be fixed, and how."""
    fixes = [finding.fix for finding in result.findings if finding.fix is not None]
    safe = sum(fix.is_safe for fix in fixes)
    unsafe = len(fixes) - safe
    if safe and unsafe:
        return f"; {safe} can be fixed with --fix, {unsafe} more with --unsafe-fixes"
    if fixes:
        option = "--unsafe-fixes" if result.fixed else "--fix --unsafe-fixes" if unsafe else "--fix"
        return f"; {len(fixes)}{' more' if result.fixed else ''} can be fixed with {option}"
    return ""


def plural(count: int, noun: str) -> str:
    """ "1 file", "2 files" """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _in_parentheses(parts: list[str]) -> str:
    return f" ({', '.join(parts)})" if parts else ""
