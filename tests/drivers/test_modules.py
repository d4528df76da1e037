"""Which modules and names the drivers have had, and where names really live."""

from __future__ import annotations

import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.drivers import is_driver_module, module_names, replacement
from pymongo_async_lint.drivers.modules import home_table, module_tables

MODULES = sorted(module_tables().modules)
IMPORTS = st.sampled_from(MODULES).flatmap(
    lambda module: st.tuples(st.just(module), st.sampled_from(sorted(module_names(module) or ())))
)


@pytest.mark.parametrize(
    ("dotted", "is_theirs"),
    [
        ("pymongo", True),
        ("pymongo.async_", True),
        ("bson.objectid", True),
        ("gridfs", True),
        ("motor.motor_asyncio", True),
        ("motors", False),
        ("shop.pymongo", False),
        ("pymongo_inmemory", False),
        ("", False),
    ],
)
def test_is_driver_module(dotted: str, is_theirs: bool) -> None:
    assert is_driver_module(dotted) is is_theirs


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("pymongo", "AsyncMongoClient"),
        ("pymongo", "asynchronous"),
        ("pymongo", "ReturnDocument"),
        ("pymongo", "__file__"),
        ("pymongo.asynchronous.database", "AsyncDatabase"),
        ("pymongo.errors", "DuplicateKeyError"),
        ("pymongo.database", "Database"),  # by way of an import of everything
        ("pymongo.asynchronous.encryption", "QueryType"),  # until 4.17
        ("pymongo", "GEOHAYSTACK"),  # until 3.13
        ("pymongo.helpers", "_index_list"),  # private, and under another name today
        ("pymongo.son_manipulator", "SONManipulator"),  # until 3.13
        ("bson", "ObjectId"),
        ("bson.objectid", "ObjectId"),
        ("bson", "loads"),  # of the other distribution with that package
        ("bson._cbson", "_bson_to_dict"),  # compiled
        ("gridfs", "AsyncGridFSBucket"),
        ("gridfs.grid_file", "GridOut"),
        ("motor", "MotorClient"),
        ("motor.motor_asyncio", "AsyncIOMotorClient"),
        ("motor.core", "AgnosticDatabase"),
        ("motor.aiohttp", "AIOHTTPGridFS"),
    ],
)
def test_names_that_a_release_has(module: str, name: str) -> None:
    names = module_names(module)
    assert names is not None and name in names
    assert replacement(module, name) is None


@pytest.mark.parametrize(
    ("module", "name"),
    [("pymongo", "AsyncCollection"), ("pymongo.database", "AsyncDatabase"), ("motor", "AsyncIOMotorClient")],
)
def test_names_that_no_release_has(module: str, name: str) -> None:
    names = module_names(module)
    assert names is not None and name not in names


@pytest.mark.parametrize("module", ["pymongo.async_", "pymongo.aio.database", "motor.asyncio", "shop", ""])
def test_modules_that_no_release_has(module: str) -> None:
    assert module_names(module) is None


@pytest.mark.parametrize(
    ("module", "name", "home"),
    [
        ("pymongo", "AsyncCollection", "pymongo.asynchronous.collection.AsyncCollection"),
        ("pymongo", "AsyncDatabase", "pymongo.asynchronous.database.AsyncDatabase"),
        ("pymongo", "AsyncClientSession", "pymongo.asynchronous.client_session.AsyncClientSession"),
        ("pymongo.database", "AsyncDatabase", "pymongo.asynchronous.database.AsyncDatabase"),
        ("pymongo.async_", "AsyncMongoClient", "pymongo.AsyncMongoClient"),
        ("pymongo.async_.collection", "AsyncCollection", "pymongo.asynchronous.collection.AsyncCollection"),
        ("pymongo.async_", "database", "pymongo.asynchronous.database"),
        ("pymongo.async_", None, "pymongo.asynchronous"),
        ("pymongo.aio.database", None, "pymongo.asynchronous.database"),
        ("pymongo", "AsyncGridFSBucket", "gridfs.AsyncGridFSBucket"),
        ("pymongo", "ObjectId", "bson.ObjectId"),
        ("pymongo", "DuplicateKeyError", "pymongo.errors.DuplicateKeyError"),
        ("pymongo", "Database", "pymongo.database.Database"),
        ("pymongo", "Collection", "pymongo.collection.Collection"),
        ("pymongo", "InvalidId", "bson.errors.InvalidId"),
        ("pymongo", "ServerApi", "pymongo.server_api.ServerApi"),
        ("motor", "AsyncIOMotorClient", "motor.motor_asyncio.AsyncIOMotorClient"),
        ("motor.motor_asyncio", "AsyncMongoClient", "pymongo.AsyncMongoClient"),
        ("pymongo", "AsyncThing", None),
        ("pymongo.nowhere", None, None),
        ("shop.asyncio", None, None),
    ],
)
def test_replacement(module: str, name: str | None, home: str | None) -> None:
    assert replacement(module, name) == home


def test_homes_exist() -> None:
    for home in home_table().homes.values():
        module, _, name = home.rpartition(".")
        assert hasattr(importlib.import_module(module), name), home
        assert name in (module_names(module) or ())


@given(IMPORTS)
def test_what_exists_needs_no_replacement(pair: tuple[str, str]) -> None:
    assert replacement(*pair) is None


@given(st.text(max_size=30), st.none() | st.text(max_size=30))
def test_any_text_is_fine(dotted: str, name: str | None) -> None:
    assert module_names(dotted) is None or is_driver_module(dotted)
    found = replacement(dotted, name)
    assert found is None or is_driver_module(found)


def test_submodules_are_names_of_their_packages() -> None:
    for module in MODULES:
        package, _, name = module.rpartition(".")
        assert not package or name in (module_names(package) or ())
