"""Jupyter notebooks: their code cells as the text of one Python file, and back to the cell that a line stands in."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right

import msgspec
from msgspec import Struct

from pymongo_async_lint.capture.source import SourceError, line_starts

SUFFIX = ".ipynb"

_OLDEST_FORMAT = 4
_MAGIC = re.compile(r"[ \t]*(?:[%!?].*|[^\s#'\"].*\?{1,2}[ \t]*)$")
"""A line that is IPython's: `%time`, `!ls`, `?name`, `name??`."""
_ASSIGNED_MAGIC = re.compile(r"([ \t]*[\w.,\[\] \t]+=[ \t]*)[%!].*$")
"""`files = !ls`"""
_CELL_OF_PYTHON = re.compile(r"%%(?:time|timeit|capture|prun)\b")
"""Magics of a cell whose other lines are Python."""


class _Cell(Struct):
    cell_type: str
    source: str | list[str] = ""


class _Language(Struct):
    name: str = "python"


class _Metadata(Struct):
    language_info: _Language = msgspec.field(default_factory=_Language)


class _File(Struct):
    nbformat: int
    cells: list[_Cell] = []
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class Cell(Struct, frozen=True):
    """A code cell, with its place in the joined text."""

    number: int
    """From 1, counting all cells, as they stand in the notebook."""
    line: int
    """The line of the joined text, from 1, that its first line is."""
    start: int
    end: int


class Notebook(Struct, frozen=True):
    """The code cells, one behind the other. What is IPython's and not Python's is blank."""

    text: str
    cells: tuple[Cell, ...]

    def cell_at(self, offset: int) -> Cell | None:
        """The cell that a place in the joined text belongs to; None where there is no code at all."""
        position = bisect_right([cell.start for cell in self.cells], offset) - 1
        return self.cells[position] if position >= 0 else None

    def cell_of_line(self, line: int) -> Cell | None:
        """The cell that a line of the joined text (from 1) belongs to."""
        position = bisect_right([cell.line for cell in self.cells], line) - 1
        return self.cells[position] if position >= 0 else None


def read(data: bytes) -> Notebook:
    """The code of a notebook; none if it is in another language than Python. Raises SourceError."""
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"not a notebook: {error}", 1, 1) from None
    if file.nbformat < _OLDEST_FORMAT:
        raise SourceError(f"a notebook of format {file.nbformat}; Jupyter saves it in format {_OLDEST_FORMAT}", 1, 1)
    if file.metadata.language_info.name != "python":
        return Notebook("", ())
    parts: list[str] = []
    cells = []
    start, line = 0, 1
    for number, cell in enumerate(file.cells, start=1):
        if cell.cell_type != "code":
            continue
        source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
        text = _python(source) + "\n"
        cells.append(Cell(number, line, start, start + len(text)))
        parts.append(text)
        start += len(text)
        line += len(line_starts(text)) - 1
    return Notebook("".join(parts), tuple(cells))


def _python(source: str) -> str:
    """A cell without what is IPython's: every line keeps its number, and what is left of it its column."""
    if _parses(source):
        return source
    lines = source.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    if first.lstrip().startswith("%%") and not _CELL_OF_PYTHON.match(first.lstrip()):
        return "".join(_blank(line, "") for line in lines)
    kept, goes_on = [], False
    for line in lines:
        bare = line.rstrip("\r\n")
        assigned = _ASSIGNED_MAGIC.match(bare)
        if goes_on:
            kept.append(_blank(line, ""))
        elif assigned:
            kept.append(assigned[1] + "None" + line[len(bare) :])
        elif _MAGIC.match(bare):
            is_first_of_cell = bare.lstrip().startswith("%%")
            kept.append(_blank(line, "" if is_first_of_cell else "0"))
        else:
            kept.append(line)
            continue
        goes_on = bare.endswith("\\")
    return "".join(kept)


def _blank(line: str, statement: str) -> str:
    """The line with nothing in it but, at its indentation, a statement that does nothing, which a block may need."""
    bare = line.rstrip("\r\n")
    indentation = bare[: len(bare) - len(bare.lstrip())]
    return (indentation + statement if statement else "") + line[len(bare) :]


def _parses(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
