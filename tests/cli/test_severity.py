"""How severe findings are, which of them are reported, and which make a run fail."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Write = Callable[[Mapping[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

APP = """
from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient

app = FastAPI()
users = AsyncIOMotorClient("mongodb://localhost").shop.users


@app.get("/users/count")
async def count_users():
    users.insert_one({})
    return {"users": await users.count_documents({})}
"""
"""An error, PMA101, and a warning, PMA204."""

ERROR, WARNING = ("PMA101", "error"), ("PMA204", "warning")


def found(finished: subprocess.CompletedProcess[str]) -> set[tuple[str, str]]:
    return {(finding["code"], finding["severity"]) for finding in json.loads(finished.stdout)["findings"]}


@pytest.mark.parametrize(
    ("arguments", "reported", "status"),
    [
        ([], {ERROR, WARNING}, 1),
        (["--min-severity", "info"], {ERROR, WARNING}, 1),
        (["--min-severity", "warning"], {ERROR, WARNING}, 1),
        (["--min-severity", "error"], {ERROR}, 1),
        (["--ignore", "PMA1"], {WARNING}, 1),
        (["--ignore", "PMA1", "--fail-on", "warning"], {WARNING}, 1),
        (["--ignore", "PMA1", "--fail-on", "error"], {WARNING}, 0),
        (["--ignore", "PMA1", "--min-severity", "error"], set(), 0),
        (["--fail-on", "error"], {ERROR, WARNING}, 1),
        (["--fail-on", "error", "--exit-zero"], {ERROR, WARNING}, 0),
    ],
)
def test_severities_choose(
    project: Write, check: Run, arguments: list[str], reported: set[tuple[str, str]], status: int
) -> None:
    finished = check("--format", "json", *arguments, cwd=project({"app.py": APP}))
    assert found(finished) == reported
    assert finished.returncode == status


@pytest.mark.parametrize(
    ("settings", "reported", "status"),
    [
        ('severity = { PMA204 = "error" }', {ERROR, ("PMA204", "error")}, 1),
        ('severity = { PMA = "info" }', {("PMA101", "info"), ("PMA204", "info")}, 1),
        ('severity = { PMA = "info", PMA1 = "warning" }', {("PMA101", "warning"), ("PMA204", "info")}, 1),
        ('severity = { PMA = "info", PMA101 = "error", PMA1 = "warning" }', {ERROR, ("PMA204", "info")}, 1),
        ('severity = { PMA = "info" }\nmin-severity = "warning"', set(), 0),
        ('severity = { PMA = "info" }\nfail-on = "warning"', {("PMA101", "info"), ("PMA204", "info")}, 0),
        ('fail-on = "error"\nignore = ["PMA1"]', {WARNING}, 0),
    ],
)
def test_settings_grade_anew(
    project: Write, check: Run, settings: str, reported: set[tuple[str, str]], status: int
) -> None:
    root = project({"app.py": APP, "pymongo-async-lint.toml": settings})
    finished = check("--format", "json", cwd=root)
    assert found(finished) == reported
    assert finished.returncode == status


def test_the_command_line_goes_over_the_settings(project: Write, check: Run) -> None:
    root = project({"app.py": APP, "pymongo-async-lint.toml": 'min-severity = "error"\nfail-on = "info"\n'})
    finished = check("--format", "json", "--min-severity", "info", cwd=root)
    assert found(finished) == {ERROR, WARNING}


def test_a_comment_that_hides_something_too_mild_to_tell_is_in_use(project: Write, check: Run) -> None:
    text = APP.replace("insert_one({})", "insert_one({})  # noqa: PMA101")
    text = text.replace("count_documents({})}", "count_documents({})}  # noqa: PMA204")
    finished = check("--format", "json", "--min-severity", "error", cwd=project({"app.py": text}))
    assert found(finished) == set()


def test_an_idle_comment_is_graded_too(project: Write, check: Run) -> None:
    root = project({"app.py": APP.replace("shop.users", "shop.users  # noqa: PMA101")})
    assert ("PMA002", "warning") in found(check("--format", "json", cwd=root))
    assert ("PMA002", "warning") not in found(check("--format", "json", "--min-severity", "error", cwd=root))


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ('min-severity = "bad"', '`min-severity` must be "error", "warning" or "info", such as "warning"'),
        ('severity = { PMA101 = "fatal" }', "`severity` must be a table from codes or their beginnings"),
        ('severity = { PMA110X = "info" }', "`severity`: no rule has a code that begins with `PMA110X`, did you mean"),
        ('minimum-severity = "info"', "unknown key `minimum-severity`, did you mean `min-severity`?"),
    ],
)
def test_what_is_no_severity_is_refused(project: Write, check: Run, settings: str, complaint: str) -> None:
    finished = check(cwd=project({"app.py": APP, "pymongo-async-lint.toml": settings}))
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert complaint in line
