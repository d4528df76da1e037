"""What becomes of single lines, row by row."""

from __future__ import annotations

from collections.abc import Callable

from pymongo_async_lint.migrate.records import Kept, Plan

Migrated = Callable[..., dict[str, str]]
Plans = Callable[..., Plan]

HEAD = "import asyncio\nfrom motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorGridFSBucket\n\n"
SETUP = """\
client = AsyncIOMotorClient("mongodb://localhost")
db = client.shop
coll = db.items
bucket = AsyncIOMotorGridFSBucket(db)
"""

NEW_HEAD = "import asyncio\nfrom gridfs import AsyncGridFSBucket\nfrom pymongo import AsyncMongoClient\n\n"
NEW_SETUP = SETUP.replace("AsyncIOMotorClient", "AsyncMongoClient").replace("AsyncIOMotorGridFS", "AsyncGridFS")

BODIES = {
    "COL01": (
        "async for d in coll.aggregate([]):\n    print(d)",
        "async for d in await coll.aggregate([]):\n    print(d)",
    ),
    "COL02": ("await coll.aggregate([]).to_list(5)", "await (await coll.aggregate([])).to_list(5)"),
    "COL03": ("c = coll.aggregate([])\nawait c.to_list(5)", "c = await coll.aggregate([])\nawait c.to_list(5)"),
    "COL04": ("x = [d async for d in coll.aggregate([])]", "x = [d async for d in await coll.aggregate([])]"),
    "COL05": ("return coll.aggregate([])", "return await coll.aggregate([])"),
    "COL07": ("c = coll.aggregate_raw_batches([])", "c = await coll.aggregate_raw_batches([])"),
    "COL08": ("x = await coll.list_indexes().to_list(None)", "x = await (await coll.list_indexes()).to_list(None)"),
    "COL09": ("async with coll.watch() as s:\n    pass", "async with await coll.watch() as s:\n    pass"),
    "COL10": ("s = coll.watch()", "s = await coll.watch()"),
    "COL13": (
        'await coll.aggregate([{"$out": "x"}]).to_list(None)',
        'await (await coll.aggregate([{"$out": "x"}])).to_list(None)',
    ),
    "DB01": ("c = db.aggregate([])", "c = await db.aggregate([])"),
    "DB02": ("c = db.watch()", "c = await db.watch()"),
    "CLI03": ("client.close()", "await client.close()"),
    "CLI05": ("if client.is_primary:\n    pass", "if await client.is_primary:\n    pass"),
    "CLI07": ("loop = client.get_io_loop()", "loop = asyncio.get_running_loop()"),
    "CLI09": (
        "async with await client.start_session() as s:\n    pass",
        "async with client.start_session() as s:\n    pass",
    ),
    "CLI10": ("s = await client.start_session()", "s = client.start_session()"),
    "CLI11": ("async with client.watch() as s:\n    pass", "async with await client.watch() as s:\n    pass"),
    "TXN01": (
        "s = await client.start_session()\nasync with s.start_transaction():\n    pass",
        "s = client.start_session()\nasync with await s.start_transaction():\n    pass",
    ),
    "TXN02": (
        "s = await client.start_session()\ns.start_transaction()",
        "s = client.start_session()\nawait s.start_transaction()",
    ),
    "TXN03": (
        "s = await client.start_session()\nawait s.with_transaction(coro=print)",
        "s = client.start_session()\nawait s.with_transaction(callback=print)",
    ),
    "CUR01": (
        "c = coll.find()\nwhile await c.fetch_next:\n    d = c.next_object()\n    print(d)",
        "c = coll.find()\nasync for d in c:\n    print(d)",
    ),
    "CUR05": ("c = coll.find()\nc.rewind()", "c = coll.find()\nawait c.rewind()"),
    "CUR06": ("c = coll.find()\nc.add_option(2)", "c = coll.find()\nawait c.add_option(2)"),
    "GFS05": (
        "g = await bucket.open_download_stream(1)\ng.seek(3)",
        "g = await bucket.open_download_stream(1)\nawait g.seek(3)",
    ),
    "GFS06": (
        "g = await bucket.open_download_stream(1)\ng.close()",
        "g = await bucket.open_download_stream(1)\nawait g.close()",
    ),
    "GFS07": (
        "g = await bucket.open_download_stream(1)\ng = await g.open()",
        "g = await bucket.open_download_stream(1)\nawait g.open()",
    ),
}


