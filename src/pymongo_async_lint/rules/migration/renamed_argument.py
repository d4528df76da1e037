"""PMA904"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class RenamedArgument(MigrationRule):
    """An argument of Motor's has another name in Async PyMongo, or is gone: `io_loop` and `connect` of a client, `coro`
    of `with_transaction`, `database` and `collection` of a GridFS bucket.

    Left as it is, the call raises an error, or the argument is ignored with a warning. `pymongo-async-lint migrate`
    renames it or takes it away.

    Limits: only arguments that are written out in the call, not those of a `**` dictionary.
    """

    code, name, since = "PMA904", "renamed-argument", "0.1.0"
    mistakes = (
        Example(
            """
            import asyncio

            from motor.motor_asyncio import AsyncIOMotorClient


            async def main():
                loop = asyncio.get_running_loop()
                client = AsyncIOMotorClient("mongodb://localhost", io_loop=loop)  # expect: PMA904
                print(await client.shop.users.count_documents({}))
            """,
            happens="There are two users.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient


            async def main():
                async with AsyncMongoClient("mongodb://localhost") as client:
                    print(await client.shop.users.count_documents({}))
            """,
            happens="There are two users.",
        ),
    )
