"""Edits of calls: other names, and calls around an expression."""

from __future__ import annotations

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.edit.pieces import Edits, Primary, edit
from pymongo_async_lint.edit.tree import Tree
from pymongo_async_lint.rules.finding import Fix


def rename_method(tree: Tree, fix: Fix) -> Edits | None:
    """`x.old(…)` -> `x.new(…)`"""
    place = fix.place
    node = tree.expression(place.start, place.end)
    attribute = node.func if isinstance(node, f.Call) else node
    if not isinstance(attribute, f.Attribute):
        return None
    start = attribute.end - len(attribute.attr)
    if tree.text[start : attribute.end] != attribute.attr:
        return None
    renamed = edit(place.path, start, attribute.end, fix.name)
    if not fix.argument or not isinstance(node, f.Call) or node.args:
        return (renamed,)
    return renamed, edit(place.path, node.end - 1, node.end - 1, fix.argument)


def copy_dictionary(tree: Tree, fix: Fix) -> Edits | None:
    """`x` -> `{**x}`"""
    place = fix.place
    node = tree.expression(place.start, place.end)
    if not isinstance(node, Primary):
        return None
    return edit(place.path, node.start, node.start, "{**"), edit(place.path, node.end, node.end, "}")


def to_string(tree: Tree, fix: Fix) -> Edits | None:
    """`x` -> `str(x)`, or `str(x.name)`"""
    place = fix.place
    node = tree.expression(place.start, place.end)
    if not isinstance(node, Primary | f.Await):
        return None
    before, after = ("(", ")") if fix.name and isinstance(node, f.Await) else ("", "")
    blank = " " if tree.needs_blank_before(node.start) else ""
    after += f".{fix.name}" if fix.name else ""
    return (
        edit(place.path, node.start, node.start, f"{blank}str({before}"),
        edit(place.path, node.end, node.end, f"{after})"),
    )
