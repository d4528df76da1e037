"""PMA112"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.flow import Op, Use
from pymongo_async_lint.link.shapes import CURSORS
from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule, called, origin
from pymongo_async_lint.rules.operations import driver_operations, operand_name


class CursorMisuse(Rule):
    """An async cursor is indexed or measured, or asked for no documents at all: each raises an error.

    `cursor[0]` raises an `IndexError` (others an `InvalidOperation` or a `TypeError`), `len(cursor)` a `TypeError`,
    `to_list(0)` a `ValueError`. Motor's `to_list(0)` gives an empty list, and stays silent.

    Limits: only a length that is written out as a number is judged.
    """

    code, name, since = "PMA112", "cursor-misuse", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print(users.find({}).sort("name")[0])  # expect: PMA112
            """,
            happens="`IndexError: AsyncCursor does not support indexing`",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print(await users.find({}).to_list(0))  # expect: PMA112
            """,
            happens="`ValueError: to_list() length must be greater than 0`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                first = await users.find({}).sort("name").limit(1).to_list()
                print(first[0]["name"], "of", await users.count_documents({}))
            """,
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for done, driver in driver_operations(answers, {Op.SUBSCRIPT, Op.LENGTH}):
            if driver.type.kind not in CURSORS or driver.type.flavour is Flavour.SYNC:
                continue
            if done.operation.op is Op.LENGTH:
                how, error, instead = "`len()`", "a TypeError", "count with `count_documents()`"
            else:
                how = "an index"
                error = "an IndexError" if drivers.protocols(driver.type).silently_empty else "an error"
                instead = "use `skip()` and `limit()`, or await its `to_list()` first"
            name = operand_name(done)
            yield self.finding(done.place, f"{how} on {name} raises {error}; {instead}", origin(driver))
        for body in answers.bodies:
            for use in body.flow.uses if not body.given else ():
                if asks_for_nothing(use):
                    yield self.finding(
                        body.place(use.node),
                        f"{called(use.node, use.owner, use.member.name)} with a length below 1 raises a ValueError; "
                        "leave the length out to get all documents",
                        origin(use.owner),
                    )


def asks_for_nothing(use: Use) -> bool:
    """`to_list(0)`, `to_list(length=-1)`"""
    if use.member.name != "to_list" or use.owner.type.flavour is not Flavour.ASYNC or not isinstance(use.node, f.Call):
        return False
    length = next((a.value for a in use.node.args if a.keyword in (None, "length") and not a.star), None)
    if isinstance(length, f.Opaque) and length.kind == "unary":
        return len(length.children) == 1 and isinstance(length.children[0], f.Constant)
    return isinstance(length, f.Constant) and length.value is not None and length.value == 0
