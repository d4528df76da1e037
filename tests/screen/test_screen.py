"""The screen: no file that can matter is lost, and most of those that can't are dropped, without a parse."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.capture.screen import imports_driver, screen


def kept(files: dict[str, str]) -> set[str]:
    return set(screen({path: dedent(text).encode() for path, text in files.items()}))


@pytest.mark.parametrize(
    "text",
    [
        "import pymongo",
        "import pymongo.errors as errors",
        "import os, pymongo",
        "import os as o, motor.motor_asyncio",
        "from pymongo import AsyncMongoClient",
        "\ufefffrom pymongo import AsyncMongoClient",
        "from pymongo.asynchronous.database import AsyncDatabase",
        "from motor.motor_asyncio import (\n    AsyncIOMotorClient,\n)",
        "from bson import ObjectId",
        "from gridfs.asynchronous import AsyncGridFSBucket",
        "if True:\n    from bson.objectid import ObjectId",
        "try: import pymongo\nexcept ImportError: pymongo = None",
        "import os; import bson",
        "from \\\n    pymongo import MongoClient",
        "import \\\n    pymongo",
        "from odmantic import AIOEngine, ObjectId",
        "from mongomock import (\n    MongoClient,\n)",
        "from beanie import Document\nasync def f(): await User.get_pymongo_collection().find_one({})",
        "from beanie import Document\nUser.get_motor_collection()",
    ],
)
def test_imports_of_a_driver_are_seen(text: str) -> None:
    assert imports_driver(text.encode())
    assert imports_driver(text.replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "from .motor import MotorSpeed",
        "from homeassistant.components.motor import start",
        "import motorsport",
        "from pymongo_inmemory import MongoClient",
        "# import pymongo",
        'text = "bson and pymongo"',
        "from beanie import Document, PydanticObjectId",
        "import odmantic",
        "from sqlalchemy import ObjectId",
    ],
)
def test_other_imports_are_none(text: str) -> None:
    assert not imports_driver(text.encode())


def test_a_project_without_a_driver_has_no_file_that_matters() -> None:
    assert kept({"a.py": "db.users.find_one()", "b.py": "import a"}) == set()


def test_a_distinctive_member_counts_in_a_project_with_a_driver() -> None:
    files = {
        "db.py": "from pymongo import AsyncMongoClient",
        "service.py": "def save(users):\n    return users.insert_one({})",
        "other.py": "def insert_one(): ...",
    }
    assert kept(files) == {"db.py", "service.py"}


@pytest.mark.parametrize(
    "text",
    [
        "from app.core.db import client\nclient.x",
        "from app.core import db\ndb.client.x",
        "from app.core import (\n    settings,  # (not) this one\n    db,\n)\ndef f(): return db.client",
        "from app.core import settings, \\\n    db\ndb.client.x",
        "import app.core.db\napp.core.db.client.x",
        "import os, app.core.db as database\ndatabase.client.x",
        "import app.core.db; app.core.db.client.x",
        "from .core.db import client\nclient.x",
        "from .core.db import client as c\nclass Users:\n    def all(self):\n        return c.x",
        "from .core import db as d\nd.client.x",
        "from.core.db import*\nclient.x",
        "def f():\n    from core.db import client\n    return client.x",
        "if TYPE_CHECKING: from app.core.db import client\ndef f(c: client): ...",
        "from app.core.db import *\nclient.x",
        "import core.db\ncore.db.client.x",
    ],
)
def test_whoever_mentions_what_such_a_file_binds_is_kept(text: str) -> None:
    files = {
        "src/app/core/db.py": "import pymongo\nclient = pymongo.AsyncMongoClient()\nLIMIT = 3",
        "src/app/core/__init__.py": "",
        "src/app/user.py": text,
        "src/app/none.py": "from app.core import settings\nclient = 1",
        "src/app/limit.py": "from app.core.db import LIMIT\nprint(LIMIT)",
    }
    assert kept(files) == {"src/app/core/db.py", "src/app/user.py"}
    crlf = text.replace("\n", "\r\n")
    assert kept(files | {"src/app/user.py": crlf}) == {"src/app/core/db.py", "src/app/user.py"}


DB = "from pymongo import AsyncMongoClient\nclient = AsyncMongoClient()\ndef get_db():\n    return client.shop\n"


def test_names_are_followed_through_packages_and_circles() -> None:
    files = {
        "app/db/client.py": DB + "from app import main",
        "app/db/__init__.py": "from .client import get_db",
        "app/deps.py": "from . import db\ndef users():\n    return db.get_db().users",
        "app/routers/__init__.py": "",
        "app/routers/users.py": "from ..deps import users\n@router.get('/')\nasync def listing(): return await users().find()",
        "app/routes.py": "from app.routers import users\nroutes = [Route('/', users.listing)]",
        "app/main.py": "from app.routes import routes\napp = Starlette(routes=routes)",
        "app/settings.py": "import os",
        "cli.py": "from app.settings import x\nprint(x)",
    }
    assert kept(files) == set(files) - {"app/db/__init__.py", "app/routers/__init__.py", "app/settings.py", "cli.py"}


def test_a_package_is_imported_by_its_name() -> None:
    files = {
        "db/__init__.py": DB,
        "a.py": "import db.models\ndb.client.x",
        "b.py": "from db import client\nclient.x",
        "c.py": "import d\nd.client",
        "e.py": "from db import other\nother.x",
    }
    assert kept(files) == {"db/__init__.py", "a.py", "b.py"}


def test_a_relative_import_means_its_own_package_only() -> None:
    files = {
        "one/db.py": DB,
        "one/user.py": "from .db import client\nclient.x",
        "two/db.py": "client = 1",
        "two/user.py": "from .db import client\nclient.x",
    }
    assert kept(files) == {"one/db.py", "one/user.py"}


def test_of_a_class_that_merely_uses_others_only_the_members_that_do_so_count() -> None:
    files = {
        "db.py": DB,
        "service.py": """
            from db import get_db

            class Service:
                def __init__(self):
                    self.database = get_db()

                def users(self):
                    return self.database.users

                def version(self):
                    return 1
        """,
        "makes.py": "from service import Service\nservice = Service()",
        "asks_users.py": "from makes import service\nprint(service.users())",
        "asks_version.py": "from makes import service\nprint(service.version())",
    }
    assert kept(files) == {"db.py", "service.py", "asks_users.py"}


def test_a_class_that_uses_a_driver_itself_counts_as_a_whole() -> None:
    files = {
        "repo.py": "import pymongo\nclass Repo:\n    def a(self, db):\n        return db.x.find_one()\n    def b(self): ...",
        "makes.py": "from repo import Repo\nrun(Repo())",
        "inherits.py": "from repo import Repo\nclass Users(Repo):\n    pass",
        "asks.py": "from inherits import Users\nUsers().b()",
    }
    assert kept(files) == set(files)


def test_a_coroutine_function_that_returns_nothing_keeps_to_itself_what_it_calls() -> None:
    files = {
        "db.py": DB,
        "work.py": """
            from db import get_db

            async def clean():
                await get_db().users.x()
                return None

            async def count():
                return await get_db().users.x()

            def block():
                get_db().users.x()
        """,
        "cleans.py": "from work import clean\nclean()",
        "counts.py": "from work import count\ncount()",
        "blocks.py": "from work import block\nblock()",
    }
    assert kept(files) == set(files) - {"cleans.py"}


def test_what_is_kept_on_an_application_is_found_without_an_import() -> None:
    files = {
        "main.py": "from pymongo import AsyncMongoClient\ndef start(app):\n    app.state.shop = AsyncMongoClient().shop",
        "users.py": "async def users(request):\n    return await request.app.state.shop.users.find()",
        "calls.py": "import users\nusers.users(1)",
        "other.py": "async def other(request):\n    return request.app.state.bank",
        "keys.py": "from pymongo import AsyncMongoClient\ndef start(app):\n    app['money'] = AsyncMongoClient()",
        "asks_keys.py": "async def money(request):\n    return request.app['money'].x",
    }
    assert kept(files) == set(files) - {"other.py"}


def test_tests_lead_to_tests_only() -> None:
    files = {
        "tests/helpers.py": DB,
        "tests/test_a.py": "from tests.helpers import client\nclient.x",
        "a.py": "from tests.helpers import client\nclient.x",
    }
    assert kept(files) == {"tests/helpers.py", "tests/test_a.py"}


@pytest.mark.parametrize("name", ["ASCENDING", "IndexModel", "ReturnDocument", "errors", "UpdateOne"])
def test_constants_and_operations_lead_nowhere(name: str) -> None:
    files = {"a.py": f"from pymongo import {name}\ndef f():\n    return {name}", "b.py": "from a import f\nf()"}
    assert kept(files) == {"a.py"}


def test_text_in_strings_is_no_code() -> None:
    files = {
        "db.py": 'from pymongo import MongoClient\ndef get():\n    """\nx = 1\nclass Of:\n"""\n    return MongoClient()\n',
        "a.py": "from db import get\nget()",
    }
    assert kept(files) == {"db.py", "a.py"}


def test_declared_objects_count_without_any_import_of_a_driver() -> None:
    files = {
        "a.py": b"from somewhere import get_db\ndef users():\n    return get_db().users",
        "b.py": b"from a import users\nusers()",
        "c.py": b"print(1)",
    }
    assert screen(files, ["somewhere:get_db"]) == {"a.py", "b.py"}


def test_names_outside_of_ascii_are_modules_too() -> None:
    files = {"datenbänke.py": "import pymongo as größe", "a.py": "from datenbänke import größe\nprint(größe)"}
    assert kept(files) == {"datenbänke.py", "a.py"}


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert screen({"a.py": b"\xff\xfe\x00import pymongo", "b.py": b"import pymongo\n\xff"}) == {"b.py"}


NAMES = ["alpha", "beta", "gamma", "delta"]
IMPORTS = st.sampled_from(
    [
        "from package.{0} import {0}_x\n{1}_x = {0}_x",
        "from package import {0}\ndef {1}_x():\n    return {0}.{0}_x",
        "from package import (a, {0},)\nclass {1}_x({0}.{0}_x): ...",
        "import package.{0}\n{1}_x = package.{0}.{0}_x()",
        "import package.{0} as b\n{1}_x: int = b.{0}_x()",
        "from .{0} import {0}_x as y\nif 1:\n    {1}_x = y",
        "from . import {0}\nasync def {1}_x(a={0}.{0}_x):\n    yield a",
        "def {1}_x():\n    from .{0} import (\n        {0}_x,\n    )\n    {0}_x()",
        "try:\n    import os, package.{0}\n    {1}_x = package.{0}.{0}_x\nexcept ImportError: pass",
    ]
)


@given(
    edges=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), IMPORTS), max_size=8),
    seed=st.sampled_from(NAMES),
)
def test_exactly_those_are_kept_to_which_names_lead(edges: list[tuple[str, str, str]], seed: str) -> None:
    texts = {name: f"import pymongo\n{seed}_x = pymongo.x\n" if name == seed else "" for name in NAMES}
    for importer, imported, form in edges:
        texts[importer] += form.format(imported, importer) + "\n"
    expected = {seed}
    while more := {importer for importer, imported, _ in edges if imported in expected} - expected:
        expected |= more
    assert kept({f"package/{name}.py": text for name, text in texts.items()}) == {f"package/{n}.py" for n in expected}
