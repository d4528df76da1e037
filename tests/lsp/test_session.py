"""A session without an editor: after each edit it knows what a fresh check finds."""

from __future__ import annotations

import contextlib
import gc
import random

from pymongo_async_lint.config import Settings
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.link.evaluate import Interpreter
from pymongo_async_lint.link.scopes import Module, Scope
from pymongo_async_lint.lsp.session import Session

FILES = {
    "db.py": """\
    from pymongo import AsyncMongoClient

    client = AsyncMongoClient()
    db = client.shop


    def get_items():
        return db.items
    """,
    "repo.py": """\
    from db import get_items


    class Repo:
        def __init__(self, items):
            self.items = items

        def find(self, key):
            return self.items.find_one({"key": key})

        async def add(self, item):
            self.items.insert_one(item)


    repo = Repo(get_items())
    """,
    "routes.py": """\
    from fastapi import FastAPI
    from repo import repo

    app = FastAPI()


    @app.get("/items/{key}")
    async def show(key: str):
        found = repo.find(key)
        return found["name"]
    """,
}
EDITS = [
    ("db.py", "AsyncMongoClient", "MongoClient"),
    ("db.py", "return db.items", "return None"),
    ("db.py", "db = client.shop", "shop = 1\ndb = client.shop"),
    ("repo.py", "return self.items.find_one", "x = self.items.find_one"),
    ("repo.py", "def find(self, key)", "async def find(self, key)"),
    ("repo.py", "self.items = items", "self.items = None"),
    ("repo.py", "        self.items.insert_one", "        await self.items.insert_one"),
    ("repo.py", "class Repo:", "class Other:\n    pass\n\n\nclass Repo:"),
    ("routes.py", "found = repo.find(key)", "found = await repo.find(key)"),
    ("routes.py", '["name"]', ""),
    ("routes.py", "from repo import repo", "from repo import repo as it\nrepo = it"),
]


def test_each_edit_and_its_undoing_leave_what_a_fresh_check_finds(project):
    root = project(FILES)
    texts = {path: (root / path).read_text() for path in FILES}
    session = Session(root, Roots(), Settings(preview=True), texts)
    session.check()
    assert session.is_exact
    assert session.findings
    near = 0
    chance = random.Random(7)
    for path, old, new in chance.choices(EDITS, k=25):
        assert old in texts[path]
        for text in (texts[path].replace(old, new), texts[path]):
            assert session.take(path, text)
            session.check()
            assert not session.is_exact
            fresh = Session(root, Roots(), Settings(preview=True), {**texts, path: text})
            fresh.check()
            if session.files.relevant() == fresh.files.relevant():
                assert session.findings == fresh.findings, (path, old, new)
                near += 1
            session.settle(lambda: None)
            assert session.is_exact
            assert session.findings == fresh.findings
    assert near > 30  # of the 50; which files can matter shows when there is time


def test_what_interrupts_leaves_all_as_it_was(project):
    root = project(FILES)
    session = Session(root, Roots(), Settings(), {})
    session.check()
    before = session.findings
    session.take("db.py", (root / "db.py").read_text() + "\n")
    session.check()

    class Enough(BaseException):
        pass

    calls = []

    def interrupt():
        calls.append(1)
        if len(calls) > 5:
            raise Enough

    with contextlib.suppress(Enough):
        session.settle(interrupt)
    assert not session.is_exact
    assert session.findings == before
    session.take("db.py", (root / "db.py").read_text())
    session.check()
    assert session.findings == before


def test_what_a_session_calls_exact_is_so_when_the_driver_comes_and_goes(project):
    """Right after an edit, files that lost or got the driver through others aren't known to matter yet."""
    root = project(FILES)
    texts = {path: (root / path).read_text() for path in FILES}
    session = Session(root, Roots(), Settings(), texts)
    session.check()
    found = session.findings
    for text, expected in (("client = db = {}\n", {}), (texts["db.py"], found)):
        session.take("db.py", text)
        session.check()
        assert not session.is_exact
        session.settle(lambda: None)
        assert session.is_exact
        assert session.findings == expected


