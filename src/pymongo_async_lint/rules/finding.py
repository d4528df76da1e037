"""What a rule says of a place, and the places that prove it."""

from __future__ import annotations

import enum

import msgspec

from pymongo_async_lint.link.place import Place


class Severity(enum.Enum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Related(msgspec.Struct, frozen=True):
    """One link of the chain that proves a finding, such as "the client is made here"."""

    place: Place
    message: str


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
