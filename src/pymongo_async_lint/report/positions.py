"""From offsets to lines and columns, for what gets reported."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo_async_lint.capture.source import LineTable
from pymongo_async_lint.link.place import Place


class Positions:
    """Lines and columns, both from 1, of places in the given texts."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._tables: dict[str, LineTable] = {}

    def start(self, place: Place) -> tuple[int, int]:
        """The line and the column of the place's first character."""
        return self._position(place.path, place.start)

    def end(self, place: Place) -> tuple[int, int]:
        """The line and the column behind the place's last character."""
        return self._position(place.path, place.end)

    def _position(self, path: str, offset: int) -> tuple[int, int]:
        if path not in self._tables:
            self._tables[path] = LineTable(self._sources[path])
        line, column = self._tables[path].position(offset)
        return line, column + 1
