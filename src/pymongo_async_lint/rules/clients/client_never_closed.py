"""PMA303"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.places import Where
from pymongo_async_lint.link.scopes import Function, expressions_of, last_name
from pymongo_async_lint.link.shapes import Driver, members
from pymongo_async_lint.rules.base import Example, Finding, Rule, Severity, describe

CLOSERS = frozenset({"close", "aclose"})


class ClientNeverClosed(Rule):
    """A client that start-up code makes is closed nowhere in the project.

    Its connections and the tasks that watch the servers stay until the process ends; Python shows a `ResourceWarning`
    then, if it is run with `-X dev`. Where an application starts more than once in a process (tests, reload), they add
    up.

    Limits: only clients of start-up handlers and lifespans. Silent as soon as the project closes any client.
    """

    code, name, since = "PMA303", "client-never-closed", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            from contextlib import asynccontextmanager

            from fastapi import FastAPI, Request
            from pymongo import AsyncMongoClient


            @asynccontextmanager
            async def lifespan(app: FastAPI):
                app.state.client = AsyncMongoClient("mongodb://localhost")  # expect: PMA303
                yield


            app = FastAPI(lifespan=lifespan)


            @app.get("/users")
            async def count(request: Request):
                return await request.app.state.client.shop.users.count_documents({})
            """,
            happens="The client is still open after the shutdown.",
            request="GET /users",
        ),
    )
    correct = (
        Example(
            """
            from contextlib import asynccontextmanager

            from fastapi import FastAPI, Request
            from pymongo import AsyncMongoClient


            @asynccontextmanager
            async def lifespan(app: FastAPI):
                async with AsyncMongoClient("mongodb://localhost") as client:
                    app.state.client = client
                    yield


            app = FastAPI(lifespan=lifespan)


            @app.get("/users")
            async def count(request: Request):
                return await request.app.state.client.shop.users.count_documents({})
            """,
            happens="The client is closed at shutdown.",
            request="GET /users",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        opened = [
            (body, construction)
            for body in answers.bodies
            if not body.given and isinstance(body.scope, Function) and is_start_up(answers, body.scope)
            for construction in body.flow.constructions
        ]
        if not opened or closes_a_client(answers):
            return
        for body, construction in opened:
            yield self.finding(
                body.place(construction.node),
                f"this {describe(construction.driver.type)} is made at start-up and closed nowhere: its connections "
                "stay open after a shutdown; close it, or use `async with`",
            )


def is_start_up(answers: Answers, function: Function) -> bool:
    return any(spot.where is Where.STARTUP for spot in answers.places.of(function))


def closes_a_client(answers: Answers) -> bool:
    """Is there anything that closes a client, or that might?"""
    names: set[str] = set()
    for body in answers.bodies:
        for use in body.flow.uses:
            if use.owner.type.kind is Kind.CLIENT and use.member.name in CLOSERS:
                return True
        for operation in body.flow.operations:
            if operation.op in (Op.WITH, Op.ASYNC_WITH) and is_client(operation.subject):
                return True
        names.update(name for name, shape in body.flow.cells if any(map(is_client, members(shape))))
        names.update(store.name for store in body.flow.stores if any(map(is_client, members(store.value))))
    return any(
        isinstance(node, f.Call)
        and isinstance(node.func, f.Attribute)
        and node.func.attr in CLOSERS
        and last_name(node.func.value) in names
        for body in answers.bodies
        if not body.given and not body.scope.is_test and body.scope.module.facts.identifiers & CLOSERS
        for node in expressions_of(body.scope.body)
    )


def is_client(value: object) -> bool:
    return isinstance(value, Driver) and value.type.kind is Kind.CLIENT
