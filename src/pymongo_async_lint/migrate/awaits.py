"""Members that gain or lose their `await`."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import How, Kind, member
from pymongo_async_lint.drivers.migration import gains_await, loses_await, migration_rows, row_of_member
from pymongo_async_lint.edit.awaits import add_await, remove_await
from pymongo_async_lint.edit.pieces import edit
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.migrate.callers import Callers
from pymongo_async_lint.migrate.code import Code, nodes_of
from pymongo_async_lint.migrate.objects import Objects, Touch
from pymongo_async_lint.migrate.records import Found, Kept
from pymongo_async_lint.rules.finding import Edit, Fix, FixKind

_AT_ONCE = "`{}` gives its result at once in Async PyMongo"
_TO_AWAIT = "`{}` has to be awaited in Async PyMongo"

_LATER = frozenset({"gather", "asyncio.gather"})
_STAGES = frozenset({"$out", "$merge"})

_CALLERS = frozenset(
    {"call_soon", "call_soon_threadsafe", "call_later", "call_at", "add_done_callback", "add_signal_handler"}
)
"""What calls a function and awaits nothing."""


def rewrite_awaits(objects: Objects, codes: Mapping[str, Code], callers: Callers, found: Found) -> None:
    """Add and take away `await` where the object is proved to be Motor's."""
    for touch in objects.touches:
        code = codes[touch.body.path]
        kind = touch.owner.type.kind
        if loses_await(kind, touch.name):
            _lose(code, touch, found)
        elif gains_await(kind, touch.name):
            _gain(code, touch, callers, found)
        elif _is_handed_on(code, touch):
            _report_method(code, touch, found)


def _lose(code: Code, touch: Touch, found: Found) -> None:
    above = code.tree.parent(touch.node)
    row = "ENC01" if touch.owner.type.kind is Kind.ENCRYPTION else "CLI10"
    if above is not None and isinstance(above.node, f.Await):
        outer = code.tree.parent(above.node)
        if row == "CLI10" and outer is not None and isinstance(outer.node, f.WithItem):
            row = "CLI09"
        edits = remove_await(code.tree, Fix(FixKind.REMOVE_AWAIT, code.place(touch.node), True))
        if edits:
            found.rewrite(row, code.place(touch.node), edits, f"{_AT_ONCE.format(touch.name)}; take away the `await`")
            return
    is_returned = touch.is_called and isinstance(code.statement_around(touch.node), f.Return)
    whose = "the `await` of its callers" if is_returned else "the `await` that it gets elsewhere"
    found.report(row, code.place(touch.node), f"{_AT_ONCE.format(touch.name)}; take away {whose}")


def _gain(code: Code, touch: Touch, callers: Callers, found: Found) -> None:
    node = touch.node
    is_property = (how := _how(touch)) is not None and how is How.PROPERTY
    place = code.place(node)
    if not touch.is_called and not is_property:
        _report_method(code, touch, found)
        return
    above = code.tree.parent(node)
    if above is not None and isinstance(above.node, f.Await):
        return
    row = _row_of_gain(code, touch)
    if row == "GFS09":
        found.report(row, place, migration_rows()[row].advice)
        return
    if _begins_with_another(code, node):
        found.report(
            row, place, f"{_TO_AWAIT.format(touch.name)}, as what it is called on; put one `await` in front of each"
        )
        return
    edits = add_await(code.tree, Fix(FixKind.ADD_AWAIT, place, True))
    if edits is None:
        edits = _in_shutdown_handler(code, touch, callers)
        row = "CLI03" if edits and row == "CLI04" else row
    if not edits:
        _report_no_place(code, touch, callers, row, found)
        return
    name = path_key(touch.attribute) or f"….{touch.name}"
    found.rewrite(row, place, edits, f"{_TO_AWAIT.format(name)}; put `await` in front of it")
    _report_side_effects(code, touch, row, found)


def _how(touch: Touch) -> How | None:
    found = member(touch.owner.type, touch.name)
    return found.how if found is not None else None


def _row_of_gain(code: Code, touch: Touch) -> str:
    found = row_of_member(touch.owner.type.kind, touch.name)
    row = found.id if found is not None else "COL03"
    above = code.tree.parent(touch.node)
    holder = above.node if above is not None else None
    if row == "COL03":
        if any(stage in code.written(touch.node) for stage in _STAGES):
            return "COL13"
        match holder:
            case f.For():
                return "COL01"
            case f.ForClause():
                return "COL04"
            case f.Attribute(attr="to_list"):
                return "COL02"
            case f.Return():
                function = code.function_around(touch.node)
                return "COL05" if function is not None and function.is_async else "COL06"
    elif row == "COL09" and isinstance(holder, f.Assign):
        return "COL10"
    elif row == "TXN01" and isinstance(holder, f.ExprStatement):
        return "TXN02"
    elif row == "CLI03":
        function = code.function_around(touch.node)
        return "CLI03" if function is not None and function.is_async else "CLI04"
    return row


