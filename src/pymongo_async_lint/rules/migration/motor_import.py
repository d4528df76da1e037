"""PMA901"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class MotorImport(MigrationRule):
    """Motor is imported, and it has been past its end of life since 2026-05-14.

    `pymongo-async-lint migrate` rewrites the import and every use of what it binds, annotations too. Reported once for
    each import, and where an annotation names the wrong class.

    Limits: comments, strings and names that merely speak of Motor are told by `migrate` alone.
    """

    code, name, since = "PMA901", "motor-import", "0.1.0"
    mistakes = (
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient  # expect: PMA901

            users = AsyncIOMotorClient("mongodb://localhost").shop.users


            async def main():
                print(await users.count_documents({}))
            """,
            happens="There are two users.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print(await users.count_documents({}))
            """,
            happens="There are two users.",
        ),
    )
