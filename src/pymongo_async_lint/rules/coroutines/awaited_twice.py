"""PMA111"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.shapes import Coroutine
from pymongo_async_lint.rules.base import Answers, Example, Finding, Related, Rule
from pymongo_async_lint.rules.coroutines.words import operation_name


class AwaitedTwice(Rule):
    """The same coroutine is awaited a second time, which raises a `RuntimeError`.

    Motor's futures, and tasks, may be awaited again, and stay silent; with a move to Async PyMongo such code breaks.

    Limits: only where every path to the second `await` goes through the first one, on the same name.
    """

    code, name, since = "PMA111", "awaited-twice", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                user = users.find_one({"name": "Ada"})
                if await user is not None:
                    print((await user)["email"])  # expect: PMA111
            """,
            happens="`RuntimeError: cannot reuse already awaited coroutine`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                user = await users.find_one({"name": "Ada"})
                if user is not None:
                    print(user["email"])
            """,
        ),
        Example(
            """
            import asyncio

            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                user = asyncio.create_task(users.find_one({"name": "Ada"}))
                if await user is not None:
                    print((await user)["email"])
            """,
            happens="A task keeps its result.",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            for operation in body.flow.operations if not body.given else ():
                subject = operation.subject
                if operation.op is Op.AWAIT and isinstance(subject, Coroutine) and subject.is_spent:
                    yield self.finding(
                        body.place(operation.node),
                        f"{operation_name(answers, subject)} has been awaited already: a second `await` raises a "
                        "RuntimeError; keep the result of the first",
                        (Related(subject.site, "the coroutine is made here"),),
                    )
