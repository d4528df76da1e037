"""Motor's futures run by themselves; coroutines only when they are awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers.migration import migration_rows
from pymongo_async_lint.edit.awaits import add_await
from pymongo_async_lint.link import known
from pymongo_async_lint.link.answers import Answers, Done
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.link.shapes import Coroutine
from pymongo_async_lint.migrate.callers import Callers
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.records import Found, Kept
from pymongo_async_lint.rules.finding import Fix, FixKind

_DROPPED = "Motor runs this although nobody awaits it, Async PyMongo would not"
_RUNNING = frozenset({Op.AWAIT, Op.SCHEDULE})


def report_futures(answers: Answers, codes: Mapping[str, Code], callers: Callers, found: Found) -> None:
    """Tell of every future that is not awaited where it is made: nothing may stop happening without a word."""
    for coroutine, done in answers.fates():
        code = codes.get(coroutine.site.path)
        if not coroutine.is_future or code is None:
            continue
        row = _row(codes, code, coroutine, done)
        function = _plain_function_that_returns(code, coroutine, done) if row == "FUT01" else None
        if row is not None and function is not None:
            if callers.are_known(function):
                continue  # each of them awaits it, or is told of
            message = f"`{coroutine.member}`: whoever calls `{function.name}` has to await this, or it never happens"
            found.report(row, coroutine.site, message, Kept.NOTE)
        elif row is not None and not _report_no_place(code, coroutine, row, callers, found):
            found.report(row, coroutine.site, f"`{coroutine.member}`: {migration_rows()[row].advice}")


def _report_no_place(code: Code, coroutine: Coroutine, row: str, callers: Callers, found: Found) -> bool:
    """Where nobody awaits a future because no `await` can stand there, say so. Gives whether this is so."""
    node = code.tree.expression(coroutine.site.start, coroutine.site.end)
    if row != "FUT01" or node is None or (code.is_notebook and code.function_around(node) is None):
        return False
    if add_await(code.tree, Fix(FixKind.ADD_AWAIT, coroutine.site, True)) is not None:
        return False
    way_out, known = callers.way_out(code, node)
    message = f"`{coroutine.member}`: {_DROPPED}, and no `await` can stand here; {way_out}, or keep a task"
    found.report_no_place(row, coroutine.site, message, known)
    return True


def _row(codes: Mapping[str, Code], code: Code, coroutine: Coroutine, done: Sequence[Done]) -> str | None:
    operations = [item.operation for item in done]
    for operation in operations:
        if operation.op is Op.AWAIT and isinstance(operation.subject, Coroutine) and operation.subject.is_spent:
            return "FUT03"
        if operation.op in (Op.SCHEDULE, Op.ATTRIBUTE, Op.ESCAPE) and operation.detail in known.FUTURE_MEMBERS:
            return "FUT04"
    if any(_is_waited_for(codes, item) for item in done):
        return "FUT05"
    if any(operation.op is Op.DISCARD for operation in operations):
        return "FUT01"
    if any(operation.op in _RUNNING for operation in operations):
        node = code.tree.expression(coroutine.site.start, coroutine.site.end)
        above = code.tree.parent(node) if node is not None else None
        is_kept = above is not None and isinstance(above.node, f.Assign)
        is_awaited = any(operation.op is Op.AWAIT for operation in operations)
        return "FUT02" if is_kept and is_awaited else None
    return "FUT01"


def _is_waited_for(codes: Mapping[str, Code], item: Done) -> bool:
    """Is it handed to `asyncio.wait`, by itself or in a list?"""
    code = codes.get(item.body.path)
    if code is None or item.operation.op is not Op.SCHEDULE:
        return False
    argument = code.tree.parent(item.operation.node)
    call = code.tree.parent(argument.node) if argument is not None else None
    return call is not None and isinstance(call.node, f.Call) and path_key(call.node.func) in ("asyncio.wait", "wait")


def _plain_function_that_returns(code: Code, coroutine: Coroutine, done: Sequence[Done]) -> f.FunctionDef | None:
    """The function that hands the future on to callers of whom nothing is known."""
    operations = {item.operation.op for item in done}
    if Op.RETURN not in operations or Op.DISCARD in operations:
        return None
    node = code.tree.expression(coroutine.site.start, coroutine.site.end)
    function = code.function_around(node) if node is not None else None
    return function if function is not None and not function.is_async else None
