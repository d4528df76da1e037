"""PMA502"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.link.answers import Body
from pymongo_async_lint.link.arguments import argument
from pymongo_async_lint.link.constants import is_used_only_here
from pymongo_async_lint.link.cursors import chain_of, made_once, reads_all
from pymongo_async_lint.link.flow import Use
from pymongo_async_lint.link.shapes import CURSORS
from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule, Severity, called, led_here

HARMLESS_CALLS = frozenset({"sort", "hint", "collation", "comment", "batch_size", "allow_disk_use", "skip"})
"""Methods of a cursor that do not bound it"""

HARMLESS_STAGES = frozenset(
    {"$addFields", "$lookup", "$project", "$replaceRoot", "$replaceWith", "$set", "$sort", "$unset", "$unwind"}
)
"""Stages of an aggregation that give no fewer documents than they get"""


class UnboundedToList(Rule):
    """A request reads a whole collection into memory.

    `to_list()` without a length, on a cursor without a filter or limit, holds every document at once. The collection
    grows, and with it the time and memory of each request.

    Limits: only where neither a filter, a `limit()` nor a stage of the pipeline narrows the cursor down, as far as that
    is written out in the same function, and only in code that runs on behalf of requests.
    """

    code, name, since = "PMA502", "unbounded-to-list", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users")
            async def names():
                found = await users.find({}, {"_id": 0}).to_list()  # expect: PMA502
                return [user["name"] for user in found]
            """,
            happens="Every document of the collection is read for each request.",
            request="GET /users",
        ),
    )
    correct = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users")
            async def names(page: int = 0):
                found = await users.find({}, {"_id": 0}).sort("name").skip(page * 50).limit(50).to_list()
                return [user["name"] for user in found]
            """,
            happens="No more than 50 documents are read.",
            request="GET /users",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            chain = answers.places.repeated(body.scope) if not body.given else None
            for use in body.flow.uses if chain is not None else ():
                if is_whole_list(use) and reads_whole_collection(body, use):
                    assert chain is not None
                    yield self.finding(
                        body.place(use.node),
                        f"{called(use.node, use.owner, use.member.name)} reads the whole collection into memory, for "
                        "each request; `limit()` the cursor, or give it a length",
                        led_here(chain),
                    )


def is_whole_list(use: Use) -> bool:
    return use.member.name == "to_list" and use.owner.type.kind in CURSORS and reads_all(use)


def reads_whole_collection(body: Body, use: Use) -> bool:
    """Is it written out that the cursor gives every document of a collection?"""
    assert isinstance(use.node, f.Call) and isinstance(use.node.func, f.Attribute)
    cursor: f.Expr | None = use.node.func.value
    if isinstance(cursor, f.Name):
        cursor = made_once(body, cursor.id) if is_used_only_here(body.scope, cursor) else None
    calls = chain_of(cursor) if cursor is not None else []
    uses = {one.node: one for one in body.flow.uses}
    query = next((uses[call] for call in calls if call in uses and is_query(uses[call])), None)
    if query is None:
        return False
    rest = calls[calls.index(query.node) + 1 :]  # type: ignore[arg-type]
    if any(isinstance(call.func, f.Attribute) and call.func.attr not in HARMLESS_CALLS for call in rest):
        return False
    if any(given.star for given in query.node.args) or argument(query, "limit") is not None:  # type: ignore[union-attr]
        return False
    if query.member.name == "find":
        return is_empty(argument(query, "filter"))
    pipeline = argument(query, "pipeline")
    return isinstance(pipeline, f.Sequence) and all(map(keeps_all, pipeline.items))


def is_query(use: Use) -> bool:
    return use.owner.type.kind is Kind.COLLECTION and use.member.name in ("find", "aggregate")


def is_empty(filter_: f.Expr | None) -> bool:
    match filter_:
        case None | f.Constant(value=None):
            return True
        case f.Dict(entries=entries):
            return not entries
    return False


def keeps_all(stage: f.Expr) -> bool:
    match stage:
        case f.Dict(entries=(f.Entry(key=f.Constant(value=str() as name)),)):
            return name in HARMLESS_STAGES
    return False
