"""Where event loops are started, and which clients that outlive them they use."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.answers import Answers, Body
from pymongo_async_lint.link.around import holds
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import Function, Module, expressions_of
from pymongo_async_lint.link.shapes import Driver, External, Proof, members

STARTERS = frozenset({"asyncio.run", "asyncio.runners.run", "uvloop.run", "anyio.run"})
"""Each call makes an event loop of its own, and closes it"""


class Run(msgspec.Struct, frozen=True):
    """A call that runs an event loop from its start to its end, and the clients made at import that it uses."""

    call: f.Call
    clients: dict[Place, Driver]


class EventLoops:
    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.shared = set(self._made_at_import())
        self._reached: dict[Function, dict[Place, Driver]] = {}

    def _made_at_import(self) -> Iterator[Place]:
        """Clients that modules make once and never again."""
        for body in self.answers.bodies:
            if isinstance(body.scope, Module) and not body.scope.is_test:
                for construction in body.flow.constructions:
                    names = [
                        name
                        for name, bindings in body.scope.bindings.items()
                        if any(
                            binding.value is not None and holds(binding.value, construction.node)
                            for binding in bindings
                        )
                    ]
                    if names and not any(body.scope.global_writers(name) for name in names):
                        yield construction.driver.origin

    def runs(self, body: Body) -> Iterator[Run]:
        """The event loops that a body starts."""
        for node in self._starts(body) if self.shared else ():
            clients: dict[Place, Driver] = {}
            for site in body.flow.calls:
                if holds(node, site.node):
                    clients.update(self._clients_of(site.function))
            for use in body.flow.uses:
                if holds(node, use.node):
                    clients.update(self._shared(use.owner))
            yield Run(node, clients)

    def run_to_their_end(self) -> set[Function]:
        """The functions that event loops of their own run: what they make can't live longer than a call."""
        found: set[Function] = set()
        for body in self.answers.bodies:
            for node in self._starts(body) if not body.given else ():
                pending = [site.function for site in body.flow.calls if holds(node, site.node)]
                while pending:
                    function = pending.pop()
                    if function not in found:
                        found.add(function)
                        pending.extend(site.function for site in self.answers.project.flow(function, ()).calls)
        return found

    def _starts(self, body: Body) -> Iterator[f.Call]:
        if body.scope.module.facts.identifiers & {"run"}:
            for node in expressions_of(body.scope.body):
                if isinstance(node, f.Call) and self._starts_a_loop(body, node):
                    yield node

    def _starts_a_loop(self, body: Body, node: f.Call) -> bool:
        if not isinstance(node.func, f.Attribute | f.Name):
            return False
        shape = self.answers.project.static(node.func, body.scope)
        return any(isinstance(one, External) and one.dotted in STARTERS for one in members(shape))

    def _shared(self, driver: Driver) -> dict[Place, Driver]:
        if driver.type.flavour is Flavour.SYNC or driver.proof is not Proof.CONSTRUCTED:
            return {}
        return {driver.origin: driver} if driver.origin in self.shared else {}

    def _clients_of(self, function: Function) -> dict[Place, Driver]:
        """The shared clients that a function uses, itself or through others."""
        if function in self._reached:
            return self._reached[function]
        found: dict[Place, Driver] = {}
        seen = {function}
        pending = [function]
        while pending:
            flow = self.answers.project.flow(pending.pop(), ())
            for use in flow.uses:
                found.update(self._shared(use.owner) if use.member.name not in UNBOUND else {})
            for site in flow.calls:
                if site.function not in seen:
                    seen.add(site.function)
                    pending.append(site.function)
        self._reached[function] = found
        return found


UNBOUND = frozenset({"get_database", "get_collection", "get_default_database", "with_options", "start_session"})
"""What only makes an object does not bind the client to the loop"""
