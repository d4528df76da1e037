"""PMA905"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class NoEquivalent(MigrationRule):
    """Something of Motor's has no counterpart in Async PyMongo. That is so of `fetch_next` and `each` of a cursor, of
    `get_io_loop`, `wrap`, `delegate` and `stream_to_handler`, of Motor's internals and its handlers for web frameworks.

    Left as it is, it fails, or means a database or a collection of that name. `pymongo-async-lint migrate` rewrites the
    loop with `fetch_next`, and `get_io_loop` in a coroutine; the rest needs a person.

    Limits: only objects that are proved to be Motor's.
    """

    code, name, since = "PMA905", "no-equivalent", "0.1.0"
    mistakes = (
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient

            users = AsyncIOMotorClient("mongodb://localhost").shop.users


            async def main():
                cursor = users.find({}).sort("name")
                while await cursor.fetch_next:  # expect: PMA905
                    user = cursor.next_object()
                    print(user["name"])
            """,
            happens="Both names are printed.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                async for user in users.find({}).sort("name"):
                    print(user["name"])
            """,
            happens="Both names are printed.",
        ),
    )
