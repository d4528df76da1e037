"""Mocks in the place of members that gain or lose their `await`: the code is rewritten, and its tests are to follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers.migration import gains_await, loses_await
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.objects import Objects
from pymongo_async_lint.migrate.records import Found
from pymongo_async_lint.migrate.unproven import DISTINCTIVE
from pymongo_async_lint.report.text import plural

_PLAIN = frozenset({"Mock", "MagicMock"})
_AWAITED = frozenset({"AsyncMock"})
MOCKS = _PLAIN | _AWAITED | {"patch", "mocker"}
"""What a file that makes any has in it"""

_ANSWERS = frozenset({"return_value", "side_effect"})


def report_doubles(objects: Objects, codes: Mapping[str, Code], found: Found) -> None:
    """Tell of each that stands in for what is called another way from now on."""
    called = [touch for touch in objects.touches if touch.is_called and touch.name in DISTINCTIVE]
    gained = {touch.name for touch in called if gains_await(touch.owner.type.kind, touch.name)}
    lost = {touch.name for touch in called if loses_await(touch.owner.type.kind, touch.name)}
    for code in codes.values():
        if not MOCKS & code.facts.identifiers:
            continue
        doubles: dict[str, list[f.Node]] = {}
        for name, mock, node in _doubles(code):
            if (name in gained and mock not in _AWAITED) or (name in lost and mock not in _PLAIN):
                doubles.setdefault(name, []).append(node)
        for name, nodes in doubles.items():
            others = f" ({plural(len(nodes) - 1, 'more place')} in this file)" if len(nodes) > 1 else ""
            now, mock = ("with", "AsyncMock") if name in gained else ("without", "Mock")
            message = f"`{name}` is called {now} `await` now; if this is a double of it, make it `{mock}`{others}"
            found.report("UNK01", code.place(nodes[0]), message)


def _doubles(code: Code) -> Iterator[tuple[str, str, f.Node]]:
    """The name of a member that a mock is put in the place of, and the mock's class as far as it is written there."""
    for node in code.nodes:
        match node:
            case f.Assign(targets=(f.Attribute(attr=name),), value=f.Call(func=func)):
                mock = (path_key(func) or "").rpartition(".")[2]
                if mock in _PLAIN | _AWAITED:
                    yield name, mock, node
            case f.Attribute(attr=answer, value=f.Attribute(attr=name)) if answer in _ANSWERS:
                yield name, "", node
