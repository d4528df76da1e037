"""The pre-commit hooks, run by pre-commit itself out of a git repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

Write = Callable[[Mapping[str, "str | bytes"]], Path]

SOURCE = Path(__file__).parents[2]
PACKAGED = ("src", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
SHOP = {
    "app/__init__.py": "",
    "app/db.py": "from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n",
    "app/orders.py": "from app.db import db\n\n\nasync def add(order):\n    await db.orders.insert_one(order)\n",
    "notes.txt": "import pymongo\n",
}


class Repository:
    """A git repository with all that git wants to know of its user."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self.environment = inherited | {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PRE_COMMIT_HOME": str(home),
        }
        shutil.rmtree(folder / ".git", ignore_errors=True)
        self.run("git", "init", "-q")
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", "first")

    def run(self, *command: str) -> str:
        finished = self.attempt(*command)
        assert finished.returncode == 0, finished.stdout
        return finished.stdout

    def attempt(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.attempt(sys.executable, "-m", "pre_commit", *arguments)


class Hooks(NamedTuple):
    """A repository with our hooks, as a user's configuration names it."""

    address: Path
    revision: str
    home: Path
    """Where pre-commit keeps what it installs."""

    def user(self, folder: Path, hook: str) -> Repository:
        """A repository that uses one of the hooks."""
        config = f"repos:\n- repo: {self.address}\n  rev: {self.revision}\n  hooks:\n  - id: {hook}\n"
        (folder / ".pre-commit-config.yaml").write_text(config)
        user = Repository(folder, self.home)
        user.run(sys.executable, "-m", "pre_commit", "install")
        return user


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    home, ours = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("ours")
    for name in PACKAGED:
        if (SOURCE / name).is_dir():
            shutil.copytree(SOURCE / name, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(SOURCE / name, ours / name)
    return Hooks(ours, Repository(ours, home).run("git", "rev-parse", "HEAD").strip(), home)


def test_the_manifest_is_valid(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(SOURCE / ".pre-commit-hooks.yaml")]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


@pytest.mark.network
def test_a_commit_with_a_mistake_is_refused(hooks: Hooks, project: Write) -> None:
    user = hooks.user(project(SHOP), "pymongo-async-lint")
    passed = user.pre_commit("run", "--all-files")
    assert passed.returncode == 0, passed.stdout
    assert "Passed" in passed.stdout

    orders = user.folder / "app" / "orders.py"
    correct = orders.read_text()
    orders.write_text(correct.replace("await ", ""))
    refused = user.attempt("git", "commit", "-q", "-a", "-m", "a mistake")
    assert refused.returncode != 0
    assert "app/orders.py:5:5: PMA101 " in refused.stdout
    assert "Found 1 error in 1 file (1 checked); 1 can be fixed with --fix." in refused.stdout

    orders.write_text("# a remark\n" + correct)
    user.run("git", "commit", "-q", "-a", "-m", "a remark")

    (user.folder / "notes.txt").write_text("import motor\n")
    skipped = user.attempt("git", "commit", "-a", "-m", "no Python")
    assert skipped.returncode == 0
    assert "Skipped" in skipped.stdout


@pytest.mark.network
def test_a_mistake_is_repaired_and_can_be_committed_then(hooks: Hooks, project: Write) -> None:
    user = hooks.user(project(SHOP), "pymongo-async-lint-fix")
    orders = user.folder / "app" / "orders.py"
    correct = orders.read_text() + "    return await db.orders.count_documents({})\n"
    orders.write_text(correct.replace("await db.orders.insert", "db.orders.insert"))
    refused = user.attempt("git", "commit", "-q", "-a", "-m", "a mistake")
    assert refused.returncode != 0
    assert "files were modified by this hook" in refused.stdout
    assert "Fixed 1 of 1 finding in 1 file." in refused.stdout
    assert orders.read_text() == correct
    user.run("git", "commit", "-q", "-a", "-m", "no mistake")
    assert user.run("git", "status", "--short") == ""

    orders.write_text(f"{correct}\n\nasync def clear():\n    db.orders.drop()\n")
    refused = user.attempt("git", "commit", "-q", "-a", "-m", "a mistake that takes a look")
    assert refused.returncode != 0
    assert "files were modified" not in refused.stdout
    assert "app/orders.py:10:5: PMA101 " in refused.stdout
