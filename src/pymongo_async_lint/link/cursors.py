"""Where a body goes through a cursor, and how a cursor came about."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.answers import Body
from pymongo_async_lint.link.arguments import argument
from pymongo_async_lint.link.around import Loop
from pymongo_async_lint.link.flow import Op, Use
from pymongo_async_lint.link.scopes import Function, bindings_of, expressions_of, flat_statements
from pymongo_async_lint.link.shapes import CURSORS, Driver

EXHAUSTING = frozenset({"list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max", "dict", "for"})
"""What takes all that an iterable has, unless it is left early"""


class Pass(msgspec.Struct, frozen=True):
    """A pass over the cursor behind a local name. `is_whole`: nothing is left of it behind it."""

    name: str
    node: f.Expr
    cursor: Driver
    is_whole: bool


def passes(body: Body) -> Iterator[Pass]:
    """The passes of a function over cursors that it knows by name, in the order of the source."""
    found: list[Pass] = []
    for operation in body.flow.operations:
        subject, node = operation.subject, operation.node
        if not isinstance(subject, Driver) or subject.type.kind not in CURSORS or not isinstance(node, f.Name):
            continue
        is_sync = subject.type.flavour is Flavour.SYNC
        if operation.op is (Op.ITERATE if is_sync else Op.ASYNC_ITERATE):
            is_whole = operation.detail in EXHAUSTING and not _is_left_early(body, node)
            found.append(Pass(node.id, node, subject, is_whole))
    for use in body.flow.uses:
        match use:
            case Use(node=f.Call(func=f.Attribute(value=f.Name() as name, attr="to_list"))):
                if use.owner.type.kind in CURSORS:
                    found.append(Pass(name.id, use.node, use.owner, reads_all(use)))
    yield from sorted(found, key=lambda one: one.node.start)


def reads_all(use: Use) -> bool:
    """`to_list()` and `to_list(None)`"""
    length = argument(use, "length")
    return length is None or (isinstance(length, f.Constant) and length.value is None)


def made_once(body: Body, name: str) -> f.Expr | None:
    """The expression that a local variable stands for, if it gets its value in one place only."""
    if not isinstance(body.scope, Function) or any(param.name == name for param in body.scope.params):
        return None
    values = [binding for bound, binding in bindings_of(body.scope.body) if bound == name]
    return values[0].value if len(values) == 1 and values[0].how == "value" and not values[0].path else None


def chain_of(node: f.Expr) -> list[f.Call]:
    """The calls of `coll.find(…).sort(…).limit(…)`, the first one first; an `await` in between is looked through."""
    found: list[f.Call] = []
    while True:
        match node:
            case f.Await(value=inner):
                node = inner
            case f.Call(func=f.Attribute(value=inner)):
                found.append(node)
                node = inner
            case _:
                return found[::-1]


def _is_left_early(body: Body, node: f.Name) -> bool:
    for statement in flat_statements(body.scope.body):
        if isinstance(statement, f.For) and statement.iter is node:
            return Loop(statement, frozenset()).ends_early
    return any(
        isinstance(one, f.Comprehension) and one.kind == "generator" and one.clauses[0].iter is node
        for one in expressions_of(body.scope.body)
    )
