"""`# noqa` as flake8 understands it: by flake8's own code, which is imported only where the word occurs."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from pymongo_async_lint.capture.source import line_starts

if TYPE_CHECKING:
    from flake8.processor import FileProcessor

_NAME = re.compile(r"[^,\s]+")


class Name(Struct, frozen=True):
    """A code, or the beginning of codes, in a comment. `start` and `end` are offsets into the text of the file."""

    text: str
    start: int
    end: int


class Comment(Struct, frozen=True):
    """A `# noqa` that counts for some lines. Offsets into the text of the file, lines from 1."""

    start: int
    end: int
    """Behind the last name, or behind the word itself."""
    names: tuple[Name, ...]
    """Empty in a comment that hides everything."""
    first: int
    last: int
    """The lines that it counts for: those of a string, or of a continuation with backslashes, that it follows."""


class Noqa:
    """The `# noqa` comments of one file."""

    def __init__(self, text: str, *, is_wanted: bool = False) -> None:
        """Where there is no comment at all, nothing is looked at, unless that `is_wanted`."""
        self._text: Final = text
        self._lines: Final = _physical_lines(text) if is_wanted or "noqa" in text.lower() else []
        self._processor: Final = _processor(self._lines) if self._lines else None
        self.whole_file: Final = self._processor is not None and self._processor.should_ignore_file()
        """Does a comment hide everything that is in the file?"""

    def hides(self, code: str, line: int) -> bool:
        """Whether a finding of this code that starts on this line (from 1) is suppressed.

        A comment counts for all lines of the string or of the backslash continuation that it follows. Where this
        interpreter can't tokenize the file, a comment counts for its own line.
        """
        if self._processor is None:
            return False
        return self.whole_file or hides_in(self._searched(line), code)

    def comments(self) -> Iterator[Comment]:
        """The comments that count for some lines; of several on a line that is the first, as in flake8.

        What stands in a string hides findings like a comment, but is none.
        """
        from flake8.violation import _find_noqa

        starts = line_starts(self._text)
        comments = self._comment_lines()
        for first, last, searched in self.ranges():
            match = _find_noqa(searched)
            if match is None:
                continue
            before = _physical_lines(searched[: match.start()] + "|")
            row, column = first + len(before) - 1, len(before[-1]) - 1
            if column < comments.get(row, len(self._text)):
                continue
            start = starts[row - 1] + column
            offset = start - match.start()
            names = []
            for word in _NAME.finditer(match["codes"] or ""):
                begin = offset + match.start("codes") + word.start()
                names.append(Name(word.group(), begin, begin + len(word.group())))
            end = names[-1].end if names else offset + match.end()
            yield Comment(start, end, tuple(names), first, last)

    def ranges(self) -> Iterator[tuple[int, int, str]]:
        """The lines that share a comment, first and last, and the text that flake8 searches for it."""
        line = 1
        while line <= len(self._lines):
            searched = self._searched(line)
            first, line = line, line + max(len(_physical_lines(searched)), 1)
            yield first, line - 1, searched

    @property
    def is_tokenized(self) -> bool:
        """Whether this interpreter can tokenize the file, so that it is known where a comment may stand."""
        return self._tokens() is not None

    def _searched(self, line: int) -> str:
        """The text that flake8 searches for a comment on behalf of a line."""
        assert self._processor is not None
        found = self._processor.noqa_line_for(line)
        if found is None:
            return self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        return str(found)

    def _comment_lines(self) -> dict[int, int]:
        """The lines that have a comment, and the column where it starts."""
        tokens = self._tokens() or ()
        return {token.start[0]: token.start[1] for token in tokens if token.type == tokenize.COMMENT}

    def _tokens(self) -> list[tokenize.TokenInfo] | None:
        try:
            return self._processor.file_tokens if self._processor else []
        except (tokenize.TokenError, SyntaxError):
            return None


def name_hides(name: str, code: str) -> bool:
    """Whether a comment that names this hides findings of this code."""
    return hides_in(f"# noqa: {name}", code)


def hides_in(searched: str, code: str) -> bool:
    """Whether flake8, when it searches this text, hides findings of this code."""
    from flake8.violation import Violation

    return bool(Violation(code, "", 1, 1, "", searched).is_inline_ignored(disable_noqa=False))


def _physical_lines(text: str) -> list[str]:
    return io.StringIO(text, newline=None).readlines()


def _processor(lines: list[str]) -> FileProcessor:
    from argparse import Namespace

    from flake8.processor import FileProcessor

    # Only the first option counts for suppression, but the processor copies the others.
    options = Namespace(
        disable_noqa=False,
        hang_closing=False,
        indent_size=4,
        max_doc_length=None,
        max_line_length=79,
        verbose=0,
    )
    return FileProcessor("", options, lines)
