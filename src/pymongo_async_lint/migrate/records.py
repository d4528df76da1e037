"""What a migration does and what it leaves to people."""

from __future__ import annotations

import enum
from pathlib import Path

from msgspec import Struct

from pymongo_async_lint.drivers.migration import migration_rows
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.finding import Edit

CANNOT_AWAIT = "PMA909"


class Rewrite(Struct, frozen=True):
    """A piece of code that becomes another one, by a row of the table."""

    row: str
    place: Place
    edits: tuple[Edit, ...]
    message: str = ""
    """What differs, and what to do; empty where another rewrite says it, as the import does for the names in it."""

    @property
    def code(self) -> str:
        return migration_rows()[self.row].code


class Kept(enum.StrEnum):
    """Why a report is made."""

    PERSON = "needs a person"
    NOTE = "to be known"
    """The code is rewritten, and something else changes with it."""
    BLOCKED = "blocked"
    """The files around it are left as they are."""
    MENTION = "mention"
    """A comment, a string or a name speaks of Motor."""


class Caller(Struct, frozen=True):
    """A call of a function that would have to become a coroutine."""

    place: Place
    function: str
    """The function that the call is in; empty outside of any"""
    is_plain: bool
    """Would this function have to become a coroutine, too?"""


class Report(Struct, frozen=True):
    """What a person has to look at, by a row of the table."""

    row: str
    place: Place
    message: str
    kind: Kept = Kept.PERSON
    callers: tuple[Caller, ...] = ()
    """Those of a function that would have to become a coroutine, and of the plain functions among them"""
    lacks_place: bool = False
    """Is there an `await` to be put where none can stand?"""

    @property
    def code(self) -> str:
        return CANNOT_AWAIT if self.lacks_place else migration_rows()[self.row].code


class FilePlan(Struct, frozen=True):
    """What becomes of one file."""

    path: str
    """As reports show it."""
    root: Path
    """Of its project"""
    file: Path
    """Relative to the root"""
    old: bytes
    new: bytes
    text: str
    new_text: str


class Plan(Struct, frozen=True):
    """What becomes of the files that were asked for; nothing is written yet. Paths are as reports show them."""

    files: tuple[FilePlan, ...]
    rewrites: tuple[Rewrite, ...]
    reports: tuple[Report, ...]
    groups: tuple[tuple[str, ...], ...]
    """Files that a Motor object connects: all of a group are written, or none."""
    sources: dict[str, str]
    """The text of each file that something is said of, as it was."""
    problems: tuple[str, ...] = ()
    unfinished: tuple[Path, ...] = ()
    """The roots of projects that an earlier run did not get written; nothing else is said of them."""

    @property
    def is_done(self) -> bool:
        """Is there nothing left to change or to look at?"""
        return (
            not self.files
            and not self.unfinished
            and not any(report.kind in (Kept.PERSON, Kept.BLOCKED) for report in self.reports)
        )


class Found(Struct):
    """What the parts of the migration collect of a project."""

    rewrites: list[Rewrite]
    reports: list[Report]

    def rewrite(self, row: str, place: Place, edits: tuple[Edit, ...], message: str = "") -> None:
        self.rewrites.append(Rewrite(row, place, edits, message))

    def report(self, row: str, place: Place, message: str, kind: Kept = Kept.PERSON) -> None:
        self.reports.append(Report(row, place, message, kind))

    def report_no_place(self, row: str, place: Place, message: str, callers: tuple[Caller, ...]) -> None:
        self.reports.append(Report(row, place, message, Kept.PERSON, callers, lacks_place=True))
