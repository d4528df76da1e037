"""Edits that add, move or take away `await` and `async`."""

from __future__ import annotations

from collections.abc import Set

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.edit.legal import can_await, can_iterate_asynchronously
from pymongo_async_lint.edit.pieces import Edits, Primary, breaks_line, edit, is_operand
from pymongo_async_lint.edit.tree import Tree
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.finding import Edit, Fix


def add_await(tree: Tree, fix: Fix) -> Edits | None:
    """`x` -> `await x`"""
    place = fix.place
    node = tree.expression(place.start, place.end)
    if not isinstance(node, Primary | f.Await) or not can_await(tree, node):
        return None
    before, after = ("await (", ")") if isinstance(node, f.Await) else ("await ", "")
    return _around(tree, place.path, node, before, after)


def move_await(tree: Tree, fix: Fix) -> Edits | None:
    """`await x.y` -> `(await x).y`"""
    path = fix.place.path
    node = tree.expression(fix.place.start, fix.place.end)
    if not isinstance(node, Primary) or not can_await(tree, node):
        return None
    for child, above in tree.ancestors(node):
        if isinstance(above.node, f.Await) and child is not node:
            start, end = above.node.start, _behind_await(tree, above.node)
            closing = edit(path, node.end, node.end, ")")
            if end == node.start:
                return edit(path, start, end, "(await "), closing
            return edit(path, start, end, ""), edit(path, node.start, node.start, "(await "), closing
        if not isinstance(above.node, f.Attribute | f.Subscript | f.Call) or above.field not in ("value", "func"):
            return None
    return None


def remove_await(tree: Tree, fix: Fix) -> Edits | None:
    """`await x` -> `x`, and `(await x).y` -> `x.y`"""
    path = fix.place.path
    node = tree.expression(fix.place.start, fix.place.end)
    if node is None:
        return None
    above = tree.parent(node)
    if not isinstance(node, f.Await):
        if above is None or not isinstance(above.node, f.Await):
            return None
        node = above.node
        above = tree.parent(node)
    if not can_await(tree, node):
        return None  # it makes a generator expression an asynchronous one
    text = tree.text
    start, end = node.start, _behind_await(tree, node)
    has_parentheses = (
        above is not None
        and isinstance(above.node, f.Attribute | f.Subscript | f.Call)
        and above.field in ("value", "func")
        and text[above.node.start : start] == "("
        and text.startswith(")", node.end)
    )
    if not has_parentheses or breaks_line(tree, node):
        return (edit(path, start, end, ""),)
    blank = " " if tree.needs_blank_before(start - 1) else ""
    return edit(path, start - 1, end, blank), edit(path, node.end, node.end + 1, "")


def async_for(tree: Tree, fix: Fix) -> Edits | None:
    """`for` -> `async for`"""
    node = tree.expression(fix.place.start, fix.place.end)
    above = tree.parent(node) if node is not None else None
    if above is None or above.field != "iter":
        return None
    loop = above.node
    match loop:
        case f.For(is_async=False) if can_await(tree, loop):
            pass
        case f.ForClause(is_async=False) if can_iterate_asynchronously(tree, loop):
            pass
        case _:
            return None
    return (_async_at(tree, fix.place.path, loop),)


def async_with(tree: Tree, fix: Fix, wanted: Set[Place]) -> Edits | None:
    """`with` -> `async with`, where everything that the statement enters is among the `wanted`"""
    place = fix.place
    node = tree.expression(place.start, place.end)
    item = tree.parent(node) if node is not None else None
    above = tree.parent(item.node) if item is not None else None
    if above is None or not isinstance(above.node, f.With) or above.node.is_async or not can_await(tree, above.node):
        return None
    values = (item.value for item in above.node.items)
    if not all(Place(place.path, value.start, value.end) in wanted for value in values):
        return None
    return (_async_at(tree, place.path, above.node),)


def to_list(tree: Tree, fix: Fix) -> Edits | None:
    """`list(x)` -> `await x.to_list()`; `await x` -> `await x.to_list()`; any other `x` -> `await x.to_list()`"""
    place = fix.place
    node = tree.expression(place.start, place.end)
    if not isinstance(node, Primary | f.Await):
        return None
    above = tree.parent(node)
    if above is not None and isinstance(above.node, f.Await):
        if not isinstance(node, Primary):
            return None
        return (edit(place.path, node.end, node.end, f".to_list({fix.argument})"),)
    front, back = ("(", ")") if isinstance(node, f.Await) else ("", "")
    back = f"{back}.to_list({fix.argument})"
    call = _list_call(tree, node)
    if call is None:
        if not can_await(tree, node):
            return None
        return _around(tree, place.path, node, f"await {front}", back)
    if not can_await(tree, call):
        return None
    before, after = _brackets(tree, call)
    text = tree.text
    if text[call.func.end : node.start] == "(" and text[node.end : call.end] == ")" and not breaks_line(tree, node):
        return (
            edit(place.path, call.start, node.start, f"{before}await {front}"),
            edit(place.path, node.end, call.end, f"{back}{after}"),
        )
    comma = tree.behind_trivia(call.args[0].end)
    return (
        edit(place.path, call.func.start, call.func.end, f"{before}await "),
        *((edit(place.path, comma, comma + 1, ""),) if text[comma] == "," else ()),
        edit(place.path, call.end, call.end, f".to_list({fix.argument}){after}"),
    )


def _behind_await(tree: Tree, node: f.Await) -> int:
    """Where what is awaited begins, if that is in the same line."""
    end = node.start + len("await")
    while tree.text[end] in " \t":
        end += 1
    return end


def _list_call(tree: Tree, node: f.Expr) -> f.Call | None:
    """The call `list(…)` of which this is the only argument."""
    argument = tree.parent(node)
    above = tree.parent(argument.node) if argument is not None else None
    if above is None or not isinstance(above.node, f.Call):
        return None
    call = above.node
    is_list = isinstance(call.func, f.Name) and call.func.id == "list" and call.start == call.func.start
    return call if is_list and len(call.args) == 1 and not call.args[0].star and not call.args[0].keyword else None


def _brackets(tree: Tree, node: f.Expr) -> tuple[str, str]:
    """What `await …` needs around it in place of this expression."""
    before, after = ("(", ")") if is_operand(tree, node) else ("", "")
    return (" " if tree.needs_blank_before(node.start) else "") + before, after


def _around(tree: Tree, path: str, node: f.Expr, before: str, after: str) -> Edits:
    """Put `await` and the like around an expression."""
    opening, closing = _brackets(tree, node)
    edits = (edit(path, node.start, node.start, f"{opening}{before}"),)
    if after or closing:
        return (*edits, edit(path, node.end, node.end, f"{after}{closing}"))
    return edits


def _async_at(tree: Tree, path: str, node: f.Node) -> Edit:
    blank = " " if tree.needs_blank_before(node.start) else ""
    return edit(path, node.start, node.start, f"{blank}async ")
