"""A text that is captured again and again while it is edited: only the statements around an edit are parsed.

A module is a row of statements, and where one begins at the start of a line, no bracket, string or block is open. So
what stands between two such places means the same whatever stands before and behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import structs

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.frontend import capture_pieces
from pymongo_async_lint.capture.room import Layout, moved
from pymongo_async_lint.capture.source import SourceError

_END_OF_LINE = "\r\n"


class Part(f.Piece, frozen=True, gc=False, eq=False):
    """A piece of a text; the places in its body are counted as if it began `at` another place than its `start`."""

    at: int

    @property
    def until(self) -> int:
        """Where it would end."""
        return self.at + self.end - self.start

    def moved_to(self, at: int) -> Part:
        return structs.replace(self, at=at, body=moved(self.body, at - self.at))


class Captured(msgspec.Struct, frozen=True):
    """A text with its facts, and what it takes to have those of the next text soon."""

    text: str
    parts: tuple[Part, ...]
    room: int
    facts: f.Facts
    """With room between the statements; without any, the places are those of the text."""

    @property
    def layout(self) -> Layout:
        return Layout(tuple([part.at for part in self.parts]), tuple([part.start for part in self.parts]))

    def as_written(self) -> f.Facts:
        """The facts with the places of the text."""
        return f.whole([part.moved_to(part.start) for part in self.parts])

    def again(self, text: str) -> Captured:
        """What another text says, which is much like this one. Raises SourceError as `capture` does.

        What is not around the edit stays where it is in the facts, as long as there is room.
        """
        try:
            parts = self._with_edit(text)
        except (SourceError, RecursionError):
            parts = None
        return captured(text, self.room) if parts is None else Captured(text, parts, self.room, f.whole(parts))

    def _with_edit(self, text: str) -> tuple[Part, ...] | None:
        """The parts of another text; None where more than those around the edit has to be parsed."""
        first = _alike(self.text, text)
        last = len(self.text) - _alike(self.text[first:][::-1], text[first:][::-1])
        # An edit right at the border of two parts concerns both.
        before = [part for part in self.parts if part.end < first]
        behind = [part for part in self.parts if part.start > last]
        around = self.parts[len(before) : len(self.parts) - len(behind)]
        start = around[0].start
        longer = len(text) - len(self.text)
        edited = text[start : around[-1].end + longer]
        if edited.rstrip(_END_OF_LINE).endswith("\\"):
            return None  # the next line belongs to it
        new = _parts(capture_pieces(edited), start)
        behind = [structs.replace(part, start=part.start + longer, end=part.end + longer) for part in behind]
        if not self.room:
            return (*before, *[part.moved_to(part.start) for part in (*new, *behind)])
        return (*before, *_laid_out(new, around, behind, self.room))


def captured(text: str, room: int = 0) -> Captured:
    """What a text says, with so much room between the parts. Raises SourceError as `capture` does."""
    parts = _parts(capture_pieces(text), 0)
    parts = [part.moved_to(part.start + number * room) for number, part in enumerate(parts)]
    return Captured(text, tuple(parts), room, f.whole(parts))


def _parts(pieces: Sequence[f.Piece], start: int) -> list[Part]:
    """Pieces of a text from `start` on."""
    return [
        Part(piece.start + start, piece.end + start, piece.body, piece.identifiers, piece.start) for piece in pieces
    ]


def _laid_out(new: list[Part], old: Sequence[Part], behind: Sequence[Part], room: int) -> list[Part]:
    """The new parts in the place of the old ones, and those behind them, which move where they have to.

    The first one stands where the first one stood, and so does the last: what calls them need not be looked at again.
    """
    at = old[0].at
    last = [new.pop().moved_to(old[-1].at)] if len(old) > 1 and len(new) > 1 else []
    following = [*last, *behind]
    spare = room
    if following:
        left = following[0].at - at - sum(part.end - part.start for part in new)
        spare = min(left // len(new), room) if left >= len(new) else room
    placed: list[Part] = []
    for part in new:
        placed.append(part.moved_to(at))
        at = placed[-1].until + spare
    for number, part in enumerate(following):
        until = placed[-1].until
        if part.at <= until:
            placed.append(part.moved_to(until + room))
        elif part in last:
            placed.append(part)
        else:
            placed += following[number:]
            break
    return placed


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
