"""The snippets of `docs/ci.md`: valid for the services that read them, and their commands run, as far as there is a way."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Bash = Callable[[str], "subprocess.CompletedProcess[str]"]

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

SHOP = {
    "app/__init__.py": "",
    "app/db.py": "from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n",
    "app/orders.py": "from app.db import db\n\n\nasync def add(order):\n    db.orders.insert_one(order)\n",
}


def snippet(file: str) -> str:
    (found,) = re.findall(rf"^```\w+\n(?:#|//) {re.escape(file)}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for PATH: this source, a `pip` that takes only our name and installs nothing, and a stand-in reviewdog."""
    folder = tmp_path / "programs"
    folder.mkdir()
    scripts = {
        "pymongo-async-lint": f'exec {shlex.quote(sys.executable)} -m pymongo_async_lint "$@"',
        "pip": '[ "$*" = "install pymongo-async-lint" ]',
        "reviewdog": 'echo "reviewdog $*"; exec cat',
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def shop(project: Write) -> Path:
    return project(SHOP)


@pytest.fixture
def bash(shop: Path, programs: Path) -> Bash:
    """Runs a command of a snippet in the shop."""

    def bash(command: str) -> subprocess.CompletedProcess[str]:
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-ec", command], cwd=shop, env=os.environ | {"PATH": path}, capture_output=True, text=True
        )

    return bash


def run_all(bash: Bash, commands: list[str]) -> subprocess.CompletedProcess[str]:
    """Run commands as a job would: all but the last succeed."""
    *before, last = commands
    for command in before:
        assert bash(command).returncode == 0, command
    return bash(last)


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        (".github/workflows/pymongo-async-lint.yml", "vendor.github-workflows"),
        (".github/workflows/annotations.yml", "vendor.github-workflows"),
        (".gitlab-ci.yml", "vendor.gitlab-ci"),
        ("azure-pipelines.yml", "vendor.azure-pipelines"),
    ],
)
def test_pipelines_are_valid(tmp_path: Path, file: str, schema: str) -> None:
    path = tmp_path / Path(file).name
    path.write_text(snippet(file))
    options = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    options += ["--data-transform", "azure-pipelines"] if "azure" in schema else []
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, str(path)]
    finished = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_hooks_are_those_that_there_are() -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    (repository,) = yaml.safe_load(snippet(".pre-commit-config.yaml"))["repos"]
    assert repository.keys() == {"repo", "rev", "hooks"}
    assert {hook["id"] for hook in repository["hooks"]} <= hooks


def test_the_action_is_given_inputs_that_it_has() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    workflow = yaml.safe_load(snippet(".github/workflows/pymongo-async-lint.yml"))
    (given,) = (step["with"] for step in workflow["jobs"]["check"]["steps"] if "with" in step)
    assert given.keys() <= action["inputs"].keys()
    documented = dict(re.findall(r"^\| `([\w-]+)` \| .* \| (.*) \|$", PAGE, re.MULTILINE))
    assert documented == {
        name: f"`{declared['default']}`" if declared["default"] else "none"
        for name, declared in action["inputs"].items()
    }


def test_github_annotates(bash: Bash) -> None:
    steps = yaml.safe_load(snippet(".github/workflows/annotations.yml"))["jobs"]["check"]["steps"]
    finished = run_all(bash, [step["run"] for step in steps if "run" in step])
    assert finished.returncode == 1
    assert finished.stdout.startswith("::error file=app/orders.py,line=5,")


def test_gitlab_gets_its_artifact(bash: Bash, shop: Path) -> None:
    job = yaml.safe_load(snippet(".gitlab-ci.yml"))["pymongo-async-lint"]
    assert run_all(bash, job["script"]).returncode == 1
    (issue,) = json.loads((shop / job["artifacts"]["reports"]["codequality"]).read_text())
    assert issue["location"]["path"] == "app/orders.py"


def test_azure_gets_its_results(bash: Bash, shop: Path) -> None:
    steps = yaml.safe_load(snippet("azure-pipelines.yml"))["steps"]
    assert run_all(bash, [step["script"] for step in steps if "script" in step]).returncode == 1
    (publish,) = (step for step in steps if step.get("task", "").startswith("PublishTestResults@"))
    assert 'failures="1"' in (shop / publish["inputs"]["testResultsFiles"]).read_text()


def test_jenkins_gets_its_issues(bash: Bash, shop: Path, programs: Path) -> None:
    text = snippet("Jenkinsfile")
    assert text.count("{") == text.count("}")
    make, *commands = re.findall(r"^ +sh '(.*)'$", text, re.MULTILINE)
    assert make == "python3 -m venv .venv"
    (shop / ".venv").mkdir()
    (shop / ".venv" / "bin").symlink_to(programs)
    assert run_all(bash, commands).returncode == 0
    (pattern,) = re.findall(r"sarif\(pattern: '(.*?)'\)", text)
    assert len(json.loads((shop / pattern).read_text())["runs"][0]["results"]) == 1


def of_shell() -> Iterator[str]:
    yield from re.findall(r"^```sh\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)


def test_reviewdog_is_given_its_diagnostics(bash: Bash) -> None:
    (command,) = (command for command in of_shell() if "reviewdog" in command)
    finished = bash(command)
    called, _, piped = finished.stdout.partition("\n")
    assert (finished.returncode, called) == (0, "reviewdog -f=rdjson -reporter=github-pr-review")
    assert len(json.loads(piped)["diagnostics"]) == 1


def test_every_command_is_tried_by_some_test() -> None:
    assert [command.split()[0] for command in of_shell()] == ["pymongo-async-lint", "flake8"]
