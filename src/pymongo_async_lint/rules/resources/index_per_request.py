"""PMA504"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.around import around
from pymongo_async_lint.link.flow import Use
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Rule, Severity, called, led_here

MAKERS = frozenset({"create_index", "create_indexes", "create_search_index", "create_search_indexes"})

SETTING_UP = re.compile("index|init|setup|set_up|migrat|seed|bootstrap|install|admin|reset|sync", re.IGNORECASE)
"""A route with such a name may well be there to make indexes"""


class IndexPerRequest(Rule):
    """A request makes an index that is there already.

    Each request waits for one more round trip, and the first one after a deployment may wait until the index is built.
    Make indexes at start-up.

    Limits: indexes of collections with a name that is put together at run time (one for each tenant), those that are
    made only once or on a condition, and routes that are there to set something up, as their name tells, stay silent.
    """

    code, name, since = "PMA504", "index-per-request", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users/{name}")
            async def show(name: str):
                await users.create_index("name")  # expect: PMA504
                return await users.find_one({"name": name}, {"_id": 0})
            """,
            happens="Each request sends `createIndexes` before its query.",
            request="GET /users/Ada",
        ),
    )
    correct = (
        Example(
            """
            from contextlib import asynccontextmanager

            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")
            users = client.shop.users


            @asynccontextmanager
            async def lifespan(app: FastAPI):
                await users.create_index("name")
                yield
                await client.close()


            app = FastAPI(lifespan=lifespan)


            @app.get("/users/{name}")
            async def show(name: str):
                return await users.find_one({"name": name}, {"_id": 0})
            """,
            happens="The index is made once, at start-up.",
            request="GET /users/Ada",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            chain = answers.places.repeated(body.scope) if not body.given else None
            made = [use for use in body.flow.uses if use.member.name in MAKERS and use.owner.name is not None]
            if not made or chain is None or sets_up(answers, body.scope.name, chain):
                continue
            for use in made:
                if not is_conditional(body, use):
                    yield self.finding(
                        body.place(use.node),
                        f"{called(use.node, use.owner, use.member.name)} runs for each request, one more round trip "
                        "for an index that is there already; make it at start-up",
                        led_here(chain),
                    )


def is_conditional(body: Body, use: Use) -> bool:
    """Does something decide whether the index is made: that it is not there yet, say?"""
    return use.is_guarded or any(
        isinstance(holder, f.If | f.Conditional | f.Handler) for holder in around(body.scope.body, use.node)
    )


def sets_up(answers: Answers, name: str, chain: tuple[Place, ...]) -> bool:
    """Is it the purpose of the route that leads here?"""
    roots = [
        route.name
        for route in answers.places.routes
        if any(len(one) == 1 and one[0] == chain[0] for one in answers.places.of(route).values())
    ]
    return any(SETTING_UP.search(root) for root in (roots or [name]))
