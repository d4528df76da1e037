"""`why`: a line of a project, explained in the terminal."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pymongo_async_lint.cli import main

Project = Callable[[dict[str, str]], Path]

FILES = {
    "shop/db.py": """\
        from pymongo import AsyncMongoClient

        client = AsyncMongoClient("mongodb://shop:hunter2@localhost")
        users = client.shop.users
        """,
    "shop/users.py": """\
        from sdk import connect
        from shop.db import users

        async def find(name):
            return await users.find_one({"name": name})

        async def orders():
            return await connect().orders.find_one({"password": "hunter2"})
        """,
    "shop/plain.py": "print('nothing of a driver')\n",
}


def why(root: Path, *arguments: str) -> Result:
    with contextlib.chdir(root):
        return CliRunner().invoke(main, ["why", *arguments])


def test_each_expression_is_told_with_its_reasons(project: Project) -> None:
    result = why(project(FILES), "shop/users.py:5")
    assert result.exit_code == 0
    assert result.stdout == (
        "shop/users.py:5\n"
        '5 |     return await users.find_one({"name": name})\n'
        "\n"
        "users: async collection `users`\n"
        "    shop/users.py:2:21: `users` is imported from `shop.db`\n"
        "        from shop.db import users\n"
        "    shop/db.py:4:1: `users` is assigned here\n"
        "        users = client.shop.users\n"
        "    shop/db.py:3:10: the `AsyncMongoClient` is made here\n"
        '        client = AsyncMongoClient("mongodb://***@localhost")\n'
        "\n"
        "name: unknown\n"
        "    shop/users.py:4:16: `name` is a parameter of async function `find`, which nothing is seen to call\n"
        "        async def find(name):\n"
        "\n"
        "users.find_one(…): coroutine of a document of `users` (with a raw `_id`) or None (made by `find_one`)\n"
        "    `AsyncCollection.find_one` gives a coroutine\n"
        "\n"
        "await users.find_one(…): document of `users` (with a raw `_id`) or None\n"
        "    what the coroutine gives\n"
    )


def test_a_broken_chain_is_told_once_and_how_to_mend_it(project: Project) -> None:
    result = why(project(FILES), "shop/users.py:8")
    assert result.exit_code == 0
    assert result.stdout == (
        "shop/users.py:8\n"
        '8 |     return await connect().orders.find_one({"password": "***"})\n'
        "\n"
        "connect(): object of another library (`sdk.connect`)\n"
        "    shop/users.py:8:18: `connect()` calls `sdk.connect`, and `sdk` is not part of the project\n"
        "    if it gives a driver object, declare that in pyproject.toml:\n"
        "        [tool.pymongo-async-lint.objects]\n"
        '        "sdk:connect" = "async.database"  # or sync, motor; client, collection, …\n'
        "\n"
        "connect().orders: object of another library (`sdk.connect.orders`)\n"
        "    for the same reason as `connect()`\n"
        "\n"
        "connect().orders.find_one(…): unknown\n"
        "    for the same reason as `connect()`\n"
        "\n"
        "await connect().orders.find_one(…): unknown\n"
        "    for the same reason as `connect()`\n"
    )


def test_what_is_declared_mends_the_chain(project: Project) -> None:
    settings = '[tool.pymongo-async-lint.objects]\n"sdk:connect" = "motor.database"\n'
    result = why(project(FILES | {"pyproject.toml": settings}), "shop/users.py:8")
    assert "connect(): Motor database\n    declared under `objects` in the settings\n" in result.stdout
    assert "unknown" not in result.stdout


def test_a_column_asks_for_one_expression(project: Project) -> None:
    result = why(project(FILES), "shop/users.py:5:18")
    assert result.stdout.splitlines()[3:4] == ["users: async collection `users`"]
    assert "find_one(…)" not in result.stdout


def test_each_named_place_can_be_asked_about_in_turn(project: Project) -> None:
    root = project(FILES)
    for spot in ("shop/users.py:2:21", "shop/db.py:4:1", "shop/db.py:3:10"):
        result = why(root, spot)
        assert result.exit_code == 0, spot
        assert "async" in result.stdout.splitlines()[3]


def test_json(project: Project) -> None:
    result = why(project(FILES), "shop/users.py:8", "--format", "json")
    told = json.loads(result.stdout)
    assert (told["path"], told["line"]) == ("shop/users.py", 8)
    ((first, *_),) = [reading["expressions"] for reading in told["readings"]]
    assert first == {
        "text": "connect()",
        "path": "shop/users.py",
        "line": 8,
        "column": 18,
        "end_line": 8,
        "end_column": 27,
        "is": "object of another library (`sdk.connect`)",
        "reasons": [],
        "break": {
            "cause": "external",
            "steps": [
                {
                    "path": "shop/users.py",
                    "line": 8,
                    "column": 18,
                    "message": "`connect()` calls `sdk.connect`, and `sdk` is not part of the project",
                }
            ],
            "declare": "sdk:connect",
        },
    }
    assert "hunter2" not in result.stdout


@pytest.mark.parametrize(
    ("spot", "complaint"),
    [
        ("shop/none.py:1", "shop/none.py: there is no such file"),
        ("shop:1", "shop: is a folder"),
        ("shop/db.py:5", "shop/db.py:5: the file has 4 lines"),
        ("shop/db.py:0", "shop/db.py:0: the file has 4 lines"),
        ("shop/db.py:2", "shop/db.py:2: the line is blank"),
        ("shop/db.py:4:99", "shop/db.py:4:99: the line has 25 columns"),
        ("shop/db.py:4:7", "shop/db.py:4:7: there is no expression here"),
        ("shop/broken.py:1", "shop/broken.py:1:16: invalid syntax"),
        ("shop/comment.py:1", "shop/comment.py:1: no expression begins here that has more to it than can be seen"),
        ("shop/plain.py:1", "shop/plain.py: no driver object is seen to get into this file, so that it is not looked at"),
        ("old/x.py:1", "old/x.py: the settings exclude it from the project"),
    ],
)  # fmt: skip
def test_what_can_not_be_told_gets_one_line(project: Project, spot: str, complaint: str) -> None:
    more = {
        "shop/broken.py": "import pymongo x\n",
        "shop/comment.py": "# import pymongo\nfrom pymongo import MongoClient\n",
        "old/x.py": "x = 1\n",
        "pyproject.toml": '[tool.pymongo-async-lint]\nexclude = ["old/"]\n',
    }
    result = why(project(FILES | more), spot)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(complaint)
    assert result.stderr.count("\n") == 1


def test_a_project_without_a_driver(project: Project) -> None:
    result = why(project({"a.py": "x = 1\n"}), "a.py:1")
    assert (result.exit_code, result.stderr) == (2, "a.py: the project uses no MongoDB driver\n")


@pytest.mark.parametrize("spot", ["shop/db.py", "shop/db.py:", "3", ":3", "shop/db.py:x"])
def test_a_spot_needs_a_file_and_a_line(project: Project, spot: str) -> None:
    result = why(project(FILES), spot)
    assert result.exit_code == 2
    assert f"`{spot}` is no FILE:LINE, as in `app/db.py:12`" in result.stderr


def test_broken_settings_are_told_in_one_line(project: Project) -> None:
    root = project(FILES | {"pyproject.toml": '[tool.pymongo-async-lint.objects]\n"a:b" = "asink.database"\n'})
    result = why(root, "shop/db.py:3")
    assert result.exit_code == 2
    assert "did you mean `async`?" in result.stderr
    assert result.stderr.count("\n") == 1
