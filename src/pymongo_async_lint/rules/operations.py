"""What is done with driver objects."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.answers import Answers, Body, Done
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.scopes import Function, bindings_of
from pymongo_async_lint.link.shapes import Driver
from pymongo_async_lint.rules.base import named

WRITES = frozenset(
    {
        "bulk_write",
        "delete_many",
        "delete_one",
        "find_one_and_delete",
        "find_one_and_replace",
        "find_one_and_update",
        "insert_many",
        "insert_one",
        "replace_one",
        "update_many",
        "update_one",
    }
)
"""Methods of a collection that write documents, in a transaction too"""


def driver_operations(answers: Answers, wanted: set[Op]) -> Iterator[tuple[Done, Driver]]:
    for body in answers.bodies:
        if body.given:
            continue
        for operation in body.flow.operations:
            if operation.op in wanted and isinstance(operation.subject, Driver):
                yield Done(body, operation), operation.subject


def operand_name(done: Done) -> str:
    """The driver object that something is done with, as the code writes it, and what it is."""
    operation, node = done.operation, done.operation.node
    assert isinstance(operation.subject, Driver)
    wrapper = {Op.AWAIT: f.Await, Op.SUBSCRIPT: f.Subscript}.get(operation.op)
    if wrapper is not None and isinstance(node, wrapper):
        node = node.value
    return named(node, operation.subject)


def is_nothing_else(body: Body, node: f.Node) -> bool:
    """Is the expression sure to be the driver's object, on every path, and not something that we know nothing of?

    It is what a call of the driver gives, or a name of this function that nothing else is ever assigned to.
    """
    calls = {id(use.node) for use in body.flow.uses} | {id(made.node) for made in body.flow.constructions}
    if isinstance(node, f.Await):
        node = node.value
    if not isinstance(node, f.Name):
        return id(node) in calls
    function = body.scope
    if not isinstance(function, Function) or any(param.name == node.id for param in function.params):
        return False
    bindings = [binding for name, binding in bindings_of(function.body) if name == node.id]
    values = [binding.value if binding.how == "value" and not binding.path else None for binding in bindings]
    return bool(values) and all(id(value.value if isinstance(value, f.Await) else value) in calls for value in values)