def test_an_edit_that_concerns_nothing_links_nothing_anew(project):
    root = project({**FILES, "sums.py": "def total(values):\n    return sum(values)\n"})
    session = Session(root, Roots(), Settings(), {})
    session.check()
    before = session.answers
    session.take("sums.py", "def total(numbers):\n    return sum(numbers)\n")
    session.check()
    session.settle(lambda: None)
    assert session.is_exact
    assert session.answers is before


def test_to_open_and_close_a_file_links_nothing_anew(project):
    root = project(FILES)
    session = Session(root, Roots(), Settings(), {})
    session.check()
    before, found = session.answers.project, session.findings
    for text in ((root / "repo.py").read_text(), None):
        assert session.take("repo.py", text)
        session.check()
        assert session.is_exact
    assert session.answers.project is before
    assert session.findings == found
    session.take("repo.py", "import (")
    session.take("repo.py", "import nothing\n")
    session.check()
    assert not session.is_exact
    session.take("repo.py", None)
    assert not session.is_exact


def test_an_edit_runs_no_body_but_those_around_it(project, monkeypatch):
    """What stands behind it has moved in the text; what is known of it has not."""
    functions = "".join(f"\n\nasync def read_{number}():\n    db.items.find_one({{}})\n" for number in range(30))
    text = f"from db import db\n\n\nasync def first():\n    pass\n{functions}"
    root = project({**FILES, "many.py": text})
    session = Session(root, Roots(), Settings(), {"many.py": text})
    session.check()
    run, places = set(), session.findings["many.py"]
    real = Interpreter.run
    monkeypatch.setattr(Interpreter, "run", lambda self: run.add(self.scope.name) or real(self))
    typed = text.replace("    pass\n", "    pass\n    await db.items.find_one({})\n\n\ndef other():\n    pass\n")
    for now in (typed, text, typed.replace("pass", "db.items.find_one({})"), f"import os\n{text}", "# one\n\n" + text):
        session.take("many.py", now)
        session.check()
        assert run <= {"many.py", "first", "other"}
        found = [now[one.place.start : one.place.end] for one in session.findings["many.py"]]
        assert found == ["db.items.find_one({})"] * (32 if "def other():\n    db" in now else 30)
    session.take("many.py", text)
    session.check()
    assert session.findings["many.py"] == places


def test_what_a_migration_would_change_is_told_by_the_text_too(project):
    text = """\
from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncIOMotorClient()


async def read():
    return await client.shop.items.find_one({})


async def count():
    return client.shop.items.aggregate([])
"""
    root = project({"db.py": text})
    settings = Settings(extend_select=("PMA9",))
    session = Session(root, Roots(), settings, {"db.py": text})
    session.check()
    for now in (text.replace("\n\n\nasync", "\n\nnone = None\n\n\nasync"), text, f"import os\n{text}"):
        session.take("db.py", now)
        session.check()
        fresh = Session(root, Roots(), settings, {"db.py": now})
        fresh.check()
        assert session.findings == fresh.findings
        assert {"PMA901", "PMA902"} <= {finding.code for finding in session.findings["db.py"]}


def test_nothing_is_kept_of_what_files_said_before(project):
    root = project({**FILES, "kept.py": FILES["repo.py"]})
    text = (root / "kept.py").read_text()
    session = Session(root, Roots(), Settings(), {})
    session.check()
    for number in range(50):
        new = f"""

class Version{number}:
    def __init__(self, items):
        self.items = items

    async def drop(self):
        self.items.drop()


async def version_{number}(flag):
    either = Version{number}(get_items()) if flag else repo
    either.drop()
"""
        session.take("kept.py", text + new)
        session.check()
        if number % 10 == 9:
            session.settle(lambda: None)
    assert session.findings["kept.py"]
    gc.unfreeze()  # or else it is not told of what a session keeps
    gc.collect()
    living = [one for one in gc.get_objects() if isinstance(one, Scope) and one.module.path == "kept.py"]
    assert len([one for one in living if isinstance(one, Module)]) == 1
    assert {one.name for one in living if "ersion" in one.name} == {"Version49", "version_49"}
