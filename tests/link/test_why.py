"""What `why` says of the expressions of a line: the words, the reasons, and where chains break."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest

from pymongo_async_lint.capture import capture
from pymongo_async_lint.capture.facts import Facts
from pymongo_async_lint.link.answers import answers_about
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.told import Told
from pymongo_async_lint.link.why import Cause, Explainer, Explanation, Reading


class Files:
    """A project in memory."""

    src = ()

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = {path: dedent(text) for path, text in texts.items()}
        self.paths = tuple(texts)
        self._facts = {path: capture(text) for path, text in self.texts.items()}

    def facts(self, path: str) -> Facts | None:
        return self._facts.get(path)

    def relevant(self) -> tuple[str, ...]:
        return self.paths


MARK = "  # ?"


def readings(texts: Mapping[str, str], objects: Mapping[str, str] | None = None) -> list[Reading]:
    """What is said of the line that ends with the mark."""
    files = Files(texts)
    explainer = Explainer(answers_about(Project(files, Told(objects or {}))))
    ((path, text),) = [(path, text) for path, text in files.texts.items() if MARK in text]
    end = text.index(MARK)
    module = explainer.project.module(path)
    assert module is not None
    return explainer.line(module, text.rfind("\n", 0, end) + 1, end)


def told(text: str, **more: str) -> dict[str, Explanation]:
    """The expressions of the marked line by their text, as all callers together make them."""
    others = {f"{name}.py": other for name, other in more.items()}
    return {one.text: one for one in readings({"app.py": text, **others})[0].expressions}


def words(text: str, **more: str) -> dict[str, str]:
    return {name: one.words for name, one in told(text, **more).items()}


def reasons(one: Explanation) -> list[str]:
    """The reasons, each with the file where it stands."""
    return [f"{step.place.path}: {step.text}" if step.place else step.text for step in one.reasons]


# --- words ------------------------------------------------------------------------------------------------------------

SETTING = """
from pymongo import AsyncMongoClient, MongoClient
from motor.motor_asyncio import AsyncIOMotorClient
import asyncio
db = AsyncMongoClient().shop
sync_db = MongoClient().shop
motor_db = AsyncIOMotorClient().shop

class Repo:
    def find(self): ...

async def f(x):
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("db", "async database `shop`"),
        ("db.client", "async client"),
        ("sync_db['users']", "sync collection `users`"),
        ("motor_db.users", "Motor collection `users`"),
        ("db.users.find()", "async cursor over documents of `users` (with a raw `_id`)"),
        ("db.users.find_one()", "coroutine of a document of `users` (with a raw `_id`) or None (made by `find_one`)"),
        ("motor_db.users.find_one()", "Motor future of a document of `users` (with a raw `_id`) or None (made by `find_one`)"),
        ("await db.users.find_one({}, {'_id': 0})", "document of `users` (`_id` converted or left out) or None"),
        ("await db.users.find().to_list()", "list of documents of `users` (with a raw `_id`)"),
        ("sync_db.users.insert_one({})", "InsertOneResult"),
        ("sync_db.users.insert_one({}).inserted_id", "ObjectId"),
        ("await db.list_collection_names()", "list"),
        ("[sync_db.a, sync_db.b]", "list of sync collections"),
        ("[sync_db.a.find(), sync_db.b.find()]", "list of sync cursors over documents (with a raw `_id`)"),
        ("{'users': db.users}", "dictionary with `users`: an async collection `users`"),
        ("(db, Repo())", "tuple of an async database `shop`, an instance of `Repo`"),
        ("db.users.find_one", "method `find_one` of an async collection `users`"),
        ("Repo", "class `Repo`"),
        ("Repo().find", "method `Repo.find`"),
        ("f", "async function `f`"),
        ("AsyncMongoClient", "class `AsyncMongoClient`"),
        ("asyncio.sleep", "`asyncio.sleep` of another library"),
        ("asyncio.Queue()", "object of another library (`asyncio.Queue`)"),
        ("len", "`len` of Python"),
        ("db if x else sync_db", "async database `shop` or sync database `shop`"),
        ("(lambda: 1)", "lambda"),
        ("x", "unknown"),
    ],
)  # fmt: skip
def test_shapes_in_words(expression: str, expected: str) -> None:
    text = f"{SETTING}    y = {expression}{MARK}\n"
    assert told(text)["y"].words == expected


def test_calls_are_shown_without_their_arguments() -> None:
    found = words(f"{SETTING}    await db['users'].find_one({{'name': 'secret'}}, sort=x){MARK}\n")
    assert list(found) == ["db", 'db["users"]', "x", 'db["users"].find_one(…)', 'await db["users"].find_one(…)']


