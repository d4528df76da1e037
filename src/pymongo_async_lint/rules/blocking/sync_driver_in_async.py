"""PMA201"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule, called, named, origin


class SyncDriverInAsync(Rule):
    """Sync PyMongo is called, or its cursor iterated, inside `async def`: the whole event loop waits for the server.

    No other request is served until the answer is there. Measured: a command that takes 500 ms stalls the loop for 506
    ms, with Async PyMongo for 6 ms.

    Limits: `find()` alone waits for nothing; iterating its cursor does. An annotation as sync is no proof where the
    value gets awaited somewhere. Code that only runs where there is no event loop, or only at start-up, stays silent.
    """

    code, name, since = "PMA201", "sync-driver-in-async", "0.1.0"
    in_tests = False
    mistakes = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import MongoClient

            app = FastAPI()
            users = MongoClient("mongodb://localhost").shop.users


            @app.get("/users/count")
            async def count_users():
                return {"users": users.count_documents({})}  # expect: PMA201
            """,
            request="GET /users/count",
            happens="The event loop stands still for as long as the server takes.",
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
            happens="The event loop serves others while the server works.",
        ),
        Example(
            """
            import asyncio

            from fastapi import FastAPI
            from pymongo import MongoClient

            app = FastAPI()
            users = MongoClient("mongodb://localhost").shop.users


            @app.get("/users/count")
            async def count_users():
                return {"users": await asyncio.to_thread(users.count_documents, {})}
            """,
            request="GET /users/count",
            happens="A thread waits, not the event loop. FastAPI runs a plain `def` route in a thread, too.",
        ),
    )
    options = ("objects", "threads")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given or not body.is_async:
                continue
            for node, owner, member, _ in answers.blocking_operations(body.flow):
                if member == "iteration":
                    what = f"iterating {named(node, owner)} of sync PyMongo"
                else:
                    what = f"{called(node, owner, member)} of sync PyMongo"
                yield self.finding(
                    body.place(node),
                    f"{what} blocks the event loop in `async def {body.scope.name}` until the server answers; "
                    "use AsyncMongoClient, or run it in a thread",
                    origin(owner),
                )
