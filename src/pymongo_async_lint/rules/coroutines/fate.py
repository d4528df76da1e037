"""What became of a coroutine, in the terms of the rules."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import msgspec

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.link.answers import Answers, Done
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.scopes import Function, last_name
from pymongo_async_lint.link.shapes import (
    CURSORS,
    Coroutine,
    Document,
    Driver,
    Instance,
    ListOf,
    Mapping,
    Nil,
    Plain,
    Text,
    TupleOf,
    members,
)


class Fate(enum.Enum):
    AWAITED = "awaited"
    """Or scheduled, handed on to code that does, or to code that we don't see."""
    THROWN_AWAY = "thrown away"
    USED = "used"
    CURSOR_FORM = "used as a cursor"
    RETURNED = "returned in place of its result"
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
    if coroutine.site not in answers.handed_out and all(item.operation.op is Op.RETURN for item in done):
        broken = next((item for item in done if breaks_promise(answers, item)), None)
        if broken is not None:
            return Case(coroutine, Fate.RETURNED, broken)
    if any(item.operation.op in HANDED_ON for item in done):
        return Case(coroutine, Fate.AWAITED, None)
    return Case(coroutine, Fate.FORGOTTEN, done[0] if done else None)


def is_response(answers: Answers, item: Done) -> bool:
    """Is the coroutine what a route answers?"""
    return (
        item.operation.op is Op.RETURN and item.operation.detail != "yield" and item.body.scope in answers.places.routes
    )


def breaks_promise(answers: Answers, item: Done) -> bool:
    """Is the coroutine returned by an `async def` with an annotation of something else?"""
    function = item.body.scope
    if not isinstance(function, Function) or not function.is_async or item.operation.detail == "yield":
        return False
    annotation = function.node.returns if isinstance(function.node, f.FunctionDef) else None
    if annotation is None or any(last_name(part) in _ANYTHING for part in alternatives(annotation)):
        return False
    project = answers.project
    names = [name.rpartition(".")[2] for name in project.decorator_names(function)]
    if len(names) < len(function.decorators) or not _KEEPING.issuperset(names):
        return False
    promised = members(project.annotation(annotation, function.parent or function.module))
    return bool(promised) and all(
        isinstance(member, Plain | Text | Nil | ListOf | TupleOf | Mapping | Document | Driver)
        or (isinstance(member, Instance) and not members(project.class_lookup(member.cls, "__await__")))
        for member in promised
    )


def alternatives(annotation: f.Expr) -> Iterator[f.Expr]:
    """`A | B`, `Union[A, B]`, `Optional[A]`: A and B."""
    match annotation:
        case f.Opaque(kind="binary", children=parts):
            for part in parts:
                yield from alternatives(part)
        case f.Subscript(value=of, index=index) if last_name(of) in ("Union", "Optional"):
            for part in index.items if isinstance(index, f.Sequence) else (index,):
                yield from alternatives(part)
        case _:
            yield annotation


_ANYTHING = frozenset({"Any", "object"})
_KEEPING = frozenset({"staticmethod", "classmethod", "override"})
"""Decorators that await nothing."""


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
