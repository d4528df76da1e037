"""Which expression a call gives for a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.flow import CallSite, Use

if TYPE_CHECKING:
    from pymongo_async_lint.link.project import Project

POSITIONS = {
    "find": ("filter", "projection", "skip", "limit"),
    "find_one": ("filter",),
    "find_raw_batches": ("filter", "projection", "skip", "limit"),
}
"""What the methods that hand everything on (`*args`) take first."""


def argument(use: Use, name: str) -> f.Expr | None:
    """What a call gives for a parameter, by keyword or position; None where it doesn't, or where stars hide it."""
    if not isinstance(use.node, f.Call):
        return None
    positions = use.member.params
    if not positions or positions[0] == "*args":
        positions = POSITIONS.get(use.member.name, ())
    position = 0
    for given in use.node.args:
        if given.keyword == name:
            return given.value
        if given.star:
            position = len(positions)
        elif given.keyword is None:
            if position < len(positions) and positions[position] == name:
                return given.value
            position += 1
    return None


def may_give(use: Use, name: str) -> bool:
    """Does the call give something for the parameter, or hand on arguments that nobody can see?"""
    if not isinstance(use.node, f.Call):
        return False
    return argument(use, name) is not None or any(given.star for given in use.node.args)


def passed(project: Project, site: CallSite) -> dict[str, f.Expr]:
    """The expressions that a call of one of the project's functions gives for its parameters, as far as no star hides
    them."""
    node, function = site.node, site.function
    if not isinstance(node, f.Call) or any(given.star for given in node.args):
        return {}
    free = [param.name for param in function.params if param.kind in ("positional", "any")]
    if function.owner is not None and isinstance(function.node, f.FunctionDef):
        kind = project.method_kind(function)
        if kind == "class" or (kind == "instance" and site.receiver is not None):
            free = free[1:]
    values = [given.value for given in node.args if given.keyword is None]
    keywords = {given.keyword: given.value for given in node.args if given.keyword is not None}
    return {**dict(zip(free, values, strict=False)), **keywords}
