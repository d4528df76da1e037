"""PMA906"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class ChangedBehaviour(MigrationRule):
    """The same code does something else in Async PyMongo. Above all: a call of Motor's starts at once, and runs even if
    nobody awaits it; a call of Async PyMongo does nothing before it is awaited.

    What runs side by side with Motor runs one after the other then, what is sent off and forgotten never happens, and a
    future that is awaited twice raises an error. These need a person.

    Limits: only objects that are proved to be Motor's. What is a mistake with either driver is told by other rules:
    PMA106, PMA108, PMA205, PMA303, PMA601.
    """

    code, name, since = "PMA906", "changed-behaviour", "0.1.0"
    mistakes = (
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient

            users = AsyncIOMotorClient("mongodb://localhost").shop.users


            async def main():
                ada = users.find_one({"name": "Ada"})  # expect: PMA906
                alan = users.find_one({"name": "Alan"})  # expect: PMA906
                print((await ada)["city"], (await alan)["city"])
            """,
            happens="Both queries run at the same time.",
        ),
    )
    correct = (
        Example(
            """
            import asyncio

            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                queries = users.find_one({"name": "Ada"}), users.find_one({"name": "Alan"})
                ada, alan = await asyncio.gather(*queries)
                print(ada["city"], alan["city"])
            """,
            happens="Both queries run at the same time.",
        ),
    )
