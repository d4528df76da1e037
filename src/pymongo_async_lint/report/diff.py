"""What changes in files, as a unified diff. Passwords are masked, so that a log may show it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from pymongo_async_lint.capture.source import line_starts
from pymongo_async_lint.masking import masked
from pymongo_async_lint.report.terminal import PLAIN, Terminal
from pymongo_async_lint.report.text import plural
from pymongo_async_lint.result import Result

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
_NO_NEWLINE = "\\ No newline at end of file"


def render(path: str, old: str, new: str, terminal: Terminal = PLAIN) -> Iterator[str]:
    """The diff of one file, line by line; nothing if it stays as it is."""
    for number, line in enumerate(difflib.unified_diff(_lines(old), _lines(new), path, path)):
        text = line.removesuffix("\n")
        is_heading = number < 2
        yield terminal.styled(text, fg=None if is_heading else _COLOURS.get(line[0]), bold=is_heading or None)
        if not line.endswith(("\n", "\r")):
            yield _NO_NEWLINE


def closing(result: Result, files: int) -> str:
    """How much the diffs of these many files repair."""
    if not files:
        return "Nothing would change."
    found = result.fixed + len(result.findings)
    return f"Would fix {result.fixed} of {plural(found, 'finding')}, in {plural(files, 'file')}."


def _lines(text: str) -> list[str]:
    """The lines with their ends. (`str.splitlines` takes a form feed for the end of a line.)"""
    text = masked(text)
    starts = line_starts(text)
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True) if start < end]
