"""Who calls a function that would have to become a coroutine."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.records import Caller
from pymongo_async_lint.report.text import plural


class Callers:
    """The call graph, from the callee's side."""

    def __init__(self, answers: Answers, codes: Mapping[str, Code]) -> None:
        self._codes = codes
        self._calls: dict[int, list[tuple[Place, f.FunctionDef | None]]] = {}
        self._names: dict[int, str] = {}
        for body in answers.bodies:
            if body.given:
                continue
            around = body.scope.node if isinstance(body.scope, Function) else None
            for site in body.flow.calls:
                node = site.function.node
                calls = self._calls.setdefault(id(node), [])
                calls.append((body.place(site.node), around if isinstance(around, f.FunctionDef) else None))

    def are_known(self, function: f.FunctionDef) -> bool:
        """Does any code of the project call the function?"""
        return id(function) in self._calls

    def all_of(self, function: f.FunctionDef) -> tuple[Caller, ...]:
        """The calls of a plain function, and of all plain functions that lead to it: each would need an `await`."""
        found: dict[Caller, None] = {}
        seen: set[int] = set()
        pending = [function]
        while pending:
            one = pending.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            for place, around in self._calls.get(id(one), ()):
                is_plain = around is not None and not around.is_async
                found[Caller(place, around.name if around is not None else "", is_plain)] = None
                if around is not None and is_plain:
                    pending.append(around)
        return tuple(sorted(found, key=lambda caller: caller.place))

    def way_out(self, code: Code, node: f.Node) -> tuple[str, tuple[Caller, ...]]:
        """What to do where no `await` can stand around a node that needs one, and all calls that this is about."""
        function = code.function_around(node)
        if function is None:
            return "move it into a coroutine", ()
        if function.is_async:
            return "move it out of the lambda, the default or the generator expression", ()
        known = self.all_of(function)
        calls = f", and await it in {plural(len(known), 'call')}" if known else ""
        return f"make `{function.name}` an `async def`{calls}", known

    def is_only_a_shutdown_handler(self, function: f.FunctionDef) -> bool:
        """Is all that happens to the function that an application runs it when it ends?"""
        is_handler = any(
            isinstance(decorator, f.Call)
            and isinstance(decorator.func, f.Attribute)
            and decorator.func.attr == "on_event"
            and any(_is_shutdown(argument) for argument in decorator.args)
            for decorator in function.decorators
        )
        for code in self._codes.values():
            if function.name not in code.facts.identifiers:
                continue
            for node in code.nodes:
                if not _means(node, function.name):
                    continue
                argument = code.tree.parent(node)
                call = code.tree.parent(argument.node) if argument is not None else None
                if call is None or not isinstance(call.node, f.Call) or not _adds_handler(call.node):
                    return False
                is_handler = True
        return is_handler and not any(decorator for decorator in function.decorators[1:])


def _means(node: f.Node, name: str) -> bool:
    return (isinstance(node, f.Name) and node.id == name) or (isinstance(node, f.Attribute) and node.attr == name)


def _adds_handler(call: f.Call) -> bool:
    is_adder = isinstance(call.func, f.Attribute) and call.func.attr == "add_event_handler"
    return is_adder and any(_is_shutdown(argument) for argument in call.args)


def _is_shutdown(argument: f.Argument) -> bool:
    return isinstance(argument.value, f.Constant) and argument.value.value == "shutdown"
