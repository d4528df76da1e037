"""Motor's futures run by themselves; coroutines only when they are awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers.migration import migration_rows
from pymongo_async_lint.link import known
from pymongo_async_lint.link.answers import Answers, Done
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.link.shapes import Coroutine
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.records import Found

_RUNNING = frozenset({Op.AWAIT, Op.SCHEDULE})


def report_futures(answers: Answers, codes: Mapping[str, Code], found: Found) -> None:
    """Tell of every future that is not awaited where it is made: nothing may stop happening without a word."""
    for coroutine, done in answers.fates():
        code = codes.get(coroutine.site.path)
        if not coroutine.is_future or code is None:
            continue
        row = _row(answers, code, coroutine, done)
        if row is not None:
            found.report(row, coroutine.site, f"`{coroutine.member}`: {migration_rows()[row].advice}")


def _row(answers: Answers, code: Code, coroutine: Coroutine, done: Sequence[Done]) -> str | None:
    operations = [item.operation for item in done]
    for operation in operations:
        if operation.op is Op.AWAIT and isinstance(operation.subject, Coroutine) and operation.subject.is_spent:
            return "FUT03"
        if operation.op in (Op.SCHEDULE, Op.ATTRIBUTE, Op.ESCAPE) and operation.detail in known.FUTURE_MEMBERS:
            return "FUT04"
    node = code.tree.expression(coroutine.site.start, coroutine.site.end)
    if node is not None and _is_waited_for(code, node):
        return "FUT05"
    if any(operation.op is Op.DISCARD for operation in operations):
        return "FUT01"
    if any(operation.op in _RUNNING for operation in operations):
        above = code.tree.parent(node) if node is not None else None
        is_kept = above is not None and isinstance(above.node, f.Assign)
        is_awaited = any(operation.op is Op.AWAIT for operation in operations)
        return "FUT02" if is_kept and is_awaited else None
    if any(operation.op is Op.RETURN for operation in operations) and _is_returned_by_plain_function(code, node):
        return None  # whoever calls it awaits it, or is told of
    return "FUT01"


def _is_waited_for(code: Code, node: f.Expr) -> bool:
    for _, parent in code.tree.ancestors(node):
        if isinstance(parent.node, f.Statement):
            return False
        if isinstance(parent.node, f.Call) and path_key(parent.node.func) in ("asyncio.wait", "wait"):
            return True
        if isinstance(parent.node, f.Call) and parent.field != "args":
            return False
    return False


def _is_returned_by_plain_function(code: Code, node: f.Expr | None) -> bool:
    function = code.function_around(node) if node is not None else None
    return function is None or not function.is_async
