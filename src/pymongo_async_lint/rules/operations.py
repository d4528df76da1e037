"""What is done with driver objects."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.answers import Answers, Done
from pymongo_async_lint.link.flow import Op
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
