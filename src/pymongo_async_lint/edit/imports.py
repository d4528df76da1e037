"""Edits of imports."""

from __future__ import annotations

import re

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.edit.pieces import Edits, before_on_line, edit, has_newline, newline_of
from pymongo_async_lint.edit.tree import Tree
from pymongo_async_lint.rules.finding import Fix

_END_OF_LINE = re.compile(r"[\r\n]|\Z")


def move_import(tree: Tree, fix: Fix) -> Edits | None:
    """`from old import name` -> `from new import name`; of several names the others stay where they are"""
    place = fix.place
    name = tree.node(place.start, place.end, f.ImportedName)
    above = tree.parent(name) if name is not None else None
    if not isinstance(name, f.ImportedName) or above is None:
        return None
    if isinstance(above.node, f.Import):
        if name.alias is None or not tree.text.startswith(name.name, name.start):
            return None  # what the file calls it goes by the old path
        return (edit(place.path, name.start, name.start + len(name.name), fix.name),)
    module, _, last = fix.name.rpartition(".")
    if not isinstance(above.node, f.ImportFrom) or last != name.name or not module:
        return None
    if len(above.node.names) == 1:
        return _from_elsewhere(tree, place.path, above.node, module)
    return _on_its_own(tree, place.path, above.node, name, module)


def _from_elsewhere(tree: Tree, path: str, statement: f.ImportFrom, module: str) -> Edits | None:
    start = tree.behind_trivia(statement.start + len("from"))
    if not tree.text.startswith("from", statement.start) or not tree.text.startswith(statement.module, start):
        return None
    return (edit(path, start, start + len(statement.module), module),)


def _on_its_own(tree: Tree, path: str, statement: f.ImportFrom, name: f.ImportedName, module: str) -> Edits | None:
    """Take the name out of the list, and import it in a statement of its own, where sorted imports have it."""
    text = tree.text
    index = statement.names.index(name)
    if index + 1 < len(statement.names):
        start, end = name.start, statement.names[index + 1].start
    else:
        start, end = statement.names[index - 1].end, name.end
    written = text[name.start : name.end]
    if "#" in text[start:end] or has_newline(written):
        return None
    moved = f"from {module} import {written}"
    indent = before_on_line(text, statement.start)
    between = "; " if indent.strip(" \t\f") else newline_of(text) + indent
    removed = edit(path, start, end, "")
    if module > statement.module and between != "; " and _END_OF_LINE.match(text, statement.end):
        return removed, edit(path, statement.end, statement.end, between + moved)
    return edit(path, statement.start, statement.start, moved + between), removed
