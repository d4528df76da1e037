"""PMA903"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class LosesAwait(MigrationRule):
    """What is awaited with Motor gives its result at once in Async PyMongo: `start_session`, and `get_keys` of client
    encryption.

    Left as it is, the `await` raises a `TypeError`. `pymongo-async-lint migrate` takes it away.

    Limits: only objects that are proved to be Motor's.
    """

    code, name, since = "PMA903", "loses-await", "0.1.0"
    mistakes = (
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient

            client = AsyncIOMotorClient("mongodb://localhost")


            async def main():
                async with await client.start_session() as session:  # expect: PMA903
                    print(await client.shop.users.count_documents({}, session=session))
            """,
            happens="Motor's `start_session()` is a coroutine.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")


            async def main():
                async with client.start_session() as session:
                    print(await client.shop.users.count_documents({}, session=session))
            """,
            happens="There are two users.",
        ),
    )
