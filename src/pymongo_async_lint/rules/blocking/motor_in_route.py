"""PMA204"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.rules.base import Answers, Finding, Rule, Severity, called, origin


class MotorInRoute(Rule):
    """Motor is used in an `async def` route. Motor has reached its end of life; Async PyMongo takes its place.

    Reported once for each route, at its first use of Motor.

    Limits: what a route reaches through other functions is not reported here.
    """

    code, name, since = "PMA204", "motor-in-route", "0.1.0"
    severity = Severity.WARNING
    in_tests = False

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given or not body.is_async or body.scope not in answers.places.routes:
                continue
            uses = [use for use in body.flow.uses if use.owner.type.flavour is Flavour.MOTOR]
            if uses:
                first = min(uses, key=lambda use: (use.node.start, -use.node.end))
                yield self.finding(
                    body.place(first.node),
                    f"{called(first.node, first.owner, first.member.name)}: the route `{body.scope.name}` uses "
                    f"Motor, which is "
                    "past its end of life (2026-05-14); move to Async PyMongo",
                    origin(first.owner),
                )
