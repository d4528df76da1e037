"""Calls that look like Motor's, of objects that nothing is proved of."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers.migration import migration_rows
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.objects import Objects
from pymongo_async_lint.migrate.records import Found
from pymongo_async_lint.report.text import plural
from pymongo_async_lint.rules.operations import WRITES

DISTINCTIVE = frozenset(
    {
        "aggregate",
        "aggregate_raw_batches",
        "fetch_next",
        "get_io_loop",
        "list_indexes",
        "list_search_indexes",
        "next_object",
        "start_session",
        "start_transaction",
    }
)
"""Members that Motor and Async PyMongo differ in, with names that hardly any other library has"""

_WRITES = WRITES | {"create_index", "create_indexes", "drop_collection", "drop_index", "drop_indexes"}

_CLIENTS = ("client", "mongo", "motor")


def report_unproven(objects: Objects, codes: Mapping[str, Code], found: Found) -> None:
    """Tell of calls that may be Motor's: what is not proved is not rewritten."""
    advice = migration_rows()["UNK01"].advice
    for touch in objects.mixed:
        place = codes[touch.body.path].place(touch.node)
        if touch.name in DISTINCTIVE | {"watch", "close"}:
            found.report("UNK01", place, f"`{touch.name}`: for some callers, this is an object of another driver")
    for code in codes.values():
        in_function: dict[int, list[f.Attribute]] = {}
        for node in code.nodes:
            if isinstance(node, f.Attribute) and id(node) not in objects.known and _is_suspect(code, node):
                in_function.setdefault(id(code.function_around(node)), []).append(node)
        for suspects in in_function.values():
            first, more = suspects[0], len(suspects) - 1
            others = f" ({plural(more, 'call')} more like this in the same function)" if more else ""
            found.report("UNK01", code.place(first), f"`{path_key(first) or '….' + first.attr}`: {advice}{others}")


def _is_suspect(code: Code, node: f.Attribute) -> bool:
    above = code.tree.parent(node)
    call = above.node if above is not None and above.field == "func" else None
    if node.attr in DISTINCTIVE:
        return call is not None or node.attr == "fetch_next"
    if call is None:
        return False
    holder = code.tree.parent(call)
    is_thrown_away = holder is not None and isinstance(holder.node, f.ExprStatement)
    if node.attr in _WRITES:
        return is_thrown_away
    name = (path_key(node.value) or "").rpartition(".")[2].lower()
    return node.attr == "close" and is_thrown_away and any(word in name for word in _CLIENTS)
