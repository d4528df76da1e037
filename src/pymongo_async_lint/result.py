"""What a run has to say: findings, and what kept it from looking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pymongo_async_lint.rules.finding import Finding

INTERNAL_ERROR = "PMA000"
UNREADABLE = "PMA001"

PROBLEMS = {
    INTERNAL_ERROR: "A mistake of this program, which left a part of the project unchecked. Please report it.",
    UNREADABLE: "A file, or settings, that can't be read or understood. What there is of other files is checked.",
}
"""What the codes of problems mean: of what is no finding, and makes a run end with status 2."""


_CELL = re.compile(r"(?P<file>.*\.ipynb):cell (?P<cell>\d+)", re.DOTALL)


def cell_path(path: str, cell: int) -> str:
    """What stands for the path of a notebook's cell, from 1, in a result. Offsets and lines count within the cell."""
    return f"{path}:cell {cell}"


def file_and_cell(path: str) -> tuple[str, int | None]:
    """The path of the file, and the cell where that is a notebook."""
    match = _CELL.fullmatch(path)
    return (match["file"], int(match["cell"])) if match else (path, None)


class Problem(Struct, frozen=True, order=True):
    """Why a file could not be checked. Line and column count from 1; None where there is no such place."""

    path: str
    line: int | None
    column: int | None
    code: str
    message: str

    def __str__(self) -> str:
        position = "" if self.line is None else f":{self.line}:{self.column}"
        return f"{self.path}{position}: {self.code} {self.message}"


class Stale(Struct, frozen=True, order=True):
    """An entry of a baseline that no finding matches any more."""

    baseline: str
    """The file that it stands in."""
    path: str
    code: str
    source: str
    count: int
    """How many of those that were recorded are gone."""


class Result(Struct, frozen=True):
    """The outcome of a check. Paths are relative to the working directory, with forward slashes."""

    findings: tuple[Finding, ...]
    """What was found and is not suppressed, by path, place and code."""
    problems: tuple[Problem, ...]
    suppressed: int
    """How many findings a comment hides."""
    files: int
    """How many files were asked for."""
    sources: Mapping[str, str]
    """The decoded text of each file that a finding names."""
    baselined: int = 0
    """How many findings the baseline has."""
    stale: tuple[Stale, ...] = ()
    """What the baseline has and was not found any more."""
    unchanged: int = 0
    """How many findings are left out, since their lines have not changed."""
    mild: frozenset[Finding] = frozenset()
    """Those of the findings that don't make the run fail."""
    root: str = "."
    """The folder that reports for other programs count paths from: see `discovery.repository`."""
    fixed: int = 0
    """How many findings have been repaired; these are not among the `findings`."""
    unwritten: int = 0
    """How many more would have been, had their files been written."""
