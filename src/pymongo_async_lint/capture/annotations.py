"""Annotations that are written as strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pymongo_async_lint.capture import facts as f


def resolve_strings(annotation: f.Expr, parse: Callable[[str], f.Expr | None]) -> f.Expr:
    """The annotation with the expressions that its strings stand for, at the places of the strings.

    The strings of `Literal[…]` and the metadata of `Annotated[…]` stay, and so does what `parse` makes nothing of.
    """
    start, end = annotation.start, annotation.end
    match annotation:
        case f.Constant(value=str(text)):
            parsed = parse(text)
            return annotation if parsed is None else resolve_strings(_moved(parsed, start, end), parse)
        case f.Subscript(value=value, index=index):
            match _last_name(value):
                case "Literal":
                    return annotation
                case "Annotated" if isinstance(index, f.Sequence) and index.items:
                    items = (resolve_strings(index.items[0], parse), *index.items[1:])
                    index = f.Sequence(index.start, index.end, index.kind, items)
                case _:
                    index = resolve_strings(index, parse)
            return f.Subscript(start, end, value, index)
        case f.Sequence(kind=kind, items=items):
            return f.Sequence(start, end, kind, tuple([resolve_strings(item, parse) for item in items]))
        case f.Opaque(kind="binary", children=children):
            return f.Opaque(start, end, "binary", tuple([resolve_strings(child, parse) for child in children]))
        case f.Starred(value=value):
            return f.Starred(start, end, resolve_strings(value, parse))
    return annotation


def _last_name(node: f.Expr) -> str | None:
    match node:
        case f.Name(id=name) | f.Attribute(attr=name):
            return name
    return None


def _moved(value: Any, start: int, end: int) -> Any:
    """The same tree with every node at one place."""
    if isinstance(value, f.Node):
        fields = value.__struct_fields__[2:]
        return type(value)(start, end, *[_moved(getattr(value, field), start, end) for field in fields])
    if isinstance(value, tuple):
        return tuple([_moved(item, start, end) for item in value])
    return value
