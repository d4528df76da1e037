"""PMA108"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.rules.base import Answers, Example, Finding, Fix, FixKind, Rule, origin
from pymongo_async_lint.rules.operations import driver_operations, operand_name


class TruthTest(Rule):
    """A database or collection is tested for truth: `if db:`, `not coll`, `db or x`, `assert db`.

    They raise `NotImplementedError`, in all three drivers, so that nobody takes the test for "is it empty". Clients and
    sessions may be tested.

    Limits: an object that is annotated as a client stays silent.
    """

    code, name, since = "PMA108", "truth-test", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            db = AsyncMongoClient("mongodb://localhost").shop


            async def main():
                if db:  # expect: PMA108
                    print(await db.users.count_documents({}))
            """,
            happens="`NotImplementedError: AsyncDatabase objects do not implement truth value testing or bool().`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")
            db = client.shop if client else None


            async def main():
                if db is not None:
                    print(await db.users.count_documents({}))
            """,
        ),
    )
    fix_safety = "Safe: it asks what the driver tells to ask, and gives the same wherever the test raised no error."

    def check(self, answers: Answers) -> Iterator[Finding]:
        for done, driver in driver_operations(answers, {Op.TRUTH}):
            if drivers.protocols(driver.type).truth_raises:
                yield self.finding(
                    done.place,
                    f"the truth test of {operand_name(done)} raises NotImplementedError; compare with `None`: "
                    "`is not None`",
                    origin(driver),
                    Fix(FixKind.COMPARE_WITH_NONE, done.place, True),
                )
