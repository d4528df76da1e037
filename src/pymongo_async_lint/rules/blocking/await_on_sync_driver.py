"""PMA203"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.shapes import Driver, Proof
from pymongo_async_lint.rules.base import Answers, Example, Finding, Place, Rule, called, origin
from pymongo_async_lint.rules.operations import driver_operations, operand_name


class AwaitOnSyncDriver(Rule):
    """`await`, `async for` or `async with` on an object of sync PyMongo: the call is carried out, then it fails.

    The call blocks, and the server does what it is told; then `await` raises a `TypeError` on the result. The document
    is written, and the request fails all the same.

    Limits: an object that is only annotated as sync stays silent, since real code annotates async values so.
    """

    code, name, since = "PMA203", "await-on-sync-driver", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import MongoClient

            events = MongoClient("mongodb://localhost").shop.events


            async def main():
                await events.insert_one({"kind": "login"})  # expect: PMA203
            """,
            happens="The document is written, "
            "then `TypeError: object InsertOneResult can't be used in 'await' expression`",
        ),
        Example(
            """
            from pymongo import MongoClient

            users = MongoClient("mongodb://localhost").shop.users


            async def main():
                async for user in users.find({}):  # expect: PMA203
                    print(user["name"])
            """,
            happens="`TypeError: 'async for' requires an object with __aiter__ method, got Cursor`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            db = AsyncMongoClient("mongodb://localhost").shop


            async def main():
                await db.events.insert_one({"kind": "login"})
                async for user in db.users.find({}):
                    print(user["name"])
            """,
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given:
                continue
            for use in body.flow.uses:
                if use.is_awaited and is_proved(use.owner):
                    yield self.finding(
                        Place(body.path, use.node.start, use.node.end),
                        f"{called(use.node, use.owner, use.member.name)} of sync PyMongo can't be awaited: it is "
                        "carried out, then the `await` raises a TypeError; use AsyncMongoClient",
                        origin(use.owner),
                    )
        for done, driver in driver_operations(answers, {Op.AWAIT, Op.ASYNC_ITERATE, Op.ASYNC_WITH}):
            if is_proved(driver):
                how = {Op.AWAIT: "await", Op.ASYNC_ITERATE: "async for", Op.ASYNC_WITH: "async with"}[done.operation.op]
                yield self.finding(
                    done.place,
                    f"`{how}` on {operand_name(done)} of sync PyMongo raises a TypeError; use AsyncMongoClient",
                    origin(driver),
                )


def is_proved(driver: Driver) -> bool:
    return driver.type.flavour is Flavour.SYNC and driver.proof is not Proof.ANNOTATED
