"""Edits that compare with `None` in place of a truth test."""

from __future__ import annotations

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.edit.pieces import Edits, Primary, edit, has_newline
from pymongo_async_lint.edit.tree import Parent, Tree
from pymongo_async_lint.rules.finding import Fix

TEST_FIELDS = frozenset({"test", "conditions", "guard"})

ROOM_FOR_CONDITIONAL = (f.Assign, f.Return, f.Argument, f.ExprStatement, f.AugAssign, f.Entry, f.Sequence)
"""What takes `a if b else c` without parentheses."""


def compare_with_none(tree: Tree, fix: Fix) -> Edits | None:
    """`if x` -> `if x is not None`, `not x` -> `x is None`, `x or y` -> `x if x is not None else y`"""
    path = fix.place.path
    node = tree.expression(fix.place.start, fix.place.end)
    above = tree.parent(node) if node is not None else None
    if not isinstance(node, Primary | f.Await | f.Walrus) or above is None:
        return None
    if isinstance(above.node, f.Not):
        return _without_not(tree, path, above.node)
    if _is_only_tested(tree, above):
        if isinstance(node, f.Walrus):
            return edit(path, node.start, node.start, "("), edit(path, node.end, node.end, ") is not None")
        return (edit(path, node.end, node.end, " is not None"),)
    if isinstance(above.node, f.BoolOp):
        return _conditional(tree, path, node, above.node)
    return None


def _without_not(tree: Tree, path: str, negation: f.Not) -> Edits | None:
    operand = tree.behind_trivia(negation.start + len("not"))
    if "#" in tree.text[negation.start : operand]:
        return None
    return edit(path, negation.start, operand, ""), edit(path, negation.end, negation.end, " is None")


def _is_only_tested(tree: Tree, above: Parent | None) -> bool:
    """Does nothing but the truth of the expression below matter?"""
    while above is not None:
        match above.node:
            case f.BoolOp():
                above = tree.parent(above.node)
            case f.Argument():
                call = tree.parent(above.node)
                return call is not None and isinstance(call.node, f.Call) and _is_bool(call.node)
            case f.Not():
                return True
            case _:
                return above.field in TEST_FIELDS
    return False


def _is_bool(call: f.Call) -> bool:
    return isinstance(call.func, f.Name) and call.func.id == "bool" and len(call.args) == 1


def _conditional(tree: Tree, path: str, node: f.Expr, choice: f.BoolOp) -> Edits | None:
    """`x or y`, where the value is wanted"""
    if choice.operator != "or" or len(choice.values) != 2 or node is not choice.values[0] or not _is_plain(node):
        return None
    if choice.start != node.start or tree.parent(choice) is None:
        return None
    either = tree.behind_trivia(node.end)
    other = tree.behind_trivia(either + len("or"))
    gap = tree.text[node.end : other]
    if "#" in gap or has_newline(gap):
        return None
    written = tree.text[node.start : node.end]
    above = tree.parent(choice)
    assert above is not None
    before, after = ("", "") if isinstance(above.node, ROOM_FOR_CONDITIONAL) else ("(", ")")
    edits = (edit(path, choice.start, other, f"{before}{written} if {written} is not None else "),)
    return (*edits, edit(path, choice.end, choice.end, after)) if after else edits


def _is_plain(node: f.Expr) -> bool:
    """Is it a (dotted) name, which may be evaluated twice?"""
    while isinstance(node, f.Attribute):
        node = node.value
    return isinstance(node, f.Name)
