"""PMA107"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.rules.base import Answers, Example, Finding, Fix, FixKind, Rule, origin
from pymongo_async_lint.rules.coroutines.await_on_non_awaitable import is_certain
from pymongo_async_lint.rules.operations import driver_operations, is_nothing_else, operand_name


class SyncWith(Rule):
    """`with` in place of `async with` on an async client, session, cursor or stream raises a `TypeError`.

    Motor's sessions raise an `AttributeError`, its change streams a `RuntimeError`. `with pymongo.timeout(…)` is right
    in async code, too.

    Limits: an annotation as a client, database or collection alone is not enough, since annotations mix these up.
    """

    code, name, since = "PMA107", "sync-with", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")


            async def main():
                with client.start_session() as session:  # expect: PMA107
                    await client.shop.orders.update_one({}, {"$set": {"paid": True}}, session=session)
            """,
            happens="`TypeError: 'AsyncClientSession' object does not support the context manager protocol`",
        ),
    )
    correct = (
        Example(
            """
            import pymongo

            client = pymongo.AsyncMongoClient("mongodb://localhost")


            async def main():
                with pymongo.timeout(5):
                    async with client.start_session() as session:
                        await client.shop.orders.update_one({}, {"$set": {"paid": True}}, session=session)
            """,
        ),
    )
    fix_safety = (
        "Safe where the value is sure to be the driver's object: `with` on it raises an error. Unsafe where a "
        "parameter or an attribute holds it, which may be something else at times."
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for done, driver in driver_operations(answers, {Op.WITH}):
            protocols = drivers.protocols(driver.type)
            if driver.type.flavour is Flavour.SYNC or protocols.sync_context or not is_certain(driver):
                continue
            instead = "write `async with`" if protocols.async_context else "it is no context manager"
            error = "a TypeError" if driver.type.flavour is Flavour.ASYNC else "an error"
            fix = Fix(FixKind.ASYNC_WITH, done.place, is_nothing_else(done.body, done.operation.node))
            yield self.finding(
                done.place,
                f"`with` on {operand_name(done)} raises {error}; {instead}",
                origin(driver),
                fix if protocols.async_context else None,
            )