def test_a_spent_coroutine() -> None:
    text = f"{SETTING}    task = db.users.find_one()\n    await task\n    print(task){MARK}\n"
    assert words(text)["task"].endswith("(made by `find_one`), awaited already")


def test_every_kind_has_words() -> None:
    from pymongo_async_lint.drivers import Flavour, Kind
    from pymongo_async_lint.link.why.words import FLAVOURS, KINDS

    assert set(KINDS) == set(Kind)
    assert set(FLAVOURS) == set(Flavour)


# --- the same expression at several times -----------------------------------------------------------------------------


def test_a_loop_variable_is_all_that_it_has_been() -> None:
    text = f"""
    from pymongo import AsyncMongoClient, MongoClient
    for users in (AsyncMongoClient().a.users, MongoClient().a.users):
        users.find_one(){MARK}
    """
    assert words(text)["users"] == "async collection `users` or sync collection `users`"


def test_a_chain_over_several_lines_is_found_by_each_of_its_lines() -> None:
    text = f"""
    from pymongo import AsyncMongoClient
    users = AsyncMongoClient().shop.users
    found = (
        users
        .find(){MARK}
        .limit(3)
    )
    """
    assert words(text) == {"users.find()": "async cursor over documents of `users` (with a raw `_id`)"}


def test_callers_that_disagree_are_told_apart() -> None:
    text = f"""
    from pymongo import AsyncMongoClient, MongoClient
    def put(users):
        return users.insert_one({{}}){MARK}
    def one():
        put(MongoClient().a.users)
    def two():
        put(AsyncMongoClient().a.users)
    """
    together, *apart = readings({"app.py": text})
    assert together.callers == ()
    assert together.expressions[0].words == "async collection `users` or sync collection `users`"
    assert {reading.expressions[0].words for reading in apart} == {
        "async collection `users`",
        "sync collection `users`",
    }
    assert all(len(reading.callers) == 1 for reading in apart)
    assert reasons(apart[0].expressions[0])[0] == "app.py: `users` of function `put` is what this caller passes"


@pytest.mark.parametrize(
    "line",
    ["users = AsyncMongoClient().shop.users", "    users = AsyncMongoClient().shop.users", "@users.cached",
     "def f(users=AsyncMongoClient().shop.users): ...", "g = lambda users=AsyncMongoClient().shop.users: users",
     "[users for users in [AsyncMongoClient().shop.users]]"],
)  # fmt: skip
def test_statements_outside_of_functions(line: str) -> None:
    text = "from pymongo import AsyncMongoClient\nusers = AsyncMongoClient().shop.users\nclass A:\n    a = 1\n"
    end = "\ndef g(): ...\n" if line.startswith("@") else "\n"
    assert words(f"{text}{line}{MARK}{end}")["users"] == "async collection `users`"


def test_the_body_of_a_lambda() -> None:
    text = f"""
    from pymongo import AsyncMongoClient
    find = (lambda users:
        users.find_one()){MARK}
    find(AsyncMongoClient().a.users)
    """
    assert words(text)["users"] == "async collection `users`"


# --- reasons ----------------------------------------------------------------------------------------------------------


def test_a_name_of_the_same_function() -> None:
    one = told(f"{SETTING}    users = db.users\n    users.find_one(){MARK}\n")["users"]
    assert reasons(one) == ["app.py: `users` is assigned here", "app.py: the `AsyncMongoClient` is made here"]


def test_an_imported_name() -> None:
    one = told(
        f"from db import users\nusers.find_one(){MARK}\n",
        db="from pymongo import AsyncMongoClient\nusers = AsyncMongoClient().a.users\n",
    )["users"]
    assert reasons(one) == [
        "app.py: `users` is imported from `db`",
        "db.py: `users` is assigned here",
        "db.py: the `AsyncMongoClient` is made here",
    ]


def test_a_global_that_a_function_sets() -> None:
    one = told(f"""
    from pymongo import AsyncMongoClient
    client = None
    def connect():
        global client
        client = AsyncMongoClient()
    async def f():
        await client.close(){MARK}
    """)["client"]
    assert reasons(one)[:2] == [
        "app.py: `client` is assigned here",
        "app.py: function `connect` sets the global `client` here",
    ]


def test_a_parameter_by_its_callers() -> None:
    one = told(f"""
    from pymongo import AsyncMongoClient
    def f(users):
        users.find_one(){MARK}
    f(AsyncMongoClient().a.users)
    f(AsyncMongoClient().a.users)
    """)["users"]
    assert reasons(one)[:2] == [
        "app.py: `users` of function `f` is passed here, the first of 2 calls",
        "app.py: `users` of function `f` is passed here",
    ]