def _begins_with_another(code: Code, node: f.Expr) -> bool:
    """Is it called on something that gets an `await` at the same place?"""
    inner: f.Node = node
    while isinstance(inner, f.Call | f.Attribute | f.Subscript):
        called = inner.func if isinstance(inner, f.Call) and inner is not node else None
        if isinstance(called, f.Attribute) and called.attr in ("rewind", "add_option"):
            return True
        inner = inner.func if isinstance(inner, f.Call) else inner.value
    return False


def _in_shutdown_handler(code: Code, touch: Touch, callers: Callers) -> tuple[Edit, ...] | None:
    """Nobody but the application calls the function around, so that it may become a coroutine."""
    function = code.function_around(touch.node)
    if function is None or function.is_async or not callers.is_only_a_shutdown_handler(function):
        return None
    if code.tree.parent(touch.node) is None or not _is_statement_of(code, touch.node, function):
        return None
    start, inside = function.start, touch.node.start
    return edit(code.path, start, start, "async "), edit(code.path, inside, inside, "await ")


def _is_statement_of(code: Code, node: f.Node, function: f.FunctionDef) -> bool:
    """Is it a statement of the function, with no lambda or comprehension in between?"""
    above = code.tree.parent(node)
    return above is not None and isinstance(above.node, f.ExprStatement) and code.function_around(node) is function


def _report_no_place(code: Code, touch: Touch, callers: Callers, row: str, found: Found) -> None:
    """There is an `await` to be put where none can stand."""
    name = path_key(touch.attribute) or f"….{touch.name}"
    if code.function_around(touch.node) is None and code.is_notebook:
        found.report(row, code.place(touch.node), f"{_TO_AWAIT.format(name)}; put `await` in front of it")
        return
    way_out, known = callers.way_out(code, touch.node)
    message = f"{_TO_AWAIT.format(name)}, where no `await` can stand; {way_out}"
    found.report_no_place(row, code.place(touch.node), message, known)


def _report_side_effects(code: Code, touch: Touch, row: str, found: Found) -> None:
    """What changes besides."""
    rows = migration_rows()
    place = code.place(touch.node)
    above = code.tree.parent(touch.node)
    if row == "COL10":
        found.report(row, place, rows[row].advice, Kept.NOTE)
    if above is not None and isinstance(above.node, f.Attribute) and above.node.attr == "batch_size":
        found.report("COL15", place, rows["COL15"].advice)
    for _, parent in code.tree.ancestors(touch.node):
        if isinstance(parent.node, f.Statement):
            break
        if isinstance(parent.node, f.Call) and path_key(parent.node.func) in _LATER:
            found.report("FUT08", place, f"`{touch.name}`: {rows['FUT08'].advice}", Kept.NOTE)
    if above is not None and isinstance(above.node, f.Assign) and isinstance(above.node.targets[0], f.Name):
        _report_outside_of_try(code, above.node, above.node.targets[0].id, found)


def _report_outside_of_try(code: Code, statement: f.Assign, name: str, found: Found) -> None:
    """The pipeline fails where the cursor is made now, no longer where it is read."""
    function = code.function_around(statement)
    for node in nodes_of(function.body) if function is not None else ():
        if isinstance(node, f.Try) and node.handlers and node.start > statement.end:
            inside = [one for one in nodes_of(node.body) if isinstance(one, f.Name) and one.id == name]
            if inside:
                found.report("COL14", code.place(statement), migration_rows()["COL14"].advice, Kept.NOTE)
                return


def _is_handed_on(code: Code, touch: Touch) -> bool:
    """Is it a method that Motor runs at once, handed on uncalled?"""
    if touch.is_called or _how(touch) not in (How.FUTURE, How.COROUTINE):
        return False
    above = code.tree.parent(touch.node)
    if above is None or not isinstance(above.node, f.Argument):
        return False
    call = code.tree.parent(above.node)
    match call.node if call is not None else None:
        case f.Call(func=f.Attribute(attr=name) | f.Name(id=name)):
            return name in _CALLERS
    return False


def _report_method(code: Code, touch: Touch, found: Found) -> None:
    if _how(touch) is How.FUTURE:
        found.report("FUT01", code.place(touch.node), f"`{touch.name}`: {migration_rows()['FUT01'].advice}")
        return
    row = row_of_member(touch.owner.type.kind, touch.name)
    message = f"{_TO_AWAIT.format(touch.name)}; let whoever calls it do so"
    found.report(row.id if row is not None else "COL03", code.place(touch.node), message)
