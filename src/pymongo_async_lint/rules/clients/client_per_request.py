"""PMA301"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.event_loops import EventLoops
from pymongo_async_lint.link.places import ONCE, Where
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule, describe, led_here


class ClientPerRequest(Rule):
    """A client is made in code that runs again and again on behalf of requests, jobs or callbacks.

    Each client opens connections of its own, one for the query and two for its monitors, does their handshakes, and
    uses none of them again. Make one at start-up, and share it.

    Limits: a client that is kept (a lazy global, an attribute, a cached getter) stays silent, and so does one whose
    address comes from a parameter or from stored data ("test this connection"), and an asynchronous one of an event
    loop that a job starts for itself (`asyncio.run`), as it can't be shared with the next one. Functions that nobody is
    seen to call are not judged.
    """

    code, name, since = "PMA301", "client-per-request", "0.1.0"
    in_tests = False
    mistakes = (
        Example(
            {
                "app.py": """
                    from fastapi import Depends, FastAPI

                    from database import get_db

                    app = FastAPI()


                    @app.get("/users/count")
                    async def count_users(db=Depends(get_db)):
                        return {"users": await db.users.count_documents({})}
                    """,
                "database.py": """
                    from pymongo import AsyncMongoClient


                    def get_db():
                        return AsyncMongoClient("mongodb://localhost").shop  # expect: PMA301
                    """,
            },
            request="GET /users/count",
            happens="Every request opens connections of its own.",
        ),
    )
    correct = (
        Example(
            {
                "app.py": """
                    from fastapi import Depends, FastAPI

                    from database import get_db

                    app = FastAPI()


                    @app.get("/users/count")
                    async def count_users(db=Depends(get_db)):
                        return {"users": await db.users.count_documents({})}
                    """,
                "database.py": """
                    from pymongo import AsyncMongoClient

                    client = AsyncMongoClient("mongodb://localhost")


                    def get_db():
                        return client.shop
                    """,
            },
            request="GET /users/count",
            happens="A second request opens no further connection.",
        ),
        Example(
            """
            from contextlib import asynccontextmanager

            from fastapi import FastAPI, Request
            from pymongo import AsyncMongoClient


            @asynccontextmanager
            async def lifespan(app: FastAPI):
                async with AsyncMongoClient("mongodb://localhost") as client:
                    app.state.db = client.shop
                    yield


            app = FastAPI(lifespan=lifespan)


            @app.get("/users/count")
            async def count_users(request: Request):
                return {"users": await request.app.state.db.users.count_documents({})}
            """,
            request="GET /users/count",
            happens="A second request opens no further connection.",
        ),
    )
    options = ("routes",)

    def check(self, answers: Answers) -> Iterator[Finding]:
        in_own_loops = EventLoops(answers).run_to_their_end()
        for body in answers.bodies:
            if body.given or not isinstance(body.scope, Function):
                continue
            spots = answers.places.of(body.scope)
            repeated = [(s, c) for s, c in spots.items() if s.is_repeated and s.where not in ONCE]
            for construction in body.flow.constructions:
                if construction.is_from_parameter or answers.is_kept(body, construction):
                    continue
                is_bound = construction.driver.type.flavour is not Flavour.SYNC and body.scope in in_own_loops
                chain = next((c for s, c in repeated if s.where is Where.LOOP or not is_bound), None)
                if chain is None:
                    continue
                links = led_here(chain)
                yield self.finding(
                    body.place(construction.node),
                    f"a new {describe(construction.driver.type)} is made each time `{body.scope.name}()` runs, with "
                    "connections of its own; make one at start-up, and share it",
                    links,
                )
