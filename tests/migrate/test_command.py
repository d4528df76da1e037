"""`pymongo-async-lint migrate`, as a user runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result

from pymongo_async_lint.migrate.records import Kept, Plan
from pymongo_async_lint.migrator import plan

Write = Callable[[Mapping[str, str]], Path]
Plans = Callable[..., Plan]
Command = Callable[..., Result]

APP = """\
from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncIOMotorClient("mongodb://ada:hunter2@db.example/")


async def main(x):
    client.shop.events.insert_one({})
    first = client.shop.events.find_one({})
    await first
    await client.shop.events.find({}).to_list(0)
    return [d async for d in client.shop.events.aggregate([])]


def report():
    return pipeline()


def pipeline():
    return client.shop.events.aggregate([])
"""


def told(made: Plan, kind: Kept = Kept.PERSON) -> list[tuple[str, str, int]]:
    lines = {path: text.splitlines(keepends=True) for path, text in made.sources.items()}

    def line(path: str, offset: int) -> int:
        return "".join(lines[path])[:offset].count("\n") + 1

    return [
        (one.row, one.place.path, line(one.place.path, one.place.start)) for one in made.reports if one.kind is kind
    ]


def test_the_plan_changes_nothing(project: Write, command: Command) -> None:
    root = project({"app.py": APP})
    done = command(cwd=root)
    assert done.exit_code == 1
    assert (root / "app.py").read_text() == APP
    assert "+from pymongo import AsyncMongoClient" in done.stdout
    assert "hunter2" not in done.output
    assert "app.py:7:5 PMA906 FUT01 " in done.stdout
    assert "called in app.py:15:12 by `report`, which has to become an `async def`, too\n" in done.stdout


def test_what_needs_a_person(planned: Plans) -> None:
    rows = told(planned({"app.py": APP}))
    assert rows == [("FUT01", "app.py", 7), ("FUT02", "app.py", 8), ("CUR03", "app.py", 10), ("COL06", "app.py", 19)]


def test_writing_asks_for_a_clean_repository(project: Write, command: Command) -> None:
    root = project({"app.py": APP})
    (root / ".git").rmdir()
    subprocess.run("git init -q . && git add app.py", shell=True, cwd=root, check=True)
    refused = command("--write", cwd=root)
    assert (refused.exit_code, (root / "app.py").read_text()) == (2, APP)
    assert "--force" in refused.stderr
    assert command("--write", "--force", cwd=root).exit_code == 1
    assert "AsyncMongoClient" in (root / "app.py").read_text()


@pytest.mark.parametrize(
    ("add", "change", "paths", "complaint"),
    [
        (".", "docs/page.md", [], ".: git has changes that are not committed"),
        (".", "docs/page.md", ["app"], ""),
        (".", "requirements.txt", ["app"], ".: git has changes that are not committed"),
        (".", "app/more.py", ["app/main.py"], "app: git has changes that are not committed"),
        ("docs app requirements.txt", "other/new.txt", [], ""),
        ("docs requirements.txt", "other/new.txt", [], "app/main.py: git does not know this file"),
    ],
)
def test_what_git_could_not_give_back_is_not_written(
    add: str, change: str, paths: list[str], complaint: str, project: Write, command: Command
) -> None:
    """Changes in the folders that were asked for, and in those of files that would be written."""
    requirements = {"requirements.txt": "motor\n"} if change == "requirements.txt" else {"requirements.txt": "x\n"}
    root = project({"app/main.py": APP, "app/more.py": "", "docs/page.md": "", "other/page.md": "", **requirements})
    (root / ".git").rmdir()
    identity = "-c user.name=a -c user.email=a@example.org"
    subprocess.run(f"git init -q . && git add {add} && git {identity} commit -qm x", shell=True, cwd=root, check=True)
    with (root / change).open("a") as file:
        file.write("\n")
    done = command("--write", *paths, cwd=root)
    assert done.stderr.startswith(complaint) and bool(done.stderr) is bool(complaint)
    assert done.exit_code == (2 if complaint else 1)
    assert ((root / "app/main.py").read_text() == APP) is bool(complaint)


def test_a_project_without_motor_is_done(project: Write, command: Command) -> None:
    root = project({"app.py": "from pymongo import AsyncMongoClient\nclient = AsyncMongoClient()\n"})
    done = command(cwd=root)
    assert (done.exit_code, done.stdout) == (0, "Nothing to migrate.\n")


def test_json_has_all_of_it(project: Write, command: Command) -> None:
    document = json.loads(command("--format", "json", cwd=project({"app.py": APP})).stdout)
    assert [file["path"] for file in document["files"]] == ["app.py"]
    assert {one["row"] for one in document["rewrites"]} == {"IMP01", "COL04"}
    assert document["summary"] == {
        "files": 1,
        "rewrites": len(document["rewrites"]),
        "person": 4,
        "note": 0,
        "blocked": 0,
        "mention": 0,
    }
    report = next(one for one in document["reports"] if one["row"] == "COL06")
    assert (report["code"], report["path"], report["line"]) == ("PMA909", "app.py", 19)
    assert report["callers"] == [{"path": "app.py", "line": 15, "column": 12, "function": "report", "is_plain": True}]


def test_a_notebook_is_left_to_people(project: Write, command: Command) -> None:
    source = '["from motor.motor_asyncio import AsyncIOMotorClient\\n", "client = AsyncIOMotorClient()"]'
    cell = f'{{"cell_type": "code", "source": {source}, "metadata": {{}}, "outputs": [], "execution_count": null}}'
    root = project({"n.ipynb": f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'})
    before = (root / "n.ipynb").read_bytes()
    done = command("--write", cwd=root)
    assert done.exit_code == 1
    assert "n.ipynb:cell 1:1:1 PMA901 IMP01 " in done.stdout
    assert "notebooks are not rewritten" in done.stdout
    assert (root / "n.ipynb").read_bytes() == before


def test_a_path_that_does_not_exist_is_told(project: Write, command: Command) -> None:
    done = command("nowhere", cwd=project({}))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("nowhere: PMA001 ")


def test_an_unknown_row_is_told(project: Write, command: Command) -> None:
    done = command("--only", "COL99", cwd=project({}))
    assert done.exit_code == 2
    assert "there is no row COL99" in done.stderr


BLOCKED = {
    "db.py": "from motor.motor_asyncio import AsyncIOMotorClient\nclient = AsyncIOMotorClient()\n",
    "models.py": "from odmantic import AIOEngine\nfrom db import client\nengine = AIOEngine(client.shop, str(client.shop))\n",
    "other.py": "from motor.motor_asyncio import AsyncIOMotorClient\nmine = AsyncIOMotorClient()\n",
    "requirements.txt": "motor==3.3\n",
}


def test_a_library_that_needs_motor_keeps_its_group_as_it_is(planned: Plans) -> None:
    made = planned(BLOCKED)
    assert [file.path for file in made.files] == ["other.py"]
    assert told(made, Kept.BLOCKED) == [
        ("IMP01", "db.py", 1),
        ("EXT01", "models.py", 1),
        ("DEP01", "requirements.txt", 1),
    ]


def test_a_group_changes_only_as_a_whole(planned: Plans) -> None:
    files = {
        "db.py": BLOCKED["db.py"],
        "app/main.py": "from db import client\n\n\nasync def stop():\n    client.close()\n",
    }
    assert [file.path for file in planned(files).files] == ["app/main.py", "db.py"]
    made = plan([Path("app")], cache=False)
    assert made.files == ()
    assert [row for row, _, _ in told(made, Kept.BLOCKED)] == ["CLI03"]


@pytest.mark.parametrize("text", ["# moved to motor\n", '"""Uses Motor."""\n', "x = 'motor.motor_asyncio'\n"])
def test_what_speaks_of_motor_is_told(text: str, planned: Plans) -> None:
    made = planned({"app.py": f"{text}import motor\nc = motor.MotorClient()\n"})
    assert told(made, Kept.MENTION) == [("TXT01", "app.py", 1)]


def test_mentions_are_one_line_for_each_file(project: Write, command: Command) -> None:
    text = (
        "from motor.motor_asyncio import AsyncIOMotorClient\n# motor\n\nx = 'motor'  # Motor's\ny = 'AgnosticClient'\n"
    )
    done = command(cwd=project({"app.py": text, "other.py": "# motor\n"}))
    assert done.stdout.partition("Still speaks of Motor (4)\n")[2].partition("\n\n")[0] == (
        "  app.py, lines 2, 4, 5: `motor` (2), `AgnosticClient`\n  other.py, line 1: `motor`"
    )
