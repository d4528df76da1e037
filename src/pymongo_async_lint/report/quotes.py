"""Lines of source beneath what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.masking import secrets
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.report.snippet import Snippet, snippet


class Quotes:
    """The source lines of places, without what must never be shown."""

    def __init__(self, sources: Mapping[str, str], positions: Positions) -> None:
        self._sources = sources
        self._positions = positions
        self._secrets: dict[str, list[tuple[int, int]]] = {}

    def of(self, place: Place, width: int, is_indented: bool = True) -> Snippet:
        """The first line of the place, with its indentation or without."""
        path = place.path
        text = self._sources[path]
        if path not in self._secrets:
            self._secrets[path] = secrets(text)
        _, column = self._positions.start(place)
        begin = place.start - (column - 1)
        line = _first_line(text, begin)
        if not is_indented:
            indentation = min(len(line) - len(line.lstrip()), column - 1)
            begin, line = begin + indentation, line[indentation:]
        end = begin + len(line)
        hidden = [
            (max(start, begin) - begin, min(stop, end) - begin)
            for start, stop in self._secrets[path]
            if start < end and stop > begin
        ]
        return snippet(line, place.start - begin, min(place.end, end) - begin, hidden, width)


def _first_line(text: str, begin: int) -> str:
    end = len(text)
    for newline in "\r\n":
        found = text.find(newline, begin, end)
        end = end if found < 0 else found
    return text[begin:end].rstrip()
