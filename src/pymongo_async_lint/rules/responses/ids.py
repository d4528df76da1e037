"""Fixes for ObjectIds on their way out."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.answers import Answers, Body
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.shapes import Plain, Shape, members
from pymongo_async_lint.rules.finding import Fix, FixKind


def id_fix(body: Body, node: f.Node, shape: Shape, found: Plain) -> Fix | None:
    """`str(…)` around the `inserted_id` that is written in the value itself, or of the result that the value is."""
    if found.kind == "object_id":
        for value in _values(node):
            if isinstance(value, f.Attribute) and value.attr == "inserted_id":
                return Fix(FixKind.TO_STRING, body.place(value), True)
    elif found.kind == "insert_one_result" and members(shape) == (found,):
        return Fix(FixKind.TO_STRING, body.place(node), False, name="inserted_id")
    return None


def copy_fix(answers: Answers, document: Place) -> Fix | None:
    """A copy for `insert_one`; `document` is where it is handed over."""
    for body in answers.bodies:
        if body.path == document.path:
            for use in body.flow.uses:
                handed = use.node.args if use.member.name == "insert_one" and isinstance(use.node, f.Call) else ()
                if any(body.place(argument.value) == document for argument in handed):
                    return Fix(FixKind.COPY_DICTIONARY, document, False)
    return None


def _values(node: f.Node) -> Iterator[f.Node]:
    """The value, and what is written in it if it is a display of a dictionary or list."""
    yield node
    inner: tuple[f.Expr, ...] = ()
    if isinstance(node, f.Dict):
        inner = tuple(entry.value for entry in node.entries)
    elif isinstance(node, f.Sequence):
        inner = node.items
    for value in inner:
        yield from _values(value)
