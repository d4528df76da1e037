"""Objects that a project attaches its things to, so that they can be found again: `app.state.db`, `self.db`."""

from __future__ import annotations

from collections.abc import Hashable

from pymongo_async_lint.frameworks import holder_of
from pymongo_async_lint.link import known
from pymongo_async_lint.link.shapes import ClassRef, External, ExternalInstance, Instance, ModuleRef, Shape


def holder_key(dotted: str) -> str:
    """One key for all instances of a class that the project attaches things to."""
    if dotted.startswith(("app:", "request:", "state:", "ext:")):
        return dotted
    return holder_of(dotted) or f"ext:{dotted}"


def is_result(dotted: str) -> bool:
    """Is it what a function of somebody else's gave (`json.loads`), with nothing in common with its other results?"""
    is_holder = ":" in dotted or dotted in known.HOLDERS or holder_of(dotted) is not None
    return not is_holder and not any(part[:1].isupper() for part in dotted.split("."))


def storage_key(holder: Shape) -> Hashable | None:
    """What is stored on one of two objects with the same key can be read from the other; None where it can't be
    found again."""
    match holder:
        case Instance(cls) | ClassRef(cls):
            return cls
        case ModuleRef():
            return holder
        case External(dotted):
            return holder_key(dotted)
        case ExternalInstance(dotted) if not is_result(dotted):
            return holder_key(dotted)
    return None
