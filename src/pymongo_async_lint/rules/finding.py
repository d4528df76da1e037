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


class FixKind(enum.StrEnum):
    """What edit/ can do to an expression, or to another piece of code, at a place."""

    ADD_AWAIT = "add-await"
    """`x` becomes `await x`."""
    MOVE_AWAIT = "move-await"
    """`await x.y` becomes `(await x).y`, however much stands behind the `x`."""
    REMOVE_AWAIT = "remove-await"
    """`await x` becomes `x`; the place is that of either."""
    ASYNC_FOR = "async-for"
    """The loop, or the clause of a comprehension, that iterates over the expression becomes `async for`."""
    ASYNC_WITH = "async-with"
    """The statement that enters the expression becomes `async with`, if all that it enters asks for it."""
    TO_LIST = "to-list"
    """`list(x)` becomes `await x.to_list()`, and so does an `x` that is handed to something else. `argument` goes
    between the parentheses."""
    COMPARE_WITH_NONE = "compare-with-none"
    """The truth test of the expression becomes `is not None`, or `is None` below a `not`."""
    RENAME_METHOD = "rename-method"
    """The method that is called, or the property that is read, gets another `name`, and a call without arguments the
    `argument`, if there is one."""
    RENAME_KEYWORD = "rename-keyword"
    """The argument (the place is the whole of it) gets another `name`."""
    ADD_ARGUMENT = "add-argument"
    """The call gets one more `argument`."""
    COPY_DICTIONARY = "copy-dictionary"
    """`x` becomes `{**x}`."""
    TO_STRING = "to-string"
    """`x` becomes `str(x)`, or `str(x.name)` if there is a `name`."""
    MOVE_IMPORT = "move-import"
    """The imported name, or the module of a plain import, comes from the dotted `name` from now on."""
    REMOVE_SUPPRESSION = "remove-suppression"
    """The names that hide nothing go out of the comment. Not code: suppress/ makes the edits itself."""


class Edit(msgspec.Struct, frozen=True, order=True):
    """The text to write in place of a span; where that is empty, the text is inserted."""

    place: Place
    text: str


class Fix(msgspec.Struct, frozen=True):
    """A repair that a rule asks for: what to do (`kind`), and where.

    It is safe if all that it changes is the mistake: every path that was right before does the same afterwards.
    """

    kind: FixKind
    place: Place
    is_safe: bool
    name: str = ""
    argument: str = ""
    otherwise: Fix | None = None
    """What to do where the code around does not allow this."""
    edits: tuple[Edit, ...] = ()
    """How edit/ makes it, in the order of their places; rules leave this empty."""

    def relocated(self, moved: Callable[[Place], Place]) -> Fix:
        """The same fix with each of its places moved."""
        edits = tuple(structs.replace(edit, place=moved(edit.place)) for edit in self.edits)
        otherwise = self.otherwise and self.otherwise.relocated(moved)
        return structs.replace(self, place=moved(self.place), otherwise=otherwise, edits=edits)


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
            fix=self.fix and self.fix.relocated(moved),
        )