def _main(body: str) -> str:
    return f"async def main():\n    {body.replace(chr(10), chr(10) + '    ')}\n"


def test_bodies(migrated: Migrated) -> None:
    old = {f"{row}.py": f"{HEAD}{SETUP}\n\n{_main(body)}" for row, (body, _) in BODIES.items()}
    new = {f"{row}.py": f"{NEW_HEAD}{NEW_SETUP}\n\n{_main(body)}" for row, (_, body) in BODIES.items()}
    assert migrated(old) == new


SAME = [
    "await client.drop_database('x')\nawait client.list_database_names()\nawait client.server_info()",
    "x = client.nodes, client.options, client.topology_description, client.codec_options, client.HOST, client.PORT",
    "s = client\nawait db.command('ping')\nawait db.create_collection('x')\nawait db.list_collection_names()",
    "x = db.get_collection('x'), db['x'], db.x, db.with_options(), db.name, db.client",
    "x = coll.find(), coll.find_raw_batches(), coll.with_options(), coll['x'], coll.x",
    "await coll.find_one({})\nawait coll.insert_one({})\nawait coll.create_index('x')\nawait coll.distinct('x')",
    "await asyncio.gather(coll.find_one({}), coll.count_documents({}))",
    "await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(coll.find_one({}))), 1)",
    "c = coll.find()\nawait c.to_list(length=3)\nawait c.to_list(None)\nawait c.to_list()",
    "c = coll.find().sort('x').limit(1).skip(1).hint('x').max_time_ms(1).batch_size(2).comment('x').clone()",
    "c = coll.find()\nawait c.distinct('x')\nawait c.explain()\nawait c.next()\nawait c.close()",
    "c = coll.find()\nx = c.alive, c.cursor_id, c.address, c.session, c.collection",
    "async with bucket.open_upload_stream('x') as g:\n    await g.write(b'')\n    x = g._id",
    "g = await bucket.open_download_stream(1)\nawait g.read()\nawait g.readline()\ng.tell()\nx = g.length, g.filename",
    "await bucket.delete(1)\nawait bucket.rename(1, 'x')\nawait bucket.upload_from_stream('x', b'')",
    "async for g in bucket.find({}):\n    print(g.filename)",
]


def test_what_both_drivers_have_stays(migrated: Migrated) -> None:
    old = {f"same_{number}.py": f"{HEAD}{SETUP}\n\n{_main(body)}" for number, body in enumerate(SAME)}
    new = {f"same_{number}.py": f"{NEW_HEAD}{NEW_SETUP}\n\n{_main(body)}" for number, body in enumerate(SAME)}
    assert migrated(old) == new


