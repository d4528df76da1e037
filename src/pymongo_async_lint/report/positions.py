"""From offsets to lines and columns, for what gets reported."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo_async_lint.capture.source import LineTable
from pymongo_async_lint.link.place import Place


class Positions:
    """Lines and columns, both from 1, of places in the given texts.

    Columns count characters, or the bytes that the characters before take in an `encoding`.
    """

    def __init__(self, sources: Mapping[str, str], *, encoding: str | None = None) -> None:
        self._sources = sources
        self._encoding = encoding
        self._tables: dict[str, LineTable] = {}

    def start(self, place: Place) -> tuple[int, int]:
        """The line and the column of the place's first character."""
        return self._position(place.path, place.start)

    def end(self, place: Place) -> tuple[int, int]:
        """The line and the column behind the place's last character."""
        return self._position(place.path, place.end)

    def offset(self, path: str, line: int) -> int:
        """The offset of a line's first character."""
        return self._table(path).start(line)

    def _position(self, path: str, offset: int) -> tuple[int, int]:
        line, column = self._table(path).position(offset)
        if self._encoding is not None:
            text = self._sources[path]
            column = len(text[offset - column : offset].encode(self._encoding))
        return line, column + 1

    def _table(self, path: str) -> LineTable:
        if path not in self._tables:
            self._tables[path] = LineTable(self._sources[path])
        return self._tables[path]
