"""PMA405"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.frameworks import Role
from pymongo_async_lint.link import known
from pymongo_async_lint.link.around import guards_around
from pymongo_async_lint.link.requests import dependencies, text_parameters
from pymongo_async_lint.link.scopes import Function, Scope, expressions_of, flat_statements, walk
from pymongo_async_lint.link.shapes import External, FunctionRef, members
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Rule, Severity

CATCHING = frozenset(
    {
        "bson.errors.InvalidId",
        "bson.errors.BSONError",
        "bson.InvalidId",
        "builtins.Exception",
        "builtins.BaseException",
    }
)


class UnguardedObjectid(Rule):
    """A route makes an ObjectId of a text from its path or query, and nothing is there for a text that is no id.

    `ObjectId("x")` raises `bson.errors.InvalidId`. It is no ValueError, so the framework does not turn it into a
    response of its own: the client gets a 500 where it should get a 404 or 422.

    Limits: only parameters annotated `str`, in the route itself. Whatever might look at the parameter first stays
    silent: a `try` that catches the error, a handler for it, `ObjectId.is_valid()` or another test or call, a
    dependency with a parameter of that name, a decorator of the project's, a `pattern=`.
    """

    code, name, since = "PMA405", "unguarded-objectid", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            from bson import ObjectId
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users/{user_id}")
            async def show(user_id: str):
                return await users.find_one({"_id": ObjectId(user_id)}, {"_id": 0})  # expect: PMA405
            """,
            happens="`bson.errors.InvalidId`: the response is a 500.",
            request="GET /users/nobody",
        ),
    )
    correct = (
        Example(
            """
            from bson import ObjectId
            from bson.errors import InvalidId
            from fastapi import FastAPI, HTTPException
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users/{user_id}")
            async def show(user_id: str):
                try:
                    key = ObjectId(user_id)
                except InvalidId:
                    raise HTTPException(404)
                return await users.find_one({"_id": key}, {"_id": 0})
            """,
            happens="The response is a 404.",
            request="GET /users/nobody",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        if has_handler(answers):
            return
        for body in answers.bodies:
            parameters = text_parameters(answers, body) if not body.given else {}
            if not parameters or not isinstance(body.scope, Function):
                continue
            checked = {param.name for other in dependencies(answers, body.scope) for param in other.params}
            for node in expressions_of(body.scope.body):
                name = converted(answers, body, node)
                if name is None or name not in parameters.keys() - checked or is_guarded(answers, body, node, name):
                    continue
                yield self.finding(
                    body.place(node),
                    f"`ObjectId({name})` raises InvalidId for a text that is no id, and the response is a 500; catch "
                    "it, or ask `ObjectId.is_valid()` first",
                )


def converted(answers: Answers, body: Body, node: f.Expr) -> str | None:
    """The name in `ObjectId(name)`."""
    match node:
        case f.Call(func=f.Name() | f.Attribute() as func, args=(f.Argument(value=f.Name(id=name), star=0),)):
            if any(one in known.OBJECT_IDS for one in dotted_names(answers, func, body.scope)):
                return name
    return None


def dotted_names(answers: Answers, node: f.Expr, scope: Scope) -> list[str]:
    return [one.dotted for one in members(answers.project.static(node, scope)) if isinstance(one, External)]


def has_handler(answers: Answers) -> bool:
    """Does the application handle the error for all routes?"""
    return any(
        dotted in CATCHING
        for body in answers.bodies
        for registration in body.flow.registrations
        if registration.role == Role.HANDLER and registration.call is not None
        for given in registration.call.args
        for dotted in dotted_names(answers, given.value, body.scope)
    )


def is_guarded(answers: Answers, body: Body, node: f.Expr, name: str) -> bool:
    """Is the error caught, or has something looked at the text before?"""
    assert isinstance(body.scope, Function)
    for handler in guards_around(body.scope.body, node):
        types = handler.type.items if isinstance(handler.type, f.Sequence) else (handler.type,)
        for kind in types:
            if kind is None:
                return True
            found = members(answers.project.static(kind, body.scope))
            if not found or any(isinstance(one, External) and one.dotted in CATCHING for one in found):
                return True
    for decorator in body.scope.decorators:
        func = decorator.func if isinstance(decorator, f.Call) else decorator
        shape = answers.project.static(func, body.scope.parent or body.scope.module)
        if any(isinstance(one, FunctionRef) for one in members(shape)):
            return True
    return any(mentions(expression, name) for expression in looked_at_before(body, node))


def looked_at_before(body: Body, node: f.Expr) -> Iterator[f.Expr]:
    """Tests and calls in front of a node that may end the function."""
    for statement in flat_statements(body.scope.body):
        if statement.start >= node.start:
            break
        match statement:
            case f.If(test=test) | f.While(test=test) | f.Assert(test=test):
                yield test
            case f.ExprStatement(value=value):
                yield value
            case f.Match(subject=subject):
                yield subject
    for expression in expressions_of(body.scope.body):
        if isinstance(expression, f.Conditional):
            yield expression.test


def mentions(node: f.Expr, name: str) -> bool:
    return any(isinstance(inner, f.Name) and inner.id == name for inner in walk(node))
