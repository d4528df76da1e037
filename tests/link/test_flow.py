"""What small bodies do with coroutines, cursors and clients, and what became of each coroutine."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent, indent

import pytest

from pymongo_async_lint.capture import capture
from pymongo_async_lint.capture.facts import Facts
from pymongo_async_lint.drivers import Flavour, Kind
from pymongo_async_lint.link.answers import Answers, answers_about
from pymongo_async_lint.link.flow import Flow, Op
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.link.shapes import Coroutine, Driver, Shape, driver_of, members
from pymongo_async_lint.rules.coroutines.fate import Fate, cases


class Files:
    """A project in memory."""

    src = ()

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.paths = tuple(texts)
        self._facts = {path: capture(dedent(text)) for path, text in texts.items()}

    def facts(self, path: str) -> Facts | None:
        return self._facts.get(path)

    def relevant(self) -> tuple[str, ...]:
        return self.paths


SETTING = """
import asyncio
import json
import unknown
from pymongo import AsyncMongoClient, MongoClient
from motor.motor_asyncio import AsyncIOMotorClient

users = AsyncMongoClient().shop.users
sync_users = MongoClient().shop.users
motor_users = AsyncIOMotorClient().shop.users

async def f(x):
"""


def answers_of(body: str) -> Answers:
    return answers_about(Project(Files({"app.py": SETTING + indent(dedent(body), "    ")})))


def function_of(answers: Answers, name: str) -> Function:
    module = answers.project.module("app.py")
    assert module is not None
    return next(found for found in module.all_functions() if found.name == name)


def flow_of(body: str, name: str = "f") -> Flow:
    answers = answers_of(body)
    return answers.project.flow(function_of(answers, name), ())


def done(body: str, kind: type[Shape] = Coroutine) -> set[Op]:
    """What the body does with the coroutines, or the driver objects, in it."""
    return {operation.op for operation in flow_of(body).operations if isinstance(operation.subject, kind)}


# --- operations -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "ops"),
    [
        ("await users.find_one()", {Op.AWAIT}),
        ("users.find_one()", {Op.DISCARD}),
        ("y = users.find_one()", set()),
        ("return users.find_one()", {Op.RETURN}),
        ("yield users.find_one()", {Op.RETURN}),
        ("asyncio.create_task(users.find_one())", {Op.SCHEDULE}),
        ("await asyncio.gather(users.find_one(), users.find_one())", {Op.SCHEDULE}),
        ("await asyncio.wait_for(users.find_one(), 3)", {Op.SCHEDULE}),
        ("unknown.run(users.find_one())", {Op.ESCAPE}),
        ("if users.find_one(): ...", {Op.TRUTH}),
        ("while not users.find_one(): ...", {Op.TRUTH}),
        ("y = users.find_one() or 1", {Op.TRUTH}),
        ("y = users.find_one() == 1", {Op.COMPARE}),
        ("y = 1 in users.distinct('a')", {Op.CONTAINS}),
        ("y = users.find_one()['name']", {Op.SUBSCRIPT}),
        ("y = users.find_one().name", {Op.ATTRIBUTE}),
        ("y = f'{users.find_one()}'", {Op.FORMAT}),
        ("for y in users.distinct('a'): ...", {Op.ITERATE}),
        ("async for y in users.aggregate([]): ...", {Op.ASYNC_ITERATE}),
        ("async with users.watch(): ...", {Op.ASYNC_WITH}),
        ("with users.watch(): ...", {Op.WITH}),
        ("y = len(users.distinct('a'))", {Op.LENGTH}),
        ("y = users.count_documents({}) + 1", {Op.ARITHMETIC}),
        ("a, b = users.distinct('a')", {Op.ITERATE}),
        ("x.later = users.find_one()", {Op.ESCAPE}),
        ("y = users.find_one()\nawait y", {Op.AWAIT}),
        ("y = z = users.find_one()\nif x:\n    await z", {Op.AWAIT}),
        ("await (users.find_one() if x else users.find_one({}))", {Op.AWAIT}),
        ("await (y := users.find_one())", {Op.AWAIT}),
    ],
)
def test_what_is_done_with_a_coroutine(body: str, ops: set[Op]) -> None:
    assert done(body) == ops


@pytest.mark.parametrize(
    ("body", "op", "kind"),
    [
        ("await users.find()", Op.AWAIT, Kind.CURSOR),
        ("for y in users.find(): ...", Op.ITERATE, Kind.CURSOR),
        ("y = [z for z in users.find()]", Op.ITERATE, Kind.CURSOR),
        ("y = len(users.find())", Op.LENGTH, Kind.CURSOR),
        ("y = users.find()[0]", Op.SUBSCRIPT, Kind.CURSOR),
        ("if users: ...", Op.TRUTH, Kind.COLLECTION),
        ("with users.database.client.start_session(): ...", Op.WITH, Kind.SESSION),
    ],
)
def test_what_is_done_with_a_driver_object(body: str, op: Op, kind: Kind) -> None:
    subjects = {
        operation.subject.type.kind
        for operation in flow_of(body).operations
        if operation.op is op and isinstance(operation.subject, Driver)
    }
    assert subjects == {kind}


@pytest.mark.parametrize(
    "body", ["async for y in users.find(): ...", "y = await users.find().to_list()", "y = users['a'].b"]
)
def test_what_is_right_with_a_driver_object_leaves_nothing_to_judge(body: str) -> None:
    assert not done(body, Driver) - {Op.ASYNC_ITERATE, Op.SUBSCRIPT}


# --- fates ------------------------------------------------------------------------------------------------------------


def fates(body: str) -> list[Fate]:
    return [case.fate for case in cases(answers_of(body))]


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        ("users.insert_one({})", Fate.THROWN_AWAY),
        ("x and users.insert_one({})", Fate.THROWN_AWAY),
        ("_ = users.insert_one({})", Fate.FORGOTTEN),
        ("y = users.find_one()", Fate.FORGOTTEN),
        ("if users.find_one(): ...", Fate.USED),
        ("y = users.find_one()\nprint(y['name'])", Fate.USED),
        ("async for y in users.aggregate([]): ...", Fate.CURSOR_FORM),
        ("await users.aggregate([]).to_list()", Fate.CURSOR_FORM),
        ("await users.find_one()", Fate.AWAITED),
        ("return users.find_one()", Fate.AWAITED),
        ("unknown.run(users.find_one())", Fate.AWAITED),
        ("x.later = users.find_one()", Fate.AWAITED),
        ("y = users.find_one()\nif x:\n    y = await y", Fate.AWAITED),
        ("y = users.find_one()\nif y:\n    await y", Fate.AWAITED),
        ("jobs = [users.find_one()]\nawait asyncio.gather(*jobs)", Fate.AWAITED),
        ("try:\n    y = users.find_one()\nfinally:\n    await y", Fate.AWAITED),
        ("async def g(job):\n    await job\nawait g(users.find_one())", Fate.AWAITED),
        ("def g(job):\n    job['name']\ng(users.find_one())", Fate.USED),
    ],
)
def test_the_fate_of_a_coroutine(body: str, fate: Fate) -> None:
    assert fates(body) == [fate]


def test_the_caller_of_a_helper_decides_what_becomes_of_its_coroutine() -> None:
    """The helper's own call counts as handed on; of its three callers one awaits, one doesn't, one uses it."""
    body = "def g():\n    return users.find_one()\nawait g()\ng()\ny = g()['name']"
    assert sorted(fate.name for fate in fates(body)) == ["AWAITED", "AWAITED", "THROWN_AWAY", "USED"]


@pytest.mark.parametrize("body", ["sync_users.insert_one({})", "unknown.users.insert_one({})", "x.insert_one({})"])
def test_what_makes_no_coroutine_has_no_fate(body: str) -> None:
    assert fates(body) == []


def test_motor_makes_futures() -> None:
    (case,) = cases(answers_of("motor_users.insert_one({})"))
    assert (case.fate, case.coroutine.is_future) == (Fate.THROWN_AWAY, True)


def test_a_second_await_finds_the_coroutine_spent() -> None:
    flow = flow_of("y = users.find_one()\nawait y\nawait y")
    spent = [op.subject.is_spent for op in flow.operations if op.op is Op.AWAIT and isinstance(op.subject, Coroutine)]
    assert spent == [False, True]


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "flavour", "kind"),
    [
        ("return users", Flavour.ASYNC, Kind.COLLECTION),
        ("return users.database", Flavour.ASYNC, Kind.DATABASE),
        ("return users.database.client", Flavour.ASYNC, Kind.CLIENT),
        ("return users.archive['2026']", Flavour.ASYNC, Kind.COLLECTION),
        ("return users.find().sort('a').limit(3)", Flavour.ASYNC, Kind.CURSOR),
        ("return await users.aggregate([])", Flavour.ASYNC, Kind.COMMAND_CURSOR),
        ("return sync_users.find()", Flavour.SYNC, Kind.CURSOR),
        ("return motor_users.aggregate([])", Flavour.MOTOR, Kind.LATENT_CURSOR),
        ("y = None\nif x:\n    y = users\nreturn y", Flavour.ASYNC, Kind.COLLECTION),
        ("a, b = users, 1\nreturn a", Flavour.ASYNC, Kind.COLLECTION),
        ("return {'a': users}['a']", Flavour.ASYNC, Kind.COLLECTION),
        ("def g(y=users):\n    return y\nreturn g()", Flavour.ASYNC, Kind.COLLECTION),
        ("return (lambda y: y)(users)", Flavour.ASYNC, Kind.COLLECTION),
        ("async with users.database.client.start_session() as y:\n    return y", Flavour.ASYNC, Kind.SESSION),
        ("while True:\n    y = users.find()\n    if x:\n        break\nreturn y", Flavour.ASYNC, Kind.CURSOR),
        ("try:\n    y = users\nexcept KeyError:\n    raise\nreturn y", Flavour.ASYNC, Kind.COLLECTION),
    ],
)
def test_what_is_returned(body: str, flavour: Flavour, kind: Kind) -> None:
    found = driver_of(flow_of(body).returns)
    assert found is not None
    assert (found.type.flavour, found.type.kind) == (flavour, kind)


@pytest.mark.parametrize(
    "body",
    [
        "return users if x else sync_users",
        "return x.users",
        "users = unknown.get()\nreturn users",
        "return users.name",
        "return [users]",
    ],
)
def test_what_is_returned_is_no_driver_object(body: str) -> None:
    assert driver_of(flow_of(body).returns) is None


def test_a_body_that_never_ends_returns_nothing() -> None:
    assert members(flow_of("raise ValueError").returns) == ()


def test_a_client_that_is_made_is_noted_with_its_circumstances() -> None:
    text = """
        AsyncMongoClient("mongodb://db")
        AsyncMongoClient(x)
    """
    made = flow_of(text).constructions
    assert [construction.is_from_parameter for construction in made] == [False, True]
    assert {construction.driver.type.flavour for construction in made} == {Flavour.ASYNC}


def test_calls_of_the_project_are_noted_with_what_they_are_given() -> None:
    flow = flow_of("def g(a, b): ...\ng(1, b=users)\nasyncio.to_thread(g, users, 2)")
    given = [(site.function.name, {name: type(shape).__name__ for name, shape in site.bound}) for site in flow.calls]
    assert [name for name, _ in given] == ["g", "g"]
    (_, first), (_, second) = given
    assert (first["b"], second["a"]) == ("Driver", "Driver")
    assert [site.how.name for site in flow.calls] == ["CALL", "THREAD"]


def test_a_function_that_calls_itself_for_nested_data_is_run_a_few_times() -> None:
    project = Project(
        Files(
            {
                "app.py": """
                import bson
                from pymongo import AsyncMongoClient

                users = AsyncMongoClient().shop.users

                def encode(value):
                    if isinstance(value, dict):
                        return {key: encode(inner) for key, inner in value.items()}
                    if isinstance(value, list):
                        return [encode(inner) for inner in value]
                    if isinstance(value, tuple):
                        return encode(value), encode(value)
                    if value == 1:
                        return bson.Binary(value)
                    if value == 2:
                        return bson.Code(value)
                    if value == 3:
                        return bson.DBRef(value)
                    if value == 4:
                        return bson.Int64(value)
                    return bson.Decimal128(value)

                async def save(user):
                    await users.update_one({}, encode(user))
                """
            }
        )
    )
    assert answers_about(project).bodies
    assert max(cell.rounds for cell in project.engine.cells.values()) < 8
