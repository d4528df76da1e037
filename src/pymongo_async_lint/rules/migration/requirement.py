"""PMA908"""

from __future__ import annotations

from pymongo_async_lint.rules.base import Example
from pymongo_async_lint.rules.migration.base import MigrationRule


class Requirement(MigrationRule):
    """The project asks for Motor. Looked at are requirements and constraints, `pyproject.toml`, `setup.cfg`,
    `setup.py`, `Pipfile`, `environment.yml`, and lock files.

    `pymongo-async-lint migrate` asks for `pymongo>=4.13.2,!=4.15.0,<5` in its place, with the same extras: the
    asynchronous API is stable from 4.13 on, and 4.15.0 does not get on with uvloop. Lock files have to be made anew.

    Limits: only in projects with code that uses a driver, and where a folder is checked that the file lies in. flake8
    and editors show findings in Python files alone.
    """

    code, name, since = "PMA908", "requirement", "0.1.0"
    mistakes = (
        Example(
            {
                "app.py": """
                    from motor.motor_asyncio import AsyncIOMotorClient

                    users = AsyncIOMotorClient("mongodb://localhost").shop.users


                    async def main():
                        print(await users.count_documents({}))
                """,
                "requirements.txt": """
                    fastapi
                    motor>=3.3  # expect: PMA908
                """,
            },
            happens="There are two users.",
        ),
    )
    correct = (
        Example(
            {
                "app.py": """
                    from pymongo import AsyncMongoClient

                    users = AsyncMongoClient("mongodb://localhost").shop.users


                    async def main():
                        print(await users.count_documents({}))
                """,
                "requirements.txt": """
                    fastapi
                    pymongo>=4.13.2,!=4.15.0,<5
                """,
            },
            happens="There are two users.",
        ),
    )