IMPORTS = [
    ("from motor.motor_asyncio import AsyncIOMotorClient", "from pymongo import AsyncMongoClient"),
    ("from motor.motor_asyncio import AsyncIOMotorClient as C", "from pymongo import AsyncMongoClient as C"),
    (
        "import motor.motor_asyncio\nc: motor.motor_asyncio.AsyncIOMotorCursor",
        "from pymongo.asynchronous.cursor import AsyncCursor\nc: AsyncCursor",
    ),
    (
        "import motor.motor_asyncio as m\nc = m.AsyncIOMotorClient()",
        "from pymongo import AsyncMongoClient\nc = AsyncMongoClient()",
    ),
    (
        "from motor import motor_asyncio\nc = motor_asyncio.AsyncIOMotorClient()",
        "from pymongo import AsyncMongoClient\nc = AsyncMongoClient()",
    ),
    (
        "from motor.motor_asyncio import *\nc = AsyncIOMotorClient()",
        "from pymongo import AsyncMongoClient\nc = AsyncMongoClient()",
    ),
    (
        "import motor, os\nc = motor.MotorClient()",
        "from pymongo import AsyncMongoClient\nimport os\nc = AsyncMongoClient()",
    ),
    (
        "from motor.core import AgnosticDatabase, AgnosticCollection",
        "from pymongo.asynchronous.collection import AsyncCollection\nfrom pymongo.asynchronous.database import AsyncDatabase",
    ),
    (
        "from motor.motor_asyncio import AsyncIOMotorClient\n\nclass AsyncMongoClient:\n    pass\n\nc = AsyncIOMotorClient()",
        "from pymongo import AsyncMongoClient as AsyncIOMotorClient\n\nclass AsyncMongoClient:\n    pass\n\nc = AsyncIOMotorClient()",
    ),
    (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from motor.motor_asyncio import AsyncIOMotorDatabase\ndef f(db: 'AsyncIOMotorDatabase[dict] | None'): ...",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pymongo.asynchronous.database import AsyncDatabase\ndef f(db: 'AsyncDatabase[dict] | None'): ...",
    ),
    (
        "from motor.motor_asyncio import AsyncIOMotorGridOutCursor\ndef f(c: AsyncIOMotorGridOutCursor[dict]): ...",
        "from gridfs import AsyncGridOutCursor\ndef f(c: AsyncGridOutCursor): ...",
    ),
    (
        "from motor.motor_asyncio import AsyncIOMotorClient\n__all__ = ['AsyncIOMotorClient']",
        "from pymongo import AsyncMongoClient\n__all__ = ['AsyncMongoClient']",
    ),
    (
        "from pymongo import MongoClient\nfrom motor.motor_asyncio import AsyncIOMotorClient\nc: MongoClient = AsyncIOMotorClient()",
        "from pymongo import MongoClient\nfrom pymongo import AsyncMongoClient\nc: AsyncMongoClient = AsyncMongoClient()",
    ),
    (
        "from motor.motor_asyncio import AsyncIOMotorClient\nc = AsyncIOMotorClient('x', io_loop=None, connect=False, tz_aware=True)",
        "from pymongo import AsyncMongoClient\nc = AsyncMongoClient('x', tz_aware=True)",
    ),
    (
        "from motor.motor_asyncio import AsyncIOMotorClient\nc = AsyncIOMotorClient(io_loop=None)\nc.get_io_loop = print",
        "from pymongo import AsyncMongoClient\nc = AsyncMongoClient()",
    ),
    (
        "from motor.motor_asyncio import AsyncIOMotorGridFSBucket as B\ndef f(db): return B(database=db, collection='x')",
        "from gridfs import AsyncGridFSBucket as B\ndef f(db): return B(db=db, bucket_name='x')",
    ),
    (
        "from motor.motor_asyncio import AsyncIOMotorClientEncryption as E\ndef f(o): return E({}, 'a.b', o, o, io_loop=None)",
        "from pymongo.asynchronous.encryption import AsyncClientEncryption as E\ndef f(o): return E({}, 'a.b', o, o)",
    ),
]


def test_imports_and_constructors(migrated: Migrated) -> None:
    old = {f"case_{number}.py": f"{old}\n" for number, (old, _) in enumerate(IMPORTS)}
    new = {f"case_{number}.py": f"{new}\n" for number, (_, new) in enumerate(IMPORTS)}
    assert migrated(old) == new


def test_a_name_that_goes_through_a_file_of_the_project(migrated: Migrated) -> None:
    files = {
        "db.py": "from motor.motor_asyncio import AsyncIOMotorClient\n",
        "app.py": "from db import AsyncIOMotorClient\nclient = AsyncIOMotorClient()\n",
    }
    assert migrated(files) == {
        "db.py": "from pymongo import AsyncMongoClient\n",
        "app.py": "from db import AsyncMongoClient\nclient = AsyncMongoClient()\n",
    }


def test_a_shutdown_handler_becomes_a_coroutine(migrated: Migrated) -> None:
    code = """\
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient
app = FastAPI()
client = AsyncIOMotorClient()
@app.on_event("shutdown")
def stop():
    client.close()
"""
    assert migrated({"app.py": code})["app.py"].endswith("async def stop():\n    await client.close()\n")


def test_only_and_skip_choose_rows(migrated: Migrated) -> None:
    code = "from motor.motor_asyncio import AsyncIOMotorClient\nc = AsyncIOMotorClient(io_loop=None)\n"
    assert migrated({"app.py": code}, only=["CLI01"])["app.py"] == code.replace("io_loop=None", "")


WRONG = """\
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
client = AsyncIOMotorClient()
def get_database() -> AsyncIOMotorClient:
    return client.shop
async def get_items() -> AsyncIOMotorDatabase:
    return get_database().items
async def get_client() -> AsyncIOMotorClient:
    return client
def get_shop(db: AsyncIOMotorDatabase) -> AsyncIOMotorDatabase:
    return db
def count(items: AsyncIOMotorDatabase): ...
async def main():
    count(await get_items())
    get_shop(get_database())
"""


