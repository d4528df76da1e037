"""PMA907"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class BlockedByDependency(MigrationRule):
    """A library that needs Motor is in use: ODMantic, umongo, fastapi-users-db-mongodb, or Beanie before 2.0.

    The files around it can't leave Motor before the library has, so `pymongo-async-lint migrate` leaves them as they
    are.

    Limits: of Beanie, the requirements have to say that it is 2.0 or later. Only in projects that use Motor themselves.
    """

    code, name, since = "PMA907", "blocked-by-dependency", "0.1.0"
    mistakes = (
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient
            from odmantic import AIOEngine, Model  # expect: PMA907


            class User(Model):
                name: str
                model_config = {"collection": "users"}


            engine = AIOEngine(client=AsyncIOMotorClient("mongodb://localhost"), database="shop")


            async def main():
                print(await engine.count(User))
            """,
            happens="There are two users.",
            needs="ODMantic",
        ),
    )
    correct = (
        Example(
            """
            from beanie import Document, init_beanie
            from pymongo import AsyncMongoClient


            class User(Document):
                name: str

                class Settings:
                    name = "users"


            async def main():
                client = AsyncMongoClient("mongodb://localhost")
                await init_beanie(database=client.shop, document_models=[User])
                print(await User.count())
            """,
            happens="There are two users.",
            needs="Beanie 2",
        ),
    )
