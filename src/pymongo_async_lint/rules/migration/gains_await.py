"""PMA902"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class GainsAwait(MigrationRule):
    """What Motor gives at once has to be awaited in Async PyMongo: `aggregate`, `watch`, `list_indexes`,
    `start_transaction`, `close`, `rewind`, and properties such as `address`.

    Left as it is, the loop fails with a `TypeError`, and a statement such as `client.close()` does nothing at all.
    `pymongo-async-lint migrate` puts the `await` in its place.

    Limits: only objects that are proved to be Motor's. Where no `await` can stand, PMA909 says so.
    """

    code, name, since = "PMA902", "gains-await", "0.1.0"
    mistakes = (
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient

            users = AsyncIOMotorClient("mongodb://localhost").shop.users
            BY_CITY = [{"$group": {"_id": "$city", "count": {"$sum": 1}}}]


            async def main():
                async for group in users.aggregate(BY_CITY):  # expect: PMA902
                    print(group)
            """,
            happens="With Motor, the form without `await` is the right one.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users
            BY_CITY = [{"$group": {"_id": "$city", "count": {"$sum": 1}}}]


            async def main():
                async for group in await users.aggregate(BY_CITY):
                    print(group)
            """,
        ),
    )
