"""PMA909"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class CannotAwaitHere(MigrationRule):
    """What Motor gives at once has to be awaited in Async PyMongo, and no `await` can stand there. It is in a plain
    function, a lambda, a default, a generator expression, or outside of any function.

    The plain function has to become `async def`, and so has each plain function that calls it; the calls are shown.
    This needs a person.

    Limits: only objects that are proved to be Motor's; what merely looks like it is told by `migrate` alone (row
    UNK01). A shutdown handler that nobody else calls is no finding: it can become a coroutine by itself.
    """

    code, name, since = "PMA909", "cannot-await-here", "0.1.0"
    mistakes = (
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient

            users = AsyncIOMotorClient("mongodb://localhost").shop.users


            def by_name():
                return users.aggregate([{"$sort": {"name": 1}}])  # expect: PMA909


            async def main():
                async for user in by_name():
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


            async def by_name():
                return await users.aggregate([{"$sort": {"name": 1}}])


            async def main():
                async for user in await by_name():
                    print(user["name"])
            """,
            happens="Both names are printed.",
        ),
    )
