"""What a rule says of a place, and the places that prove it."""

from __future__ import annotations

import enum
from collections.abc import Callable

import msgspec
from msgspec import structs

from pymongo_async_lint.link.place import Place


class Severity(enum.Enum):
    """From the worst down."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def reaches(self, least: Severity) -> bool:
        """Is it as severe as that, or more?"""
        levels = list(Severity)
        return levels.index(self) <= levels.index(least)


class Related(msgspec.Struct, frozen=True):
    """One link of the chain that proves a finding, such as "the client is made here"."""

    place: Place
    message: str
    is_step: bool = False
    """Does the program run through it, from the finding on to what goes wrong, in the order of the chain?"""


class Fix(msgspec.Struct, frozen=True):
    """A repair that edit/ knows how to make: what to do (`kind`) and with which span."""

    kind: str
    place: Place
    is_safe: bool


class Finding(msgspec.Struct, frozen=True):
    """A mistake at a place. The message names receiver and member, never arguments."""

    code: str
    name: str
    severity: Severity
    place: Place
    message: str
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    def relocated(self, moved: Callable[[Place], Place]) -> Finding:
        """The same finding with each of its places moved."""
        return structs.replace(
            self,
            place=moved(self.place),
            related=tuple(structs.replace(related, place=moved(related.place)) for related in self.related),
            fix=self.fix and structs.replace(self.fix, place=moved(self.fix.place)),
        )
