"""PMA505"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.client_options import SeenOptions, client_options
from pymongo_async_lint.link.places import Where
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Rule, Severity, describe


class PoolSize(Rule):
    """The pool of a web application's client is set to a size that stalls or floods it.

    With `maxPoolSize=1` all requests wait in line for one connection. With `maxPoolSize=0` there is no bound at all:
    every request that finds no free connection opens one more. With a size of its own but no `waitQueueTimeoutMS`, a
    request that finds all connections taken waits without end, instead of failing after a while.

    Limits: only sizes that are written out are judged, in projects with routes of a web framework; clients of scripts
    stay silent. A missing `waitQueueTimeoutMS` is reported only where all options are seen: an address from the
    environment may hold it.
    """

    code, name, since = "PMA505", "pool-size", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            import asyncio

            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            client = AsyncMongoClient("mongodb://localhost", maxPoolSize=1)  # expect: PMA505


            @app.get("/users")
            async def count():
                names = ("Ada", "Alan", "Grace")
                users = client.shop.users
                return await asyncio.gather(*(users.count_documents({"name": name}) for name in names))
            """,
            happens="The three queries are sent one after the other, over one connection.",
            request="GET /users",
        ),
    )
    correct = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            client = AsyncMongoClient("mongodb://localhost", maxPoolSize=50, waitQueueTimeoutMS=2000)


            @app.get("/users")
            async def count():
                return await client.shop.users.count_documents({})
            """,
            request="GET /users",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        if not answers.places.routes:
            return
        for body in answers.bodies:
            for construction in body.flow.constructions if not body.given and not is_of_script(answers, body) else ():
                options = client_options(answers.project, body.scope, construction)
                size = options.named("maxPoolSize")
                message = complaint(options)
                if size is not None and message is not None:
                    client = describe(construction.driver.type)
                    yield self.finding(body.place(size.node), f"{client} with {message}")


def is_of_script(answers: Answers, body: Body) -> bool:
    scope = body.scope
    if not isinstance(scope, Function):
        return False
    spots = answers.places.of(scope)
    return bool(spots) and all(spot.where in (Where.SCRIPT, Where.TEST, Where.WORKER) for spot in spots)


def complaint(options: SeenOptions) -> str | None:
    """What is wrong with the size of the pool, if anything."""
    size = options.value("maxPoolSize")
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        return None
    if size == 0:
        return "`maxPoolSize` 0 opens connections without a bound when requests pile up; set a size"
    if size == 1:
        return "`maxPoolSize` 1: all requests wait in line for one connection; leave it out, or set a larger size"
    if options.is_complete and options.named("waitQueueTimeoutMS") is None:
        return (
            "`maxPoolSize` but no `waitQueueTimeoutMS`: when all connections are taken, requests wait without end; "
            "set a timeout"
        )
    return None
