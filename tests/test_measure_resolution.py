"""The tool that measures how many receivers are known."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

TOOL = Path(__file__).parents[1] / "tools" / "measure_resolution.py"

FILES = {
    "app/users.py": """\
        from alembic import op
        from pymongo import AsyncMongoClient

        users = AsyncMongoClient().shop.users

        class Repo:
            def find_one(self): ...

        class Users:
            first = users.find_one({})

        async def all(db, *names):
            users.find_one({})
            Repo().find_one()
            op.create_index("name")
            db.users.insert_one({})
            find = lambda: users.find_one({})
            print(len(names), users.find())  # not distinctive
            return [users.find_one({"name": name}) for name in names]
            users.delete_one({})
        """,
    "scripts/plain.py": """\
        import app.users
        def count(store):
            return store.count_documents()
        """,
    "scripts/broken.py": "x.find_one(\n",
}


def test_all_calls_of_distinctive_members_are_counted(project: Callable[[dict[str, str]], Path]) -> None:
    root = project(FILES)
    counts = runpy.run_path(str(TOOL))["measure"](root)
    assert {kind: counts[kind] for kind in ("driver", "project", "library", "unknown")} == {
        "driver": 4,
        "project": 1,
        "library": 1,
        "unknown": 3,
    }
    assert counts["causes"] == {
        "EXTERNAL": ["app/users.py:15:5"],
        "NOT_CALLED": ["app/users.py:16:5", "scripts/plain.py:3:12"],
        "NOT_REACHED": ["app/users.py:20:5"],
    }
    assert counts["unparsed"] == ["scripts/broken.py"]


def test_the_table(project: Callable[[dict[str, str]], Path]) -> None:
    tool = runpy.run_path(str(TOOL))
    counts = tool["measure"](project(FILES))
    table = list(tool["table"]([counts]))
    assert table[1].split() == ["project", "9", "4", "1", "1", "3", "55.6%", "66.7%"]
    assert "all calls: 5 of 9 known, 55.6%; with libraries 66.7%" in table
    assert "mean per repository: 55.6%; with libraries 66.7%" in table
    assert "       project/app/users.py:20:5" in table
