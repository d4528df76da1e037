"""`check --changed`: only what is on lines that have changed, told by a real git."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

ORDERS = "from db import db\n\n\nasync def add(order):\n    db.orders.insert_one(\n        order,\n    )\n\n\nasync def clear():\n    db.orders.drop()\n"
SHOP = {
    "pyproject.toml": "[tool.pymongo-async-lint]\n",
    "db.py": "from pymongo import AsyncMongoClient\ndb = AsyncMongoClient().shop\n",
    "app/orders.py": ORDERS,
    "app/gone.py": "from db import db\ndb.a.drop()\n",
}


def git(root: Path, *arguments: str) -> None:
    names = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
    environment = os.environ | {f"GIT_{name}": "a@example.org" for name in names}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=root, env=environment, check=True, capture_output=True)


@pytest.fixture
def shop(project: Write) -> Path:
    """A repository with one commit, on the branch main."""
    root = project(SHOP)
    (root / ".git").rmdir()
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    return root


def lines(finished: subprocess.CompletedProcess[str]) -> list[tuple[str, int]]:
    assert not finished.stderr
    return [(finding["path"], finding["line"]) for finding in json.loads(finished.stdout)["findings"]]


def test_without_changes_nothing_is_reported(shop: Path, check: Run) -> None:
    finished = check("--changed", cwd=shop)
    assert (finished.returncode, finished.stdout) == (0, "No findings in 3 files (3 on unchanged lines).\n")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("drop()", "drop( )", [("app/orders.py", 11)]),
        ("        order,\n", "        dict(order),\n", [("app/orders.py", 5)]),
        ("\n\nasync def clear", "\nX = 1\n\nasync def clear", []),
        ("    db.orders.drop()\n", "    pass\n", []),
        ("from db import db\n", "from db import db\n" * 2, []),
    ],
)
def test_what_is_on_a_changed_line_is_reported(
    shop: Path, check: Run, old: str, new: str, expected: list[tuple[str, int]]
) -> None:
    (shop / "app" / "orders.py").write_text(ORDERS.replace(old, new))
    (shop / "app" / "gone.py").unlink()
    assert lines(check("--changed", "--format", "json", cwd=shop)) == expected
    git(shop, "add", "-A")
    assert lines(check("--changed", "--format", "json", cwd=shop / "app")) == expected
    git(shop, "commit", "-q", "-m", "second")
    assert lines(check("--changed", "--format", "json", cwd=shop)) == []
    assert lines(check("--changed=HEAD~1", "--format", "json", "app", cwd=shop)) == expected


def test_new_files_count_whole(shop: Path, check: Run) -> None:
    (shop / "app" / "a 'new' ü.py").write_text(ORDERS)
    expected = [("app/a 'new' ü.py", 5), ("app/a 'new' ü.py", 11)]
    assert lines(check("--changed", "--format", "json", cwd=shop)) == expected
    git(shop, "add", "-A")
    assert lines(check("--changed", "--format", "json", cwd=shop)) == expected


def test_changes_count_from_where_the_branch_began(shop: Path, check: Run) -> None:
    git(shop, "switch", "-q", "-c", "feature")
    (shop / "app" / "orders.py").write_text(ORDERS + "    db.events.drop()\n")
    git(shop, "commit", "-qam", "feature")
    git(shop, "switch", "-q", "main")
    (shop / "app" / "gone.py").write_text("from db import db\ndb.b.drop()\n")
    git(shop, "commit", "-qam", "main goes on")
    git(shop, "switch", "-q", "feature")
    assert lines(check("--changed", "main", "--format", "json", cwd=shop)) == [("app/orders.py", 12)]


def test_the_users_configuration_of_git_does_not_matter(shop: Path, check: Run) -> None:
    for key, value in (
        ("diff.noprefix", "true"),
        ("color.ui", "always"),
        ("diff.mnemonicPrefix", "true"),
        ("core.quotePath", "true"),
    ):
        git(shop, "config", key, value)
    (shop / "app" / "orders.py").write_text(ORDERS.replace("drop()", "drop( )"))
    assert lines(check("--changed", "--format", "json", cwd=shop)) == [("app/orders.py", 11)]


@pytest.mark.parametrize("revision", ["nope", "HEAD~7", "app"])
def test_a_bad_revision_is_told_in_one_line(shop: Path, check: Run, revision: str) -> None:
    finished = check(f"--changed={revision}", cwd=shop)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == (
        f"--changed: git knows no revision `{revision}`; a path goes behind --changed=REVISION\n"
    )


def test_unrelated_history_is_told_in_one_line(shop: Path, check: Run) -> None:
    git(shop, "switch", "-q", "--orphan", "other")
    git(shop, "commit", "-q", "--allow-empty", "-m", "other")
    finished = check("--changed=main", cwd=shop)
    assert finished.returncode == 2
    assert finished.stderr.startswith("--changed: `main` and the current branch have no commit in common")


def test_without_a_repository_it_is_told_in_one_line(tmp_path: Path, check: Run) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pymongo-async-lint]\n")
    finished = check("--changed", cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith("--changed: not a git repository")


def test_without_git_it_is_told_in_one_line(shop: Path, check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    finished = check("--changed", cwd=shop)
    assert finished.returncode == 2
    assert finished.stderr == "--changed needs git: No such file or directory\n"
