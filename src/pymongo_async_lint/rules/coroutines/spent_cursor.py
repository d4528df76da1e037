"""PMA113"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.around import loops_around, names_between, runs_before
from pymongo_async_lint.link.cursors import Pass, made_once, passes
from pymongo_async_lint.link.scopes import walk
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Related, Rule, Severity, one

TAILABLE = frozenset({"cursor_type", "tailable", "oplog_replay"})


class SpentCursor(Rule):
    """A second pass is made over a cursor that is spent, and finds nothing.

    A cursor gives each document once. What comes behind a whole pass (`async for` to its end, `to_list()`) gets no
    documents and no error.

    Limits: only cursors behind a local name, with one whole pass that is sure to come first and nothing in between
    that mentions the cursor, such as `rewind()` or a call it is handed to; or with a pass in each round of a `for` loop
    that never makes a new cursor. Tailable cursors stay silent, and so do loops that are left early.
    """

    code, name, since = "PMA113", "spent-cursor", "0.1.0"
    severity = Severity.WARNING
    preview = True
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                cursor = users.find({})
                print(len(await cursor.to_list()), "users")
                async for user in cursor:  # expect: PMA113
                    print(user["name"])
            """,
            happens="The number is printed, but not one name.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                found = await users.find({}).to_list()
                print(len(found), "users")
                for user in found:
                    print(user["name"])
            """,
            happens="The number and the names are printed.",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                cursor = users.find({})
                print(len(await cursor.to_list()), "users")
                await cursor.rewind()
                async for user in cursor:
                    print(user["name"])
            """,
            happens="The query is sent twice.",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given:
                continue
            found = list(passes(body))
            for second in found:
                made = made_once(body, second.name)
                if made is None or is_tailable(made):
                    continue
                first = next((other for other in found if is_spent_by(body, other, second)), None)
                if first is not None:
                    when, which = "a pass before this one has", "this one finds"
                elif comes_round_again(body, second, made, found):
                    first, when, which = second, "the first round of the loop has", "the others find"
                else:
                    continue
                yield self.finding(
                    body.place(second.node),
                    f"{when} spent `{second.name}` ({one(second.cursor.type)}): {which} no documents; "
                    "keep the list of `to_list()`, or make a new cursor",
                    (Related(body.place(first.node), "spent here"), Related(body.place(made), "made here")),
                )


def is_tailable(made: f.Expr) -> bool:
    return any(
        isinstance(inner, f.Call) and any(given.keyword in TAILABLE or given.star for given in inner.args)
        for inner in walk(made)
    )


def is_spent_by(body: Body, first: Pass, second: Pass) -> bool:
    """Is the cursor sure to be at its end when the second pass begins?"""
    if first.name != second.name or first is second or not first.is_whole:
        return False
    block = body.scope.body
    between = names_between(block, first.name, first.node.end, second.node.start)
    return runs_before(block, first.node, second.node) and not any(True for _ in between)


def comes_round_again(body: Body, only: Pass, made: f.Expr, found: list[Pass]) -> bool:
    """Is this the only mention of the cursor in a loop, and the cursor made before the loop?"""
    if not only.is_whole or sum(one.name == only.name for one in found) != 1:
        return False
    loops = [loop for loop in loops_around(body.scope.body, only.node) if loop.node.start > made.end]
    if not loops or not isinstance(loops[0].node, f.For) or any(loop.ends_early for loop in loops):
        return False
    mentions = names_between(body.scope.body, only.name, loops[0].node.start, loops[0].node.end)
    return sum(1 for _ in mentions) == 1