def test_wrong_annotations_are_told_with_the_right_class(planned: Plans) -> None:
    made = planned({"app.py": WRONG})
    told = {
        WRONG.count("\n", 0, one.place.start) + 1: one.message.rpartition("; ")[2]
        for one in made.reports
        if one.row == "TYP03"
    }
    database = "write `AsyncDatabase`, of `pymongo.asynchronous.database`"
    collection = "write `AsyncCollection`, of `pymongo.asynchronous.collection`"
    assert told == {3: database, 5: collection, 11: collection}


HEALTH = """\
from motor.motor_asyncio import AsyncIOMotorClient
async def check():
    await AsyncIOMotorClient().admin.command("ping")
"""
NAMED = """\
from unittest.mock import patch
from app import health
import app.health as module

OTHER = "app.other.AsyncIOMotorClient"
TEXT = "It uses app.health.AsyncIOMotorClient."

async def test_health(monkeypatch):
    with patch("app.health.AsyncIOMotorClient"), patch('app.health.check'):
        pass
    monkeypatch.setattr("app.health.AsyncIOMotorClient.close", print)
    monkeypatch.setattr(module, "AsyncIOMotorClient", print)
    with patch.object(health, "AsyncIOMotorClient", autospec=True), patch.object(health, "check"):
        pass
    monkeypatch.setattr(TEXT, "AsyncIOMotorClient", print)
"""


def test_strings_that_name_what_gets_another_name_follow_it(migrated: Migrated) -> None:
    files = {"app/__init__.py": "", "app/health.py": HEALTH, "tests/test_health.py": NAMED}
    lines = NAMED.split("\n")
    followed = [
        line.replace("IOMotor", "Mongo") if number in (9, 11, 12, 13) else line for number, line in enumerate(lines, 1)
    ]
    assert migrated(files)["tests/test_health.py"] == "\n".join(followed)


def test_strings_that_can_not_follow_are_told(planned: Plans) -> None:
    tests = """\
from unittest.mock import patch
with patch("app.health.\\x41syncIOMotorClient"), patch("motor.motor_asyncio.AsyncIOMotorClient"):
    pass
"""
    made = planned({"app/__init__.py": "", "app/health.py": HEALTH, "tests/test_health.py": tests})
    assert {(one.row, one.kind, one.message) for one in made.reports} == {
        ("IMP01", Kept.PERSON, "this names a class of Motor's; the one of Async PyMongo is `pymongo.AsyncMongoClient`"),
        (
            "IMP01",
            Kept.PERSON,
            "this names `AsyncIOMotorClient` of `app/health.py`, where it becomes `AsyncMongoClient`",
        ),
    }


DOUBLED = """\
from unittest.mock import AsyncMock, MagicMock
def make(session, items, client, file):
    session.start_transaction = MagicMock()
    items.aggregate.return_value.to_list = AsyncMock(return_value=[])
    items.aggregate.return_value = None
    client.start_session = AsyncMock(return_value=session)
    items.aggregate = AsyncMock()
    client.start_session = MagicMock()
    items.find = MagicMock()
    items.list_indexes = MagicMock()
    file.close = MagicMock()
"""


def test_doubles_of_what_is_called_another_way_are_told(planned: Plans) -> None:
    code = """\
from motor.motor_asyncio import AsyncIOMotorClient
client = AsyncIOMotorClient()
async def main():
    async with await client.start_session() as session:
        async with session.start_transaction():
            await client.shop.items.aggregate([]).to_list(None)
            await client.shop.items.find().to_list(None)
    client.close()
"""
    made = planned({"app.py": code, "tests/test_app.py": DOUBLED, "tests/test_other.py": "from unittest import mock\n"})
    told = {
        DOUBLED.count("\n", 0, one.place.start) + 1: one.message.partition(" now; ")[0]
        for one in made.reports
        if one.kind is Kept.PERSON
    }
    assert told == {
        3: "`start_transaction` is called with `await`",
        4: "`aggregate` is called with `await`",
        6: "`start_session` is called without `await`",
    }


MADE = """\
from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection, AsyncIOMotorCursor
def test(find, start_session, db):
    find.return_value = AsyncIOMotorCursor(None, None)
    start_session.return_value = AsyncIOMotorClientSession(None, None)
    return AsyncIOMotorCollection(db, "items"), AsyncIOMotorCursor
"""


def test_objects_that_only_methods_make_are_told_where_code_makes_them(planned: Plans) -> None:
    made = planned({"test_app.py": MADE})
    told = {(one.row, MADE.count("\n", 0, one.place.start) + 1) for one in made.reports if one.kind is Kept.PERSON}
    assert told == {("IMP04", 3), ("IMP06", 4)}
