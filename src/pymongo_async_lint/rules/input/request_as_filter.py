"""PMA701"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.link.answers import Body
from pymongo_async_lint.link.arguments import argument
from pymongo_async_lint.link.constants import written
from pymongo_async_lint.link.requests import is_request, is_request_json, untyped_bodies
from pymongo_async_lint.link.scopes import flat_statements, walk
from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule, Severity, called

QUERY_ATTRIBUTES = frozenset({"query_params", "query"})


class RequestAsFilter(Rule):
    """What a request sends becomes a filter, or a value in one, without a check of what it is.

    JSON may hold objects: whoever sends `{"password": {"$ne": null}}` asks for any password but null, and a whole
    filter from outside may name any field, or run JavaScript with `$where`. Take the fields one by one, with a model
    that says that they are strings or numbers.

    Limits: only bodies that nothing has typed (`await request.json()`, `body: dict`), and query parameters as a whole
    filter, in the route itself. A value that is converted (`str(…)`), or tested with `isinstance`, stays silent.
    """

    code, name, since = "PMA701", "request-as-filter", "0.1.0"
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


            @app.post("/login")
            async def login(body: dict):
                user = await users.find_one({"name": body["name"], "email": body["email"]})  # expect: PMA701
                return {"welcome": user["name"] if user else None}
            """,
            happens="Ada is logged in with any address but the one that is sent.",
            request='POST /login {"name": "Ada", "email": {"$ne": "x"}}',
        ),
    )
    correct = (
        Example(
            """
            from fastapi import FastAPI
            from pydantic import BaseModel
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            class Login(BaseModel):
                name: str
                email: str


            @app.post("/login")
            async def login(body: Login):
                user = await users.find_one({"name": body.name, "email": body.email})
                return {"welcome": user["name"] if user else None}
            """,
            happens="The response is a 422.",
            request='POST /login {"name": "Ada", "email": {"$ne": "x"}}',
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given or body.scope not in answers.places.routes:
                continue
            names = {name for name in untyped_bodies(answers, body) if not is_tested(body, name)}
            for use in body.flow.uses:
                if use.owner.type.kind is not Kind.COLLECTION:
                    continue
                filter_ = argument(use, "filter") or argument(use, "pipeline")
                what = from_request(answers, body, filter_, names) if filter_ is not None else None
                if what is not None:
                    yield self.finding(
                        body.place(use.node),
                        f"{called(use.node, use.owner, use.member.name)} takes {what} into its filter: a request can "
                        "send operators in place of values; let a model check the fields first",
                    )


def is_tested(body: Body, name: str) -> bool:
    """Does the route look at the types of what it got, or hand it to something that may?"""
    for statement in flat_statements(body.scope.body):
        match statement:
            case f.If(test=test) | f.Assert(test=test):
                if any(is_type_test(inner) and mentions(inner, name) for inner in walk(test)):
                    return True
            case f.ExprStatement(value=value) if mentions(value, name):
                return True
    return False


def is_type_test(node: f.Expr) -> bool:
    return isinstance(node, f.Call) and isinstance(node.func, f.Name) and node.func.id == "isinstance"


def from_request(answers: Answers, body: Body, node: f.Expr, names: set[str]) -> str | None:
    """What of a filter is as the request sent it."""
    node = written(answers.project, body.scope, node)
    match node:
        case f.Name(id=name) if name in names:
            return f"the body `{name}`"
        case f.Await() if is_request_json(answers, body, node):
            return "the body of the request"
        case f.Dict(entries=entries):
            for entry in entries:
                if entry.key is None:
                    found = from_request(answers, body, entry.value, names)
                elif isinstance(entry.key, f.Constant):
                    found = value_from(written(answers.project, body.scope, entry.value), names)
                else:
                    found = None
                if found is not None:
                    return found
        case f.Call(func=f.Name(id="dict"), args=(f.Argument(value=value, keyword=None),)):
            match value:
                case f.Attribute(value=f.Name() as request, attr=attr) if attr in QUERY_ATTRIBUTES:
                    return "all query parameters" if is_request(answers, body, request) else None
            return from_request(answers, body, value, names)
    return None


def value_from(node: f.Expr, names: set[str]) -> str | None:
    """`body["name"]`, `body.get("name")`"""
    match node:
        case f.Subscript(value=f.Name(id=name), index=f.Constant()) if name in names:
            return f"a value of the body `{name}`"
        case f.Call(func=f.Attribute(value=f.Name(id=name), attr="get")) if name in names:
            return f"a value of the body `{name}`"
    return None


def mentions(node: f.Expr, name: str) -> bool:
    return any(isinstance(inner, f.Name) and inner.id == name for inner in walk(node))