def test_a_parameter_by_its_annotation_or_default() -> None:
    annotated = told(f"""
    from pymongo.asynchronous.collection import AsyncCollection
    def f(users: AsyncCollection):
        users.find_one(){MARK}
    """)["users"]
    assert reasons(annotated) == ["app.py: `users` of function `f` is annotated here"]
    default = told(f"""
    from pymongo import AsyncMongoClient
    def f(users=AsyncMongoClient().a.users):
        users.find_one(){MARK}
    """)["users"]
    assert reasons(default)[0] == "app.py: `users` of function `f` has this default"


def test_a_dependency() -> None:
    found = told(f"""
    from fastapi import Depends, FastAPI
    from pymongo import AsyncMongoClient
    app = FastAPI()
    client = AsyncMongoClient()
    def get_db():
        return client.shop
    @app.get("/")
    async def show(db=Depends(get_db)):
        return await db.users.find_one(){MARK}
    """)
    assert reasons(found["db"])[:3] == [
        "app.py: `db` of async function `show` is injected by `Depends(get_db)`",
        "app.py: function `get_db` is defined here",
        "app.py: it returns this",
    ]
    assert (
        reasons(found["db.users"])[0] == "`AsyncDatabase` has no member `users`, so it is the collection of that name"
    )
    assert reasons(found["db.users.find_one()"])[0] == "`AsyncCollection.find_one` gives a coroutine"


def test_attributes() -> None:
    found = told(f"""
    from pymongo import AsyncMongoClient
    class Repo:
        kept = AsyncMongoClient().a
        def __init__(self, db):
            self.users = db.users
        @property
        def orders(self):
            return self.kept.orders
        async def all(self):
            return self.users, self.orders, self.kept, self.all(){MARK}
    Repo(AsyncMongoClient().a)
    """)
    assert reasons(found["self"]) == ["app.py: `self` of a method of `Repo`"]
    assert reasons(found["self.users"])[0] == "app.py: `users` of `Repo` is stored here"
    assert reasons(found["self.orders"])[:2] == ["app.py: `orders` is a property of `Repo`", "app.py: it returns this"]
    assert reasons(found["self.kept"])[0] == "app.py: `kept` is bound in the class `Repo`"
    assert reasons(found["self.all()"])[0] == "app.py: async method `Repo.all` is defined here"


def test_what_an_application_keeps() -> None:
    one = told(f"""
    from fastapi import FastAPI, Request
    from pymongo import AsyncMongoClient
    app = FastAPI()
    app.state.db = AsyncMongoClient().a
    @app.get("/")
    async def show(request: Request):
        return request.app.state.db{MARK}
    """)
    assert one["request.app"].words == "application"
    assert reasons(one["request.app.state.db"])[0] == "app.py: `db` of the state of the application is stored here"


def test_a_declared_object() -> None:
    text = f"from sdk import get_db\nget_db().users.find_one(){MARK}\n"
    (reading,) = readings({"app.py": text}, {"sdk:get_db": "motor.database"})
    one = reading.expressions[0]
    assert (one.text, one.words) == ("get_db()", "Motor database")
    assert reasons(one) == ["declared under `objects` in the settings"]


# --- breaks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "after", "text", "cause", "last"),
    [
        ("x.find_one()", "", "x", Cause.NOT_CALLED, "`x` is a parameter of async function `f`, which nothing is seen to call"),
        ("x.find_one()", "def g(y):\n    f(y.users)\n", "x", Cause.NOT_CALLED, "`y` is a parameter of function `g`, which nothing is seen to call"),
        ("x.find_one()", "f()\n", "x", Cause.NOT_PASSED, "`x` is a parameter of async function `f`; none of one call is seen to pass it"),
        ("Repo().users.find_one()", "", "Repo().users", Cause.NOT_STORED, "nothing stores `users` on `Repo`"),
        ("make().find_one()", "def make():\n    print()\n", "make()", Cause.NO_RESULT, "function `make` is not seen to give anything known"),
        ("getattr(db, x).find_one()", "f(1)\n", "x", Cause.DATA, "`1` is an int, which is not followed"),
        ("getattr(Repo, x).find_one()", "", "getattr(…)", Cause.DYNAMIC, "`getattr(…)` has a name that is worked out"),
        ("nothing.find_one()", "", "nothing", Cause.UNBOUND, "nothing binds `nothing`"),
        ("late.find_one()", "late = None\n", "late", Cause.NEVER_SET, "`late` is `None` here, and set nowhere"),
        ("late.find_one()", "late: object\n", "late", Cause.NEVER_SET, "`late` is annotated here, and set nowhere"),
        ("made.find_one()", "import sdk\nmade = sdk.connect()\n", "made", Cause.EXTERNAL, "`sdk.connect()` calls `sdk.connect`, and `sdk` is not part of the project"),
        ("(await db.command('ping'))['ok'].find_one()", "", 'await db.command(…)["ok"]', Cause.DATA, "`await db.command(…)` is a dictionary, of whose contents nothing is known"),
        ("(x + x).find_one()", "", "x", Cause.NOT_CALLED, "`x` is a parameter of async function `f`, which nothing is seen to call"),
        ("loop().find_one()", "def loop():\n    return loop()\n", "loop()", Cause.TOO_DEEP, "`loop()` leads back to itself, or further than is followed"),
    ],
)  # fmt: skip
def test_where_chains_break(line: str, after: str, text: str, cause: Cause, last: str) -> None:
    one = told(f"{SETTING}    {line}{MARK}\n{after}")[text]
    assert one.broken is not None
    assert (one.broken.cause, one.broken.steps[-1].text) == (cause, last)


