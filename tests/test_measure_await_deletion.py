"""The tool that measures how many missing awaits are found."""

from __future__ import annotations

import runpy
from pathlib import Path

TOOL = Path(__file__).parents[1] / "tools" / "measure_await_deletion.py"

SOURCE = """\
from pymongo import AsyncMongoClient

users = AsyncMongoClient().shop.users


async def add(user, db):
    await users.insert_one(user)
    await db.users.insert_one(user)
    await users.insert_one(user), await users.find_one({})
    users.delete_many({})


async def find(name):
    unknown.keep(await users.find_one({"name": name}))
"""


def test_counts_deletions_that_are_found(tmp_path: Path) -> None:
    (tmp_path / "users.py").write_text(SOURCE, encoding="utf-8")
    measure = runpy.run_path(str(TOOL))["measure"]
    assert measure(tmp_path, 25) == (4, 3, ["users.py:14"])
    assert measure(tmp_path, 2)[0] == 2
