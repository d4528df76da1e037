"""What a run has to say: findings, and what kept it from looking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pymongo_async_lint.rules.finding import Finding

INTERNAL_ERROR = "PMA000"
UNREADABLE = "PMA001"


class Problem(Struct, frozen=True, order=True):
    """Why a file could not be checked. Line and column count from 1; None where there is no such place."""

    path: str
    line: int | None
    column: int | None
    code: str
    message: str


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
    root: str = "."
    """The folder that reports for other programs count paths from: see `discovery.repository`."""
