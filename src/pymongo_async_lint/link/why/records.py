"""What is told about an expression, and why it is so or why nothing is known."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping

import msgspec
from msgspec import structs

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.shapes import Shape

Move = Callable[[Place], Place]


class Step(msgspec.Struct, frozen=True):
    """One link of the chain, such as "passed here". The settings have no place."""

    text: str
    place: Place | None = None

    def relocated(self, moved: Move) -> Step:
        return structs.replace(self, place=self.place and moved(self.place))


class Cause(enum.StrEnum):
    """Why nothing is known of an expression."""

    EXTERNAL = "from outside of the project"
    NOT_CALLED = "parameter of a function that nothing is seen to call"
    NOT_PASSED = "parameter that no call passes anything known for"
    NOT_STORED = "attribute that is stored nowhere"
    NEVER_SET = "None or an annotation, and never set to anything else"
    NO_RESULT = "result of a function that returns nothing known"
    DYNAMIC = "attribute or item whose name is worked out"
    UNBOUND = "name that nothing binds"
    STAR_IMPORT = "name that only a star import can bind"
    UNREAD_FILE = "in a file that can't be read, or that is not looked at"
    DATA = "data: what documents and other containers hold"
    NOT_REACHED = "never reached"
    NOT_FOLLOWED = "expression that is not followed"
    TOO_DEEP = "a chain that is too long, or that leads to itself"


class Break(msgspec.Struct, frozen=True):
    """What broke the chain: the steps that lead there, from the expression on; the last one is where it breaks."""

    cause: Cause
    steps: tuple[Step, ...]
    declaration: str = ""
    """The key under which the settings' `objects` can declare what it is."""

    def relocated(self, moved: Move) -> Break:
        return structs.replace(self, steps=tuple(step.relocated(moved) for step in self.steps))


class Explanation(msgspec.Struct, frozen=True):
    """One expression: what it is, and how that is known (`reasons`) or what broke the chain."""

    place: Place
    text: str
    """The expression without the arguments of its calls"""
    shape: Shape
    words: str
    reasons: tuple[Step, ...] = ()
    broken: Break | None = None

    def relocated(self, moved: Move) -> Explanation:
        return structs.replace(
            self,
            place=moved(self.place),
            reasons=tuple(step.relocated(moved) for step in self.reasons),
            broken=self.broken and self.broken.relocated(moved),
        )


class Reading(msgspec.Struct, frozen=True):
    """The expressions of a line as all callers together make them, or as these `callers` make what differs then."""

    expressions: tuple[Explanation, ...]
    callers: tuple[Place, ...] = ()

    def relocated(self, moved: Move) -> Reading:
        return Reading(
            tuple(expression.relocated(moved) for expression in self.expressions),
            tuple(moved(place) for place in self.callers),
        )


class Inspection(msgspec.Struct, frozen=True):
    """What is known of a line. Paths are as they are shown: relative to the working directory."""

    path: str
    line: int
    readings: tuple[Reading, ...]
    sources: Mapping[str, str]
    """The text of each file that is named"""
