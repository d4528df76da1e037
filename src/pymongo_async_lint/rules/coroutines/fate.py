"""What became of a coroutine, in the terms of the rules."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import msgspec

from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.link.answers import Answers, Done
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.shapes import CURSORS, Coroutine, Driver, members


class Fate(enum.Enum):
    AWAITED = "awaited"
    """Or scheduled, handed on to code that does, or to code that we don't see."""
    THROWN_AWAY = "thrown away"
    USED = "used"
    CURSOR_FORM = "used as a cursor"
    FORGOTTEN = "forgotten"


USED = frozenset(
    {
        Op.ITERATE,
        Op.ASYNC_ITERATE,
        Op.WITH,
        Op.ASYNC_WITH,
        Op.TRUTH,
        Op.COMPARE,
        Op.CONTAINS,
        Op.SUBSCRIPT,
        Op.ATTRIBUTE,
        Op.CALL,
        Op.FORMAT,
        Op.ARGUMENT,
        Op.UNPACK,
        Op.ARITHMETIC,
        Op.LENGTH,
        Op.RESPOND,
    }
)

HANDED_ON = frozenset({Op.AWAIT, Op.SCHEDULE, Op.ESCAPE, Op.RETURN, Op.STORE})

STREAMS = CURSORS | {Kind.CHANGE_STREAM, Kind.TRANSACTION, Kind.SESSION, Kind.GRID_OUT}


class Case(msgspec.Struct, frozen=True):
    """A coroutine with its fate; `use` is the operation that decided it."""

    coroutine: Coroutine
    fate: Fate
    use: Done | None


def cases(answers: Answers) -> Iterator[Case]:
    """One case for each coroutine that the drivers' calls make."""
    for coroutine, done in answers.fates():
        yield judge(answers, coroutine, done)


def judge(answers: Answers, coroutine: Coroutine, done: list[Done]) -> Case:
    is_awaited = any(item.operation.op in (Op.AWAIT, Op.SCHEDULE) for item in done)
    for item in done:
        operation = item.operation
        if is_awaited and operation.op in (Op.TRUTH, Op.COMPARE) and operation.detail not in ("and", "or"):
            # `if pending: await pending`: useless, but harmless.
            continue
        if operation.op in USED or is_response(answers, item):
            fate = Fate.CURSOR_FORM if is_cursor_form(coroutine, item) else Fate.USED
            return Case(coroutine, fate, item)
    for item in done:
        if item.operation.op is Op.DISCARD:
            return Case(coroutine, Fate.THROWN_AWAY, item)
    if any(item.operation.op in HANDED_ON for item in done):
        return Case(coroutine, Fate.AWAITED, None)
    return Case(coroutine, Fate.FORGOTTEN, done[0] if done else None)


def is_response(answers: Answers, item: Done) -> bool:
    """Is the coroutine what a route answers?"""
    return (
        item.operation.op is Op.RETURN and item.operation.detail != "yield" and item.body.scope in answers.places.routes
    )


def is_cursor_form(coroutine: Coroutine, item: Done) -> bool:
    """Is it used like the cursor, stream or context manager that it would give?"""
    result = next((member for member in members(coroutine.result) if isinstance(member, Driver)), None)
    if result is None or coroutine.owner is None:
        return False
    if item.operation.op in (Op.ASYNC_ITERATE, Op.ASYNC_WITH):
        return True
    if item.operation.op is Op.ATTRIBUTE and result.type.kind in STREAMS:
        return is_motor_member(result.type, item.operation.detail)
    return False


def is_motor_member(type_: DriverType, name: str) -> bool:
    """Does the object, or Motor's twin of it, have this member?"""
    twins = [type_, DriverType(Flavour.MOTOR, type_.kind), DriverType(Flavour.MOTOR, Kind.LATENT_CURSOR)]
    return any(drivers.member(twin, name) is not None for twin in twins)
