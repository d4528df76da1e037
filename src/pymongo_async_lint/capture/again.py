"""A text that is captured again and again while it is edited: only the statements around an edit are parsed.

A module is a row of statements, and where one begins at the start of a line, no bracket, string or block is open. So
what stands between two such places means the same whatever stands before and behind it.
"""

from __future__ import annotations

from types import NoneType
from typing import Any

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.frontend import capture_pieces
from pymongo_async_lint.capture.source import SourceError

_END_OF_LINE = "\r\n"


class Captured(msgspec.Struct, frozen=True):
    """A text with its facts, and what it takes to have those of the next text soon."""

    text: str
    pieces: tuple[f.Piece, ...]
    facts: f.Facts

    def again(self, text: str) -> Captured:
        """What another text says, which is much like this one. Raises SourceError as `capture` does."""
        try:
            pieces = self._with_edit(text)
        except (SourceError, RecursionError):
            pieces = None
        return captured(text) if pieces is None else Captured(text, pieces, f.whole(pieces))

    def _with_edit(self, text: str) -> tuple[f.Piece, ...] | None:
        """The pieces of another text; None where more than those around the edit has to be parsed."""
        first = _alike(self.text, text)
        last = len(self.text) - _alike(self.text[first:][::-1], text[first:][::-1])
        # An edit right at the border of two pieces concerns both.
        before = [piece for piece in self.pieces if piece.end < first]
        behind = [piece for piece in self.pieces if piece.start > last]
        start = before[-1].end if before else 0
        moved = len(text) - len(self.text)
        part = text[start : behind[0].start + moved if behind else len(text)]
        if part.rstrip(_END_OF_LINE).endswith("\\"):
            return None  # the next line belongs to it
        return (*before, *_moved(capture_pieces(part), start), *_moved(tuple(behind), moved))


def captured(text: str) -> Captured:
    """What a text says. Raises SourceError as `capture` does."""
    pieces = capture_pieces(text)
    return Captured(text, pieces, f.whole(pieces))


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


_PLACES = frozenset({"start", "end", "name_start"})
_WITHOUT_PLACES = frozenset({str, int, float, bool, NoneType, frozenset})


def _moved(value: Any, by: int) -> Any:
    """The same tree, so many characters further behind; the very same where it stays."""
    if not by or type(value) in _WITHOUT_PLACES:
        return value
    if type(value) is tuple:
        return tuple([_moved(item, by) for item in value])
    fields = []
    for name in value.__struct_fields__:
        field = getattr(value, name)
        if name in _PLACES:
            field += by
        elif type(field) not in _WITHOUT_PLACES:
            field = _moved(field, by)
        fields.append(field)
    return type(value)(*fields)
