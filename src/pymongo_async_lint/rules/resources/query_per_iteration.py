"""PMA503"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.link.arguments import argument
from pymongo_async_lint.link.around import Loop, around, holds, loops_around
from pymongo_async_lint.link.flow import Use
from pymongo_async_lint.link.scopes import walk
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Related, Rule, Severity, called
from pymongo_async_lint.rules.operations import WRITES

QUERIES = frozenset({"find_one", "count_documents"})


class QueryPerIteration(Rule):
    """A loop awaits a query for each of its elements.

    The queries are sent one after the other, each of them waits for the answer to the one before: as many round trips
    as there are elements. One `find()` with `$in`, or a `$lookup`, fetches all at once.

    Limits: only `find_one` and `count_documents`, with a filter that is written out and compares a field with something
    of the round, in code that runs on behalf of requests or jobs. Loops that end early, and those over a few things
    that are written out, stay silent, and so do those that write to the collection, as a round may have to find what an
    earlier one has written.
    """

    code, name, since = "PMA503", "query-per-iteration", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            shop = AsyncMongoClient("mongodb://localhost").shop


            @app.get("/orders")
            async def orders():
                found = []
                async for order in shop.orders.find({"paid": False}):
                    user = await shop.users.find_one({"email": order["email"]})  # expect: PMA503
                    found.append({"total": order["total"], "name": user["name"]})
                return found
            """,
            happens="Two orders cost three queries.",
            request="GET /orders",
        ),
    )
    correct = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            shop = AsyncMongoClient("mongodb://localhost").shop


            @app.get("/orders")
            async def orders():
                found = await shop.orders.find({"paid": False}).to_list(100)
                emails = [order["email"] for order in found]
                names = {}
                async for user in shop.users.find({"email": {"$in": emails}}):
                    names[user["email"]] = user["name"]
                return [{"total": order["total"], "name": names[order["email"]]} for order in found]
            """,
            happens="Two queries, however many orders there are.",
            request="GET /orders",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            chain = answers.places.repeated(body.scope) if not body.given else None
            for use in body.flow.uses if chain is not None else ():
                loop = loop_that_decides(body, use)
                if loop is not None:
                    is_count = use.member.name == "count_documents"
                    instead = "count with one `aggregate()`" if is_count else "fetch all at once with one `find()`"
                    yield self.finding(
                        body.place(use.node),
                        f"{called(use.node, use.owner, use.member.name)} is sent once for each round of the loop, one "
                        f"after the other; {instead}",
                        (Related(body.place(loop.node), "the loop"),),
                    )


def loop_that_decides(body: Body, use: Use) -> Loop | None:
    """The loop whose rounds differ in what is looked for."""
    if use.member.name not in QUERIES or use.owner.type.kind is not Kind.COLLECTION:
        return None
    filter_ = argument(use, "filter")
    holders = around(body.scope.body, use.node)
    is_waited_for = use.member.blocks or (bool(holders) and isinstance(holders[-1], f.Await))
    if not isinstance(filter_, f.Dict) or not is_waited_for:
        return None
    loops = loops_around(body.scope.body, use.node)
    loop = loops[-1] if loops else None
    if loop is None or isinstance(loop.node, f.While) or loop.ends_early or is_short(loop):
        return None
    if any(is_write_to_same(other, use) and holds(loop.node, other.node) for other in body.flow.uses):
        return None
    for entry in filter_.entries:
        match entry:
            case f.Entry(key=f.Constant(value=str() as field), value=value):
                if not field.startswith("$") and not isinstance(value, f.Dict) and loop.changes(value):
                    return loop
    return None


def is_write_to_same(other: Use, use: Use) -> bool:
    """Can what a round writes change what a later one finds?"""
    return other.member.name in WRITES and other.owner.name == use.owner.name


def is_short(loop: Loop) -> bool:
    """Does it go over something that is written out, or over numbers?"""
    iterables = (
        [clause.iter for clause in loop.node.clauses] if isinstance(loop.node, f.Comprehension) else [loop.node.iter]  # type: ignore[union-attr]
    )
    return all(
        isinstance(one, f.Sequence | f.Dict | f.Constant)
        or any(isinstance(inner, f.Name) and inner.id == "range" for inner in walk(one))
        for one in iterables
    )
