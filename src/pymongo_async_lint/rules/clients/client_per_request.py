"""PMA301"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.places import ONCE
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.rules.base import Answers, Finding, Related, Rule, describe


class ClientPerRequest(Rule):
    """A client is made in code that runs again and again on behalf of requests, jobs or callbacks.

    Each client opens its own pool and monitors: three connections for one query, and the handshakes with them. Make it
    once, at start-up.

    Limits: a client that is kept (a lazy global, an attribute, a cached getter) stays silent, and so does one whose
    address comes from a parameter or from stored data ("test this connection"). Functions that nobody is seen to call
    are not judged.
    """

    code, name, since = "PMA301", "client-per-request", "0.1.0"
    in_tests = False

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given or not isinstance(body.scope, Function):
                continue
            spots = answers.places.of(body.scope)
            repeated = next(((s, c) for s, c in spots.items() if s.is_repeated and s.where not in ONCE), None)
            if repeated is None:
                continue
            for construction in body.flow.constructions:
                if construction.is_from_parameter or answers.is_kept(body, construction):
                    continue
                _, chain = repeated
                links = tuple(
                    Related(place, "registered here" if index == 0 else "which calls")
                    for index, place in enumerate(chain)
                )
                yield self.finding(
                    body.place(construction.node),
                    f"a new {describe(construction.driver.type)} is made each time `{body.scope.name}` runs: three "
                    f"more "
                    "connections for every request; make it once, at start-up",
                    links,
                )
