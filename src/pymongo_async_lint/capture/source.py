"""From bytes to text as Python itself reads them, and from offsets of the text to lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

_NEWLINE = re.compile(r"\r\n?|\n")
_FIRST_TWO_LINES = re.compile(rb"(?:[^\r\n]*(?:\r\n?|\n|\Z)){0,2}")


class SourceError(Exception):
    """A file that can't be decoded or parsed; line and column of the place count from 1, columns in characters."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return self.message


class Source(msgspec.Struct, frozen=True):
    """A file's text with its newlines as they are, and what it takes to write it back."""

    text: str
    encoding: str
    """A codec's name; plain "utf-8" where there is a byte order mark, which the text leaves out."""
    has_bom: bool


def decode(data: bytes) -> Source:
    """The text of a file, by its byte order mark or its encoding comment. Raises SourceError."""
    from tokenize import detect_encoding

    head = _FIRST_TWO_LINES.match(data)
    lines = iter(head[0].splitlines(keepends=True) if head else ())
    try:
        encoding, _ = detect_encoding(lambda: next(lines, b""))
    except SyntaxError as error:
        _decode(data, "utf-8")  # a wrong byte in the first lines has a place, an encoding nobody knows has none
        raise SourceError(str(error.msg), 1, 1) from None
    if encoding == "utf-8-sig":
        return Source(_decode(data[3:], "utf-8"), "utf-8", has_bom=True)
    return Source(_decode(data, encoding), encoding, has_bom=False)


def line_starts(text: str) -> list[int]:
    """The offset of each line's first character. Lines end with \\n, \\r\\n or \\r, and with nothing else."""
    return [0, *(match.end() for match in _NEWLINE.finditer(text))]


class LineTable:
    """Turns offsets into a text into lines and columns."""

    def __init__(self, text: str) -> None:
        self._starts = line_starts(text)
        self._end = len(text)

    def position(self, offset: int) -> tuple[int, int]:
        """The line, from 1, and the column, from 0 and in characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1]

    @property
    def count(self) -> int:
        """How many lines there are; behind a last newline there is none."""
        return len(self._starts) - (self._starts[-1] == self._end)

    def start(self, line: int) -> int:
        """The offset of the first character of a line, which counts from 1; behind the last line, of the text's end."""
        return self._starts[line - 1] if line <= len(self._starts) else self._end


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        line, column = LineTable(before).position(len(before))
        raise SourceError(f"byte {data[error.start]:#04x} is not valid {encoding}", line, column + 1) from None
    except (LookupError, UnicodeError):
        raise SourceError(f"{encoding} is not an encoding of text", 1, 1) from None
