"""What is done with driver objects, once for each place."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.answers import Answers, Done
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.shapes import Driver


def driver_operations(answers: Answers, wanted: set[Op]) -> Iterator[tuple[Done, Driver]]:
    for body in answers.bodies:
        if body.given:
            continue
        for operation in body.flow.operations:
            if operation.op in wanted and isinstance(operation.subject, Driver):
                yield Done(body, operation), operation.subject
