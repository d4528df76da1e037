"""Edits of calls: other names, further arguments, and calls around an expression."""

from __future__ import annotations

import re

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.edit.pieces import Edits, Primary, before_on_line, edit, newline_of
from pymongo_async_lint.edit.tree import Tree
from pymongo_async_lint.rules.finding import Edit, Fix

_END_OF_LINE = re.compile(r",?[ \t\f]*[\r\n]")


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
    return renamed, _last_argument(tree, place.path, node, fix.argument)


def rename_keyword(tree: Tree, fix: Fix) -> Edits | None:
    """`f(old=x)` -> `f(new=x)`"""
    place = fix.place
    node = tree.node(place.start, place.end, f.Argument)
    if not isinstance(node, f.Argument) or not node.keyword or not tree.text.startswith(node.keyword, node.start):
        return None
    return (edit(place.path, node.start, node.start + len(node.keyword), fix.name),)


def add_argument(tree: Tree, fix: Fix) -> Edits | None:
    """`f(x)` -> `f(x, new)`"""
    node = tree.expression(fix.place.start, fix.place.end)
    if not isinstance(node, f.Call):
        return None
    if any(isinstance(a.value, f.Comprehension) and a.value.kind == "generator" for a in node.args):
        return None  # it may have no parentheses of its own
    return (_last_argument(tree, fix.place.path, node, fix.argument),)


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


def _last_argument(tree: Tree, path: str, call: f.Call, argument: str) -> Edit:
    if call.args:
        last, text = call.args[-1], tree.text
        indent = before_on_line(text, last.start)
        # On a line of its own where the last one is, unless a comment says something of that.
        has_line = not indent.strip(" \t\f") and _END_OF_LINE.match(text, last.end)
        between = newline_of(text) + indent if has_line else " "
        return edit(path, last.end, last.end, f",{between}{argument}")
    return edit(path, call.end - 1, call.end - 1, argument)
