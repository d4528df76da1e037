"""What the makers of edits share: which expression needs parentheses where."""

from __future__ import annotations

import re

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.edit.tree import Tree
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.finding import Edit

Primary = f.Name | f.Attribute | f.Call | f.Subscript
"""What binds as tightly as an expression can, and takes `.name` behind it as it is."""

Edits = tuple[Edit, ...]

_NEWLINE = re.compile(r"\r\n?|\n")


def edit(path: str, start: int, end: int, text: str) -> Edit:
    return Edit(Place(path, start, end), text)


def is_operand(tree: Tree, node: f.Expr) -> bool:
    """Is the expression, as it stands, part of a tighter one, so that an operator needs parentheses in its place?"""
    parent = tree.parent(node)
    if parent is None:
        return False
    if isinstance(parent.node, f.Await):
        return tree.behind_trivia(parent.node.start + len("await")) == node.start
    is_front = (isinstance(parent.node, f.Attribute | f.Subscript) and parent.field == "value") or (
        isinstance(parent.node, f.Call) and parent.field == "func"
    )
    return is_front and parent.node.start == node.start


def breaks_line(tree: Tree, node: f.Expr) -> bool:
    """Does the expression go on in another line without brackets of its own around the end of the line?"""
    match node:
        case f.Attribute(value=front) | f.Subscript(value=front) | f.Call(func=front):
            end = node.end if isinstance(node, f.Attribute) else tree.behind_trivia(front.end)
            return has_newline(tree.text[front.end : end]) or breaks_line(tree, front)
        case f.Await():
            return has_newline(tree.text[node.start : node.value.start]) or breaks_line(tree, node.value)
        case f.Name():
            return False
    return has_newline(tree.text[node.start : node.end])


def before_on_line(text: str, offset: int) -> str:
    """What stands in front of an offset in its line."""
    return text[max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1 : offset]


def newline_of(text: str) -> str:
    """How the lines of a file end; the first one counts."""
    found = _NEWLINE.search(text)
    return found[0] if found else "\n"


def has_newline(text: str) -> bool:
    return "\n" in text or "\r" in text
