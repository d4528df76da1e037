"""A line of source as a terminal shows it: aligned, cut to a width, without secrets and without control characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from pymongo_async_lint.masking import MASK

TAB = 4
ELLIPSIS = "…"


class Snippet(Struct, frozen=True):
    """A line ready to print, and the marks to print beneath it; both count terminal columns."""

    line: str
    marks: str


def snippet(
    line: str, start: int, end: int, hidden: Sequence[tuple[int, int]] = (), width: int = 120, mark: str = "^"
) -> Snippet:
    """The line with the characters from `start` up to `end` (offsets into it) marked and the `hidden` spans masked.

    A line wider than `width` columns is cut on both sides of the beginning of the marks.
    """
    cells = _cells(line, hidden)
    columns = [0]
    for cell in cells:
        columns.append(columns[-1] + _width(cell))
    first = columns[start]
    last = max(columns[end], first + 1)
    left, right = _window(columns, start, width)
    shown = "".join(cells[left:right])
    origin = columns[left]
    if left:
        shown, origin = ELLIPSIS + shown, origin - 1
    if right < len(cells):
        shown += ELLIPSIS
        last = min(last, columns[right])
    return Snippet(shown.rstrip(), " " * (first - origin) + mark * max(last - first, 1))


def _cells(line: str, hidden: Sequence[tuple[int, int]]) -> list[str]:
    """What to print for each character; an empty string for nothing."""
    cells = []
    column = 0
    for character in line:
        if character == "\t":
            cell = " " * (TAB - column % TAB)
        elif unicodedata.category(character) in ("Cc", "Cs") or unicodedata.bidirectional(character) in _REORDERING:
            cell = "\N{REPLACEMENT CHARACTER}"
        else:
            cell = character
        cells.append(cell)
        column += _width(cell)
    for start, end in hidden:
        cells[start:end] = [MASK] + [""] * (end - start - 1)
    return cells


_REORDERING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Characters that make a terminal show a line in another order than it is run."""


def _width(cell: str) -> int:
    """The columns that the text takes on a terminal."""
    if cell.isascii():
        return len(cell)
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in ("W", "F")
        else 1
        for character in cell
    )


def _window(columns: Sequence[int], start: int, width: int) -> tuple[int, int]:
    """Which characters fit: all, or those around `start`, a third of the width before it."""
    count = len(columns) - 1
    if columns[count] <= width:
        return 0, count
    left = start
    while left and columns[start] - columns[left - 1] <= width // 3:
        left -= 1
    right = start
    while right < count and columns[right + 1] - columns[left] <= width - 2:
        right += 1
    while left and columns[right] - columns[left - 1] <= width - 2:
        left -= 1
    return left, right
