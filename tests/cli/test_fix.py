"""`check --fix`, `--unsafe-fixes` and `--diff`, as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., CompletedProcess[str]]

APP = """\
from pymongo import AsyncMongoClient

db = AsyncMongoClient("mongodb://ada:hunter2@db.example/").shop


async def register(user):
    db.users.insert_one(user)
    db.old.drop()
    return [name for name in db.users.find({})]
"""
SAFE = APP.replace("    db.users", "    await db.users").replace("[name for", "[name async for")
ALL = SAFE.replace("    db.old", "    await db.old")


def test_fix_makes_the_safe_fixes(project: Write, check: Run) -> None:
    root = project({"app.py": APP})
    done = check("--fix", cwd=root)
    assert (root / "app.py").read_text() == SAFE
    assert done.returncode == 1
    assert done.stdout.endswith(
        "\nFixed 2 of 3 findings, found 1 error in 1 file (1 checked); 1 more can be fixed with --unsafe-fixes.\n"
    )
    assert "await" not in done.stderr


def test_a_project_elsewhere_is_fixed(tmp_path: Path, check: Run) -> None:
    """Without settings and without git: what is named is the project."""
    (tmp_path / "here").mkdir()
    shop = tmp_path / "shop"
    (shop / "app").mkdir(parents=True)
    (shop / "app" / "app.py").write_text(APP)
    done = check(str(shop), "--fix", "--unsafe-fixes", cwd=tmp_path / "here")
    assert (shop / "app" / "app.py").read_text() == ALL
    assert (done.returncode, done.stdout, done.stderr) == (0, "Fixed 3 of 3 findings in 1 file.\n", "")


def test_unsafe_fixes_are_made_on_demand(project: Write, check: Run) -> None:
    root = project({"app.py": APP})
    done = check("--fix", "--unsafe-fixes", cwd=root)
    assert (root / "app.py").read_text() == ALL
    assert (done.returncode, done.stdout, done.stderr) == (0, "Fixed 3 of 3 findings in 1 file.\n", "")
    done = check("--fix", "--unsafe-fixes", cwd=root)
    assert (done.returncode, done.stdout) == (0, "No findings in 1 file.\n")


def test_comments_that_hide_nothing_are_taken_out(project: Write, check: Run) -> None:
    head = "from pymongo import AsyncMongoClient\n\nusers = AsyncMongoClient().shop.users\n\n\nasync def f():\n"
    before = (
        "    await users.drop()  # noqa: PMA101 as the test wants it\n"
        "    users.drop()  # noqa: PMA101, PMA103, E501\n"
        "    # noqa: PMA101\n"
        "    cursor = await users.find({})  # noqa: PMA101  # kept\n"
        "    print(await cursor.to_list())  # noqa: E501\n"
    )
    after = (
        "    await users.drop()\n"
        "    users.drop()  # noqa: PMA101, E501\n"
        "    cursor = users.find({})  # kept\n"
        "    print(await cursor.to_list())  # noqa: E501\n"
    )
    root = project({"app.py": head + before})
    assert "app.py:7:25: PMA002 [*] " in check("--format", "concise", cwd=root).stdout
    done = check("--fix", cwd=root)
    assert (root / "app.py").read_text() == head + after
    assert (done.returncode, done.stdout) == (0, "Fixed 5 of 5 findings in 1 file (1 suppressed).\n")


def test_unsafe_fixes_alone_are_an_error(project: Write, check: Run) -> None:
    done = check("--unsafe-fixes", cwd=project({"app.py": APP}))
    assert done.returncode == 2
    assert "--unsafe-fixes needs --fix or --diff" in done.stderr


@pytest.mark.parametrize("output_format", ["text", "concise"])
def test_the_report_tells_what_can_be_fixed(output_format: str, project: Write, check: Run) -> None:
    root = project({"app.py": APP})
    lines = check("--format", output_format, cwd=root).stdout.splitlines()
    assert [line.partition(" ")[2].partition(" `")[0] for line in lines if line.startswith("app.py")] == [
        "PMA101 [*]",
        "PMA101",
        "PMA106 [*]",
    ]
    assert lines[-1].endswith("; 2 can be fixed with --fix, 1 more with --unsafe-fixes.")
    assert (root / "app.py").read_text() == APP


def test_json_has_the_edits(project: Write, check: Run) -> None:
    root = project({"app.py": APP})
    document = json.loads(check("--format", "json", cwd=root).stdout)
    fix = document["findings"][0]["fix"]
    assert (fix["kind"], fix["is_safe"]) == ("add-await", True)
    assert fix["edits"] == [
        {"path": "app.py", "line": 7, "column": 5, "end_line": 7, "end_column": 5, "text": "await "}
    ]
    document = json.loads(check("--fix", "--format", "json", cwd=root).stdout)
    assert document["summary"]["fixed"] == 2
    assert [finding["fix"]["is_safe"] for finding in document["findings"]] == [False]


def test_diff_shows_what_would_change(project: Write, check: Run) -> None:
    root = project({"app.py": APP, "shop/other.py": "x = 1\n"})
    done = check("--diff", cwd=root)
    assert done.stdout.splitlines() == [
        "--- app.py",
        "+++ app.py",
        "@@ -4,6 +4,6 @@",
        " ",
        " ",
        " async def register(user):",
        "-    db.users.insert_one(user)",
        "+    await db.users.insert_one(user)",
        "     db.old.drop()",
        "-    return [name for name in db.users.find({})]",
        "+    return [name async for name in db.users.find({})]",
    ]
    assert done.stderr == "Would fix 2 of 3 findings, in 1 file.\n"
    assert done.returncode == 1
    assert (root / "app.py").read_text() == APP


def test_diff_of_nothing(project: Write, check: Run) -> None:
    root = project({"app.py": ALL})
    done = check("--diff", "--unsafe-fixes", cwd=root)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "Nothing would change.\n")


def test_diff_can_be_applied(project: Write, check_by_process: Run) -> None:
    root = project({"app.py": APP.replace("\n", "\r\n").encode().rstrip()})
    patch = check_by_process("--diff", "--unsafe-fixes", cwd=root).stdout
    assert "\\ No newline at end of file\n" in patch
    (root / "fix.patch").write_bytes(patch.encode())
    subprocess.run(["git", "apply", "-p0", "fix.patch"], cwd=root, check=True)
    assert (root / "app.py").read_bytes() == ALL.replace("\n", "\r\n").encode().rstrip()


def test_diff_shows_no_password(project: Write, check: Run) -> None:
    root = project({"app.py": APP.replace("\n\n\n", "\n")})
    done = check("--diff", cwd=root)
    assert 'AsyncMongoClient("mongodb://***@db.example/")' in done.stdout
    assert "hunter2" not in done.stdout


@pytest.mark.parametrize("name", ["app.py", "shop/new.py"])
def test_the_standard_input_is_fixed_to_the_standard_output(name: str, project: Write, check: Run) -> None:
    root = project({"app.py": "x = 1\n"})
    done = check("-", "--fix", "--stdin-filename", name, cwd=root, stdin=APP)
    assert done.stdout == SAFE
    assert done.stderr.endswith("1 more can be fixed with --unsafe-fixes.\n")
    assert done.returncode == 1
    assert (root / "app.py").read_text() == "x = 1\n"
    assert not (root / "shop").exists()


@pytest.mark.parametrize("text", ["x = 1\n", "import pymongo\ndef (:\n"])
def test_the_standard_input_comes_out_even_if_nothing_is_fixed(text: str, project: Write, check: Run) -> None:
    done = check("-", "--fix", "--stdin-filename", "app.py", cwd=project({}), stdin=text)
    assert done.stdout == text
    assert done.returncode == (0 if text.startswith("x") else 2)


def test_a_file_that_cannot_be_written_is_one_line(project: Write, check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project({"app.py": APP, "other.py": APP})
    replace = os.replace

    def fail(source: str, target: Path) -> None:
        if Path(target).name == "app.py":
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail)
    done = check("--fix", "--format", "concise", cwd=root)
    assert done.stderr == "app.py: PMA001 can't be written: Permission denied\n"
    assert done.returncode == 2
    assert done.stdout.splitlines()[-1].startswith("Fixed 2 of 6 findings, found 2 errors in 2 files")
    assert (root / "app.py").read_text() == APP
    assert (root / "other.py").read_text() == SAFE


def test_other_files_are_fixed_beside_one_that_cannot_be_read(project: Write, check: Run) -> None:
    root = project({"app.py": APP, "broken.py": "import pymongo\ndef (:\n"})
    done = check("--fix", cwd=root)
    assert done.stderr.startswith("broken.py:2:") and done.stderr.count("\n") == 1
    assert done.returncode == 2
    assert (root / "app.py").read_text() == SAFE


def test_exit_zero(project: Write, check: Run) -> None:
    root = project({"app.py": APP})
    assert check("--diff", "--exit-zero", cwd=root).returncode == 0
    assert check("--fix", "--exit-zero", cwd=root).returncode == 0
