"""From offsets into a text to the protocol's positions and back, in the encoding that the client asked for."""

from __future__ import annotations

from bisect import bisect_right

from lsprotocol import types

from pymongo_async_lint.capture.source import line_starts


class Lines:
    """The lines of one text. Columns count units of the encoding; what is behind the end of a line means its end."""

    def __init__(self, text: str, encoding: str) -> None:
        self._text = text
        self._starts = line_starts(text)
        self._encoding = encoding

    def position(self, offset: int) -> types.Position:
        line = bisect_right(self._starts, offset) - 1
        return types.Position(line, self._units(self._text[self._starts[line] : offset]))

    def range(self, start: int, end: int) -> types.Range:
        return types.Range(self.position(start), self.position(end))

    def offset(self, position: types.Position) -> int:
        if position.line >= len(self._starts):
            return len(self._text)
        start = self._starts[position.line]
        content = self._text[start : self._end(position.line)].rstrip("\r\n")
        if content.isascii():
            return start + min(position.character, len(content))
        units = 0
        for index, character in enumerate(content):
            if units >= position.character:
                return start + index
            units += self._units(character)
        return start + len(content)

    def _end(self, line: int) -> int:
        return self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)

    def _units(self, text: str) -> int:
        if text.isascii() or self._encoding == types.PositionEncodingKind.Utf32:
            return len(text)
        if self._encoding == types.PositionEncodingKind.Utf8:
            return len(text.encode(errors="surrogatepass"))
        return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
