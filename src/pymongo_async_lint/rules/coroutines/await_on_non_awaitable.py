"""PMA105"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Flavour, Kind, Member
from pymongo_async_lint.link.answers import Done
from pymongo_async_lint.link.around import around
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.shapes import Driver, Proof
from pymongo_async_lint.rules.base import DRIVER_NAMES, Answers, Example, Finding, Fix, FixKind, Rule, called, origin
from pymongo_async_lint.rules.operations import driver_operations, is_nothing_else, operand_name

MIXED_UP = frozenset({Kind.CLIENT, Kind.DATABASE, Kind.COLLECTION})
"""What annotations mix up: an annotation alone does not prove that the value is one of these."""


class AwaitOnNonAwaitable(Rule):
    """`await` stands in front of something that is no coroutine: a cursor, session, collection, database or client.

    `find()`, `start_session()` and `get_collection()` are plain methods of Async PyMongo. To await what they give
    raises a `TypeError`. With Motor, `start_session()` is a coroutine.

    Limits: an annotation as a client, database or collection alone is not enough, since annotations mix these up.
    """

    code, name, since = "PMA105", "await-on-non-awaitable", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print(await users.find({}))  # expect: PMA105
            """,
            happens="`TypeError: object AsyncCursor can't be used in 'await' expression`",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")


            async def main():
                async with await client.start_session() as session:  # expect: PMA105
                    print(await client.shop.users.count_documents({}, session=session))
            """,
            happens="`TypeError: object AsyncClientSession can't be used in 'await' expression`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")
            users = client.shop.users


            async def main():
                async for user in users.find({}):
                    print(user["name"])
                async with client.start_session() as session:
                    print(await users.find({}, session=session).to_list())
            """,
        ),
        Example(
            """
            from motor.motor_asyncio import AsyncIOMotorClient

            client = AsyncIOMotorClient("mongodb://localhost")


            async def main():
                async with await client.start_session() as session:
                    print(await client.shop.users.count_documents({}, session=session))
            """,
            happens="Motor's `start_session()` is a coroutine.",
        ),
    )
    fix_safety = (
        "Safe where the value is sure to be the driver's object: the `await` raises an error. Unsafe where a "
        "parameter or an attribute holds it, which may be something else at times, and for a cursor that is handed to "
        "something, which gets its `to_list()`: the cursor itself may be meant."
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            for use in body.flow.uses if not body.given else ():
                if (
                    use.is_awaited
                    and use.owner.type.flavour is not Flavour.SYNC
                    and not gives_driver_object(use.member)
                ):
                    place = body.place(use.node)
                    yield self.finding(
                        place,
                        f"{called(use.node, use.owner, use.member.name)} is a plain method of "
                        f"{DRIVER_NAMES[use.owner.type.flavour]}: awaiting what it returns raises a TypeError; "
                        "remove the `await`",
                        origin(use.owner),
                        Fix(FixKind.REMOVE_AWAIT, place, True),
                    )
        for done, driver in driver_operations(answers, {Op.AWAIT}):
            if driver.type.flavour is Flavour.SYNC or not is_certain(driver):
                continue
            hint = hints.get(driver.type.kind, "remove the `await`")
            yield self.finding(
                done.place,
                f"`await` on {operand_name(done)} raises a TypeError; {hint}",
                origin(driver),
                repair(done, driver),
            )


def repair(done: Done, driver: Driver) -> Fix:
    """A cursor that something is given gets its `to_list()`: nobody wants to print or encode a cursor."""
    node = done.operation.node
    without = Fix(FixKind.REMOVE_AWAIT, done.place, is_nothing_else(done.body, node))
    if driver.type != DriverType(Flavour.ASYNC, Kind.CURSOR) or not isinstance(node, f.Await):
        return without
    holder = around(done.body.scope.body, node)[-1]
    is_ours = any(site.node is holder for site in done.body.flow.calls)
    is_given = isinstance(holder, f.Call) and any(given.value is node and not given.star for given in holder.args)
    if is_ours or not is_given:
        return without
    return Fix(FixKind.TO_LIST, done.body.place(node.value), False, otherwise=without)


def gives_driver_object(member: Member) -> bool:
    """Then the `await` itself is reported."""
    return member.returns == "self" or member.returns.startswith("driver")


hints = {
    Kind.CURSOR: "iterate with `async for`, or await its `to_list()`",
    Kind.RAW_CURSOR: "iterate with `async for`, or await its `to_list()`",
    Kind.LATENT_CURSOR: "iterate with `async for`, or await its `to_list()`",
    Kind.GRID_OUT_CURSOR: "iterate with `async for`, or await its `to_list()`",
    Kind.SESSION: "`start_session()` is a plain method, remove the `await`",
}


def is_certain(driver: Driver) -> bool:
    return driver.proof is not Proof.ANNOTATED or driver.type.kind not in MIXED_UP
