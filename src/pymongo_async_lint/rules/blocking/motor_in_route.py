"""PMA204"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule, Severity, called, origin


class MotorInRoute(Rule):
    """An `async def` route uses Motor, which has been past its end of life since 2026-05-14.

    Async PyMongo takes its place: the same calls, without the thread pool that Motor runs them in. Reported once for
    each route, at its first use of Motor.

    Limits: what a route reaches through other functions is not reported.
    """

    code, name, since = "PMA204", "motor-in-route", "0.1.0"
    severity = Severity.WARNING
    in_tests = False
    mistakes = (
        Example(
            """
            from fastapi import FastAPI
            from motor.motor_asyncio import AsyncIOMotorClient

            app = FastAPI()
            users = AsyncIOMotorClient("mongodb://localhost").shop.users


            @app.get("/users/count")
            async def count_users():
                return {"users": await users.count_documents({})}  # expect: PMA204
            """,
            request="GET /users/count",
            happens="The answer is right; a thread of Motor's has waited for it.",
        ),
    )
    correct = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users/count")
            async def count_users():
                return {"users": await users.count_documents({})}
            """,
            request="GET /users/count",
        ),
    )
    options = ("objects", "routes")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given or not body.is_async or body.scope not in answers.places.routes:
                continue
            uses = [use for use in body.flow.uses if use.owner.type.flavour is Flavour.MOTOR]
            if uses:
                first = min(uses, key=lambda use: (use.node.start, -use.node.end))
                yield self.finding(
                    body.place(first.node),
                    f"the route `{body.scope.name}` calls {called(first.node, first.owner, first.member.name)} of "
                    "Motor, which is past its end of life (2026-05-14); move to Async PyMongo",
                    origin(first.owner),
                )
