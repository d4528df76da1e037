"""PMA104"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.rules.base import DRIVER_NAMES, Answers, Example, Finding, Rule
from pymongo_async_lint.rules.coroutines.awaiting import await_fix
from pymongo_async_lint.rules.coroutines.fate import Fate, cases
from pymongo_async_lint.rules.coroutines.words import operation_name, proof


class MotorForm(Rule):
    """The coroutine of `aggregate`, `watch`, `list_indexes` and their like is used as the cursor that it would give.

    With Motor, `async for order in orders.aggregate(…)` is right. With Async PyMongo these methods are coroutines: the
    same line raises a `TypeError`, and `orders.aggregate(…).to_list()` an `AttributeError`. This is what a move from
    Motor leaves behind most often.

    Limits: what happens to a coroutine in code outside of the project is not known, and not reported.
    """

    code, name, since = "PMA104", "motor-form", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                cities = await users.aggregate([{"$sortByCount": "$city"}]).to_list()  # expect: PMA104
                print(cities)
            """,
            happens="`AttributeError: 'coroutine' object has no attribute 'to_list'`",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                async for city in users.aggregate([{"$sortByCount": "$city"}]):  # expect: PMA104
                    print(city)
            """,
            happens="`TypeError: 'async for' requires an object with __aiter__ method, got coroutine`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                cities = await (await users.aggregate([{"$sortByCount": "$city"}])).to_list()
                async for city in await users.aggregate([{"$sortByCount": "$city"}]):
                    assert city in cities
            """,
        ),
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient

            users = AsyncIOMotorClient("mongodb://localhost").shop.users


            async def main():
                async for city in users.aggregate([{"$sortByCount": "$city"}]):
                    print(city)
            """,
            happens="With Motor, the form without `await` is the right one.",
        ),
    )
    fix_safety = (
        "Safe: nothing but the cursor can be meant; only inside of `async def`. Unsafe where the coroutine comes "
        "out of a function of the project."
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for case in cases(answers):
            if case.fate is Fate.CURSOR_FORM:
                assert case.use is not None
                operation = case.use.operation
                form, instead = {
                    Op.ASYNC_ITERATE: ("`async for` over it raises a TypeError", "`async for … in await …`"),
                    Op.ASYNC_WITH: ("`async with` on it raises a TypeError", "`async with await …`"),
                }.get(
                    operation.op,
                    (f"`.{operation.detail}` of it raises an AttributeError", f"`(await …).{operation.detail}`"),
                )
                assert case.coroutine.owner is not None
                driver = DRIVER_NAMES[case.coroutine.owner.type.flavour]
                name = operation_name(answers, case.coroutine)
                yield self.finding(
                    case.coroutine.site,
                    f"{name} gives a coroutine with {driver}, and {form}; await it first: {instead}",
                    proof(case),
                    await_fix(answers, case),
                )
