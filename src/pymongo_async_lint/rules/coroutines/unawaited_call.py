"""PMA101"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule
from pymongo_async_lint.rules.coroutines.awaiting import await_fix
from pymongo_async_lint.rules.coroutines.fate import Fate, cases
from pymongo_async_lint.rules.coroutines.words import operation_name, proof, way_out


class UnawaitedCall(Rule):
    """A coroutine is created and thrown away, so the operation never happens.

    A call of Async PyMongo only makes a coroutine. Thrown away, it sends nothing to the server, and nothing fails:
    Python prints a `RuntimeWarning` when the coroutine is collected, often for another line.

    Motor's calls run without being awaited, but their outcome is lost, errors included; after a move to Async PyMongo
    they stop running.

    Limits: a coroutine that reaches code outside of the project is taken to be awaited there. Coroutines of the
    project's own `async def` functions are left to type checkers.
    """

    code, name, since = "PMA101", "unawaited-call", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            events = AsyncMongoClient("mongodb://localhost").shop.events


            async def main():
                events.insert_one({"kind": "login"})  # expect: PMA101
            """,
            happens="No document is written, and no error is raised.",
        ),
        Example(
            """
            import asyncio

            from motor.motor_asyncio import AsyncIOMotorClient

            users = AsyncIOMotorClient("mongodb://localhost").shop.users


            async def main():
                ada = await users.find_one({"name": "Ada"})
                users.insert_one(ada)  # expect: PMA101
                await asyncio.sleep(0.5)
            """,
            happens="Motor runs the insert; its DuplicateKeyError is raised nowhere.",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")


            async def main():
                async with client.start_session() as session:
                    session.start_transaction()  # expect: PMA101
                    await client.shop.events.insert_one({"kind": "paid"}, session=session)
                    await session.abort_transaction()
            """,
            happens="The event is stored, then `InvalidOperation: No transaction started`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            events = AsyncMongoClient("mongodb://localhost").shop.events


            async def main():
                await events.insert_one({"kind": "login"})
            """,
            happens="The document is written.",
        ),
    )
    fix_safety = (
        "Safe: once it is awaited, the call does what it says; only inside of `async def`. Unsafe for what removes "
        "more than one document and has never run so far, for Motor's calls, which may run in the background on "
        "purpose, and where a function of the project hands the coroutine out."
    )
    options = ("objects", "schedulers")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for case in cases(answers):
            if case.fate is not Fate.THROWN_AWAY:
                continue
            name = operation_name(answers, case.coroutine)
            if case.coroutine.is_future:
                message = (
                    f"{name} is not awaited: Motor runs it, but its errors are lost, and with Async PyMongo it would "
                    f"never run; {way_out(answers, case.coroutine)}"
                )
            else:
                message = f"{name} is never awaited, so it never runs; {way_out(answers, case.coroutine)}"
            yield self.finding(case.coroutine.site, message, proof(case), await_fix(answers, case))
