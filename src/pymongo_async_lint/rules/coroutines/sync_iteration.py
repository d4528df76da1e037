"""PMA106"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import Flavour, Kind
from pymongo_async_lint.link.answers import Done
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.shapes import Driver
from pymongo_async_lint.rules.base import Answers, Example, Finding, Fix, FixKind, Rule, origin
from pymongo_async_lint.rules.coroutines.await_on_non_awaitable import is_certain
from pymongo_async_lint.rules.operations import driver_operations, is_nothing_else, operand_name

RAW_CURSORS = frozenset({Kind.RAW_CURSOR, Kind.RAW_COMMAND_CURSOR})


class SyncIteration(Rule):
    """An async cursor is iterated without `async`: `for`, `list()`, a comprehension, `in`, `sorted()`, unpacking.

    On every release so far, a plain `for` over an `AsyncCursor` is silently empty: no document, no error, no warning,
    and a route answers with `[]`. A cursor over the files of GridFS is as silent. Other async cursors raise a
    `TypeError` or an `InvalidOperation`, and Motor's a `TypeError`.

    Limits: an annotation as a client, database or collection alone is not enough, since annotations mix these up.
    """

    code, name, since = "PMA106", "sync-iteration", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print([user["name"] for user in users.find({})])  # expect: PMA106
            """,
            happens="The list is empty, though there are two users. No error, no warning.",
        ),
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users")
            async def list_users():
                return list(users.find({}, {"_id": 0}).limit(20))  # expect: PMA106
            """,
            request="GET /users",
            happens="The answer is `[]`, with status 200.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print([user["name"] async for user in users.find({})])
                print(await users.find({}).to_list())
            """,
        ),
        Example(
            """
            from pymongo import MongoClient

            users = MongoClient("mongodb://localhost").shop.users


            def main():
                print([user["name"] for user in users.find({})])
            """,
            happens="A cursor of sync PyMongo is made for this.",
        ),
    )
    fix_safety = (
        "Safe where the value is sure to be a cursor, for loops and for what takes all documents anyway: no "
        "document came out of it before. Unsafe elsewhere: where it may be a list at times, and where `to_list()` "
        "reads all documents although the first few may do."
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for done, driver in driver_operations(answers, {Op.ITERATE, Op.CONTAINS}):
            if driver.type.flavour is Flavour.SYNC or not is_certain(driver):
                continue
            protocols = drivers.protocols(driver.type)
            if protocols.silently_empty:
                happens = "is silently empty, without an error"
            elif driver.type.flavour is Flavour.ASYNC and driver.type.kind in RAW_CURSORS:
                happens = "raises an InvalidOperation"
            else:
                happens = "raises a TypeError"
            how = done.operation.detail or "in"
            shown = "unpacking" if how in ("*", "unpacking") else f"`{how}` over"
            instead = {
                "for": "write `async for`",
                "list": "write `await ….to_list()`",
                "*": "write `await ….to_list()` first",
            }.get(how, "use `async for`, or `await ….to_list()` first")
            if not protocols.async_iterable:
                instead = "call `find()` on a collection"
            yield self.finding(
                done.place,
                f"{shown} {operand_name(done)} {happens}; {instead}",
                origin(driver),
                iteration_fix(done, driver, how),
            )


EAGER = frozenset(
    {"*", "dict", "extend", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple", "unpacking"}
)
"""What goes through all that it gets before anything else happens."""


def iteration_fix(done: Done, driver: Driver, how: str) -> Fix | None:
    """`async for` where there is a loop, or else the list of all documents."""
    is_certain_value = is_nothing_else(done.body, done.operation.node)
    is_motor = driver.type.flavour is Flavour.MOTOR
    fix = None
    if drivers.member(driver.type, "to_list") is not None:
        is_safe = is_certain_value and how in EAGER
        fix = Fix(FixKind.TO_LIST, done.place, is_safe, argument="None" if is_motor else "")
    if how == "for" and drivers.protocols(driver.type).async_iterable:
        return Fix(FixKind.ASYNC_FOR, done.place, is_certain_value, otherwise=fix)
    return fix
