"""PMA202"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.rules.base import Answers, Example, Finding, Related, Rule, origin


class SyncDriverBehindHelper(Rule):
    """An `async def` calls a plain function that blocks on sync PyMongo, however many calls away.

    The event loop waits just as it does for a direct call (PMA201), but nothing in the `async def` shows it. The
    finding sits at the call in the `async def`, and shows the way down.

    Limits: start-up and scripts may block. A helper that is cached, or that blocks only to make something once, stays
    silent, as does what runs in a thread.
    """

    code, name, since = "PMA202", "sync-driver-behind-helper", "0.1.0"
    in_tests = False
    mistakes = (
        Example(
            {
                "app.py": """
                    from fastapi import FastAPI

                    from store import find_user

                    app = FastAPI()


                    @app.get("/users/{email}")
                    async def show_user(email: str):
                        return find_user(email)  # expect: PMA202
                    """,
                "store.py": """
                    from pymongo import MongoClient

                    users = MongoClient("mongodb://localhost").shop.users


                    def find_user(email: str):
                        return users.find_one({"email": email}, {"_id": 0})
                    """,
            },
            request="GET /users/ada@example.org",
            happens="The event loop stands still for as long as the server takes.",
        ),
    )
    correct = (
        Example(
            {
                "app.py": """
                    from fastapi import FastAPI
                    from fastapi.concurrency import run_in_threadpool

                    from store import find_user

                    app = FastAPI()


                    @app.get("/users/{email}")
                    async def show_user(email: str):
                        return await run_in_threadpool(find_user, email)
                    """,
                "store.py": """
                    from pymongo import MongoClient

                    users = MongoClient("mongodb://localhost").shop.users


                    def find_user(email: str):
                        return users.find_one({"email": email}, {"_id": 0})
                    """,
            },
            request="GET /users/ada@example.org",
            happens="A thread waits, not the event loop.",
        ),
    )
    options = ("objects", "threads")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given or not body.is_async or not isinstance(body.scope, Function):
                continue
            if answers.places.runs_only_once(body.scope):
                continue
            # Where an `await` may be of an `async def`, the plain function of that name (one class for each driver,
            # told apart further up) is not what runs: its result can't be awaited.
            coroutines = {id(site.node) for site in body.flow.calls if site.is_awaited and site.function.is_async}
            for site in body.flow.calls:
                blocking = answers.blocks_at(site) if id(site.node) not in coroutines else None
                if blocking is None:
                    continue
                *through, last = blocking.chain
                links = [Related(place, "which calls", is_step=True) for place in through]
                awaited = "a cursor" if blocking.member == "iteration" else f"`{blocking.member}`"
                links.append(Related(last, f"{awaited} of sync PyMongo waits for the server here", is_step=True))
                yield self.finding(
                    body.place(site.node),
                    f"`{site.function.qualname}()` blocks the event loop in `async def {body.scope.name}`: it waits "
                    f"for {awaited} of sync PyMongo; use AsyncMongoClient, or run it in a thread",
                    (*links, *origin(blocking.owner)),
                )
