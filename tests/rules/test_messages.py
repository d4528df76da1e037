"""How messages name the objects that they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings

HEAD = """
from pymongo import AsyncMongoClient
from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncMongoClient("mongodb://localhost")
db = client.shop
users = db["users"]
motor = AsyncIOMotorClient("mongodb://localhost")


class Store:
    def __init__(self):
        self.users = client.shop.users
        self.a_name_that_goes_on_and_on_until_nobody_wants_to_read_it = client.shop.users


store = Store()


async def main(key):
    """


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('db.find_one({"a": 1})', "`db` is an `AsyncDatabase`, which has no method `find_one`: the call raises a TypeError; call `find_one` on an `AsyncCollection`"),
        ("db.client.database_names()", "`db.client` is an `AsyncMongoClient`, which has no method `database_names`: the call raises a TypeError; write `list_database_names`"),
        ("client.shop.close()", "`client.shop` is an `AsyncDatabase`, which has no method `close`: the call raises a TypeError; call `close` on an `AsyncMongoClient`"),
        ("client.client.close()", "`client.client` is an `AsyncDatabase`, which has no method `close`: the call raises a TypeError; call `close` on an `AsyncMongoClient`"),
        ("users.archive.insert({})", "`users.archive` is an `AsyncCollection`, which has no method `insert`: the call raises a TypeError; write `insert_one`"),
        ("client[key].users.insert({})", "`client[…].users` is an `AsyncCollection`, which has no method `insert`: the call raises a TypeError; write `insert_one`"),
        ("store.users()", "`store.users` is an `AsyncCollection`, which can't be called: it raises a TypeError; call a method of it"),
        ("client.get_io_loop()", "`client` is an `AsyncMongoClient`, which has no method `get_io_loop`: the call raises a TypeError; only Motor has it"),
        ("users.find({}).count()", "`users.find()` is an `AsyncCursor`, which has no method `count`: the call raises an AttributeError; call `count_documents` on an `AsyncCollection`"),
        ("client.start_session().commit()", "`client.start_session()` is an `AsyncClientSession`, which has no method `commit`: the call raises an AttributeError; write `commit_transaction`"),
        ("db[key].insert_one({})", "`db[…].insert_one()` is never awaited, so it never runs; write `await` in front of it"),
        ("store.a_name_that_goes_on_and_on_until_nobody_wants_to_read_it.insert_one({})", "`AsyncCollection.insert_one()` is never awaited, so it never runs; write `await` in front of it"),
        ("(users if key else store.users).insert_one({})", "`AsyncCollection.insert_one()` is never awaited, so it never runs; write `await` in front of it"),
        ("list(users.find({}))", "`list` over `users.find()` (an `AsyncCursor`) is silently empty, without an error; write `await ….to_list()`"),
        ("[*(users if key else store.users).find({})]", "unpacking an `AsyncCursor` is silently empty, without an error; write `await ….to_list()` first"),
        ("len(motor.shop.users.find({}))", "`len()` on `motor.shop.users.find()` (an `AsyncIOMotorCursor`) raises a TypeError; count with `count_documents()`"),
        ("users.find({})[0]", "an index on `users.find()` (an `AsyncCursor`) raises an IndexError; use `skip()` and `limit()`, or await its `to_list()` first"),
        ("await users.find({})", "`await` on `users.find()` (an `AsyncCursor`) raises a TypeError; iterate with `async for`, or await its `to_list()`"),
        ("assert users", "the truth test of `users` (an `AsyncCollection`) raises NotImplementedError; compare with `None`: `is not None`"),
    ],
)  # fmt: skip
def test_objects_are_named_as_the_code_writes_them(
    project: Callable[[Mapping[str, str]], Path], line: str, message: str
) -> None:
    result = check([project({"app.py": HEAD + line + "\n"})], Settings(preview=True))
    assert [finding.message for finding in result.findings] == [message]


HELPERS = """
from pymongo import AsyncMongoClient, MongoClient

def make(users):
    return users.insert_one({})

def log(events):
    events.insert_one({})

async def main():
    shop = AsyncMongoClient("mongodb://localhost").shop
    make(shop.users)
    log(shop.events)

def job():
    log(MongoClient("mongodb://localhost").shop.events)

def start():
    shop = AsyncMongoClient("mongodb://localhost").shop
    shop.users.insert_one({})
"""


def test_helpers_are_named_by_what_they_do(project: Callable[[Mapping[str, str]], Path]) -> None:
    result = check([project({"app.py": HELPERS})])
    assert [finding.message for finding in result.findings] == [
        "`insert_one`, handed out by `make()`, is never awaited, so it never runs; write `await` in front of it",
        "`insert_one`, which `log()` calls on what it gets here, is never awaited, so it never runs; "
        "make `log` an `async def`, and write `await` in front of it",
        "`shop.users.insert_one()` is never awaited, so it never runs; make `start` an `async def`, and write `await` in "
        "front of it",
    ]
