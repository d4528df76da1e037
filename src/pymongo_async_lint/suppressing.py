"""The whole run of `--add-noqa`: from a result to files with comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from pymongo_async_lint.capture.source import LineTable, SourceError
from pymongo_async_lint.edit import WriteError, replace, with_text
from pymongo_async_lint.result import UNREADABLE, Problem, Result, file_and_cell
from pymongo_async_lint.rules.comments.unused_suppression import UnusedSuppression
from pymongo_async_lint.rules.finding import Finding
from pymongo_async_lint.suppress.add import with_comments
from pymongo_async_lint.suppress.noqa import Noqa


class Added(Struct, frozen=True):
    """What adding comments came to."""

    findings: int
    """How many findings are suppressed now."""
    files: int
    left: Sequence[Finding]
    """Findings that no comment can suppress where flake8 looks for one."""
    problems: Sequence[Problem]


def add_noqa(result: Result) -> Added:
    """Write a comment for each finding of a result into its file. Nothing else in the files changes."""
    by_path: dict[str, list[Finding]] = {}
    for finding in result.findings:
        if finding.code != UnusedSuppression.code:
            by_path.setdefault(finding.place.path, []).append(finding)
    suppressed, files, problems = 0, 0, []
    left: list[Finding] = []
    for path, findings in by_path.items():
        if file_and_cell(path)[1] is not None:
            left += findings  # a notebook is no text that could be edited
            continue
        try:
            remaining = _add(Path(path), result.sources[path], findings)
        except OSError as error:
            problems.append(Problem(path, None, None, UNREADABLE, error.strerror or type(error).__name__))
        except (SourceError, WriteError) as error:
            problems.append(Problem(path, None, None, UNREADABLE, str(error)))
        else:
            left += remaining
            suppressed += len(findings) - len(remaining)
            files += len(remaining) < len(findings)
    return Added(suppressed, files, left, problems)


def _add(path: Path, text: str, findings: Sequence[Finding]) -> list[Finding]:
    """Add the comments to one file; returns the findings that remain. Raises OSError, SourceError or WriteError."""
    data = path.read_bytes()
    lines = LineTable(text)
    line_of = {finding: lines.position(finding.place.start)[0] for finding in findings}
    new = with_comments(text, _codes_by_line(line_of))
    if new != text:
        replace(path, data, with_text(data, text, new))
    comments = Noqa(new)
    return [finding for finding, line in line_of.items() if not comments.hides(finding.code, line)]


def _codes_by_line(line_of: Mapping[Finding, int]) -> dict[int, set[str]]:
    codes: dict[int, set[str]] = {}
    for finding, line in line_of.items():
        codes.setdefault(line, set()).add(finding.code)
    return codes
