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
        "from app.core.db import client",
        "from app.core import db",
        "from app.core import (\n    settings,  # (not) this one\n    db,\n)",
        "from app.core import settings, \\\n    db",
        "import app.core.db",
        "import os, app.core.db as database",
        "import app.core.db; x = 1",
        "from .core.db import client",
        "from .core import db as d",
        "from.core.db import*",
        "def f():\n    from core.db import client",
        "if TYPE_CHECKING: from app.core.db import Client",
        "from app.core.db import *",
        "import core.db",
    ],
)
def test_whoever_imports_such_a_file_is_kept(text: str) -> None:
    files = {
        "src/app/core/db.py": "import pymongo",
        "src/app/core/__init__.py": "",
        "src/app/user.py": text,
        "src/app/none.py": "from app.core import settings",
    }
    assert kept(files) == {"src/app/core/db.py", "src/app/user.py"}
    assert kept(files | {"src/app/user.py": text.replace("\n", "\r\n")}) == {"src/app/core/db.py", "src/app/user.py"}


def test_importers_are_followed_through_packages_and_circles() -> None:
    files = {
        "app/db/client.py": "from pymongo import AsyncMongoClient\nfrom app import main",
        "app/db/__init__.py": "from .client import client",
        "app/deps.py": "from . import db",
        "app/routers/__init__.py": "",
        "app/routers/users.py": "from ..deps import get_db",
        "app/main.py": "from app.routers import users",
        "app/settings.py": "import os",
        "cli.py": "from app.main import app",
    }
    assert kept(files) == set(files) - {"app/routers/__init__.py", "app/settings.py"}


def test_a_package_is_imported_by_its_name() -> None:
    files = {
        "db/__init__.py": "import pymongo",
        "a.py": "import db.models",
        "b.py": "from db import client",
        "c.py": "import d",
    }
    assert kept(files) == {"db/__init__.py", "a.py", "b.py"}


def test_a_relative_import_means_its_own_package_only() -> None:
    files = {
        "one/db.py": "import pymongo",
        "one/user.py": "from .db import x",
        "two/db.py": "",
        "two/user.py": "from .db import x",
    }
    assert kept(files) == {"one/db.py", "one/user.py"}


def test_names_outside_of_ascii_are_modules_too() -> None:
    assert kept({"datenbänke.py": "import pymongo", "a.py": "from datenbänke import x"}) == {"datenbänke.py", "a.py"}


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert screen({"a.py": b"\xff\xfe\x00import pymongo", "b.py": b"import pymongo\n\xff"}) == {"b.py"}


NAMES = ["alpha", "beta", "gamma", "delta"]
IMPORTS = st.sampled_from(
    [
        "from package.{0} import x",
        "from package import {0}",
        "from package import (a, {0},)",
        "import package.{0}",
        "import package.{0} as b",
        "from .{0} import x",
        "from . import {0}",
        "def f():\n    from .{0} import (\n        x,\n    )",
        "try:\n    import os, package.{0}\nexcept ImportError: pass",
    ]
)


@given(
    edges=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), IMPORTS), max_size=8),
    seed=st.sampled_from(NAMES),
)
def test_exactly_the_transitive_importers_are_kept(edges: list[tuple[str, str, str]], seed: str) -> None:
    texts = {name: "import pymongo" if name == seed else "" for name in NAMES}
    for importer, imported, form in edges:
        texts[importer] += "\n" + form.format(imported)
    expected = {seed}
    while more := {importer for importer, imported, _ in edges if imported in expected} - expected:
        expected |= more
    assert kept({f"package/{name}.py": text for name, text in texts.items()}) == {f"package/{n}.py" for n in expected}