def test_the_steps_lead_from_the_expression_to_the_break() -> None:
    found = told(
        f"""
        from sdk import get_db
        class Store:
            def __init__(self, db):
                self.users = db.users
            async def all(self):
                return self.users.find(){MARK}
        def make():
            return get_db()
        Store(make())
        """
    )["self.users"]
    assert found.broken is not None
    assert [step.text for step in found.broken.steps] == [
        "`users` is stored here",
        "`db` is a parameter of method `Store.__init__`, passed here",
        "function `make` returns `get_db()`",
        "`get_db()` calls `sdk.get_db`, and `sdk` is not part of the project",
    ]
    assert found.broken.declaration == "sdk:get_db"


@pytest.mark.parametrize("module", ["fastapi", "logging", "pymongo.helpers", "unittest.mock"])
def test_nobody_needs_to_declare_what_well_known_packages_give(module: str) -> None:
    one = told(f"from {module} import get_db\nget_db().find_one(){MARK}\n")["get_db()"]
    assert one.broken is not None
    assert (one.broken.cause, one.broken.declaration) == (Cause.EXTERNAL, "")


def test_a_star_import_of_another_library() -> None:
    one = told(f"from sdk.handles import *\nusers.find_one(){MARK}\n")["users"]
    assert one.broken is not None
    assert (one.broken.cause, one.broken.declaration) == (Cause.STAR_IMPORT, "sdk.handles:users")


def test_code_that_is_never_reached() -> None:
    one = told(f"{SETTING}    return\n    db.users.find_one(){MARK}\n")["db"]
    assert one.broken is not None
    assert one.broken.cause is Cause.NOT_REACHED


def test_an_attribute_that_is_none_for_good() -> None:
    one = told(f"""
    class Holder:
        def __init__(self):
            self.db = None
        async def f(self):
            await self.db.users.find_one(){MARK}
    """)["self.db"]
    assert (one.words, one.broken and one.broken.cause) == ("None", Cause.NEVER_SET)


# --- one expression ---------------------------------------------------------------------------------------------------


def test_the_smallest_expression_at_a_place() -> None:
    text = "from pymongo import AsyncMongoClient\nusers = AsyncMongoClient().shop.users\nusers.find_one(users)\n"
    explainer = Explainer(answers_about(Project(Files({"app.py": text}))))
    module = explainer.project.module("app.py")
    assert module is not None

    def at(offset: int) -> list[str]:
        return [one.text for reading in explainer.at(module, offset) for one in reading.expressions]

    start = text.index("users.find_one(")
    assert at(start) == ["users"]
    assert at(start + len("users.f")) == ["users.find_one(…)"]
    assert at(text.index("shop")) == ["AsyncMongoClient().shop"]
    assert at(text.index("import")) == []


def test_imports_in_a_circle() -> None:
    one = told(f"from db import users\nusers.find_one(){MARK}\n", db="from app import users\n")["users"]
    assert one.broken is not None
    assert one.broken.cause is Cause.TOO_DEEP
    known = told(
        f"from db import users\nusers.find_one(){MARK}\n",
        db="from pymongo import MongoClient\nfrom app import users\nusers = MongoClient().a.users\n",
    )["users"]
    assert known.words == "sync collection `users`"


def test_a_fixture() -> None:
    text = f"""
    import pytest
    from pymongo import AsyncMongoClient
    @pytest.fixture(name="db")
    def make_db():
        return AsyncMongoClient().shop
    @pytest.fixture
    def store():
        return unheard_of()
    async def test_db(db, store):
        await db.users.insert_one(store){MARK}
    """
    found = {one.text: one for one in readings({"test_app.py": text})[0].expressions}
    assert reasons(found["db"])[0] == "test_app.py: `db` of async function `test_db` is the pytest fixture"
    assert [step.text for step in found["store"].broken.steps] == [  # type: ignore[union-attr]
        "`store` is a parameter of async function `test_db`, the pytest fixture",
        "function `store` returns `unheard_of()`",
        "nothing binds `unheard_of`",
    ]
