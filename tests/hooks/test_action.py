"""The GitHub Action: its own steps, read from `action.yml` and run as a runner would run them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

Write = Callable[[Mapping[str, "str | bytes"]], Path]

SOURCE = Path(__file__).parents[2]
ACTION = yaml.safe_load((SOURCE / "action.yml").read_text(encoding="utf-8"))
INSTALL, CHECK, UPLOAD, OUTCOME = ACTION["runs"]["steps"]

SHOP = {
    "app/__init__.py": "",
    "app/db.py": "from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n",
    "app/my orders.py": "from app.db import db\n\n\nasync def add(order):\n    db.orders.insert_one(order)\n",
}


class Runner:
    """Runs the shell steps of an action, one after the other, and fills in its expressions."""

    def __init__(self, workspace: Path, temporary: Path, **inputs: str) -> None:
        self.workspace = workspace
        self.output = temporary / "output"
        self.context = {"github.action_path": str(SOURCE), "runner.temp": str(temporary)}
        for name, declared in ACTION["inputs"].items():
            self.context[f"inputs.{name}"] = inputs.pop(name.replace("-", "_"), declared["default"])
        assert not inputs

    def filled(self, text: str) -> str:
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: self.context.get(match[1], ""), text)

    def run(self, step: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "what a user gives never becomes a part of a script"
        self.output.write_text("")
        finished = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace / self.filled(step.get("working-directory", ".")),
            env=os.environ
            | {"GITHUB_OUTPUT": str(self.output)}
            | {name: self.filled(value) for name, value in step.get("env", {}).items()},
            capture_output=True,
            text=True,
        )
        for line in self.output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.context[f"steps.{step['id']}.outputs.{name}"] = value
        return finished

    def report(self) -> list[tuple[str, str]]:
        """Rule and path of each result in the file that would be uploaded."""
        log = json.loads(Path(self.filled(UPLOAD["with"]["sarif_file"])).read_text())
        return [
            (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
            for result in log["runs"][0]["results"]
        ]


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The runner's folder, with this source in place of what the action installs."""
    programs = tmp_path / "temporary" / "pymongo-async-lint" / "bin"
    programs.mkdir(parents=True)
    program = programs / "pymongo-async-lint"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m pymongo_async_lint "$@"\n')
    program.chmod(0o755)
    return tmp_path / "temporary"


def test_the_action_is_valid(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions"]
    finished = subprocess.run([*command, str(SOURCE / "action.yml")], cwd=tmp_path, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("inputs", "found", "code"),
    [
        ({}, ["PMA101"], 1),
        ({"paths": "app/db.py"}, [], 0),
        ({"paths": "app/db.py\napp/my orders.py\n"}, ["PMA101"], 1),
        ({"options": "--select PMA2 --ignore PMA204"}, [], 0),
        ({"options": "--exit-zero"}, ["PMA101"], 0),
        ({"working_directory": "app", "sarif_file": "../report.sarif"}, ["PMA101"], 1),
        ({"paths": "gone.py\n."}, ["PMA101"], 2),
    ],
)
def test_findings_are_uploaded_and_then_fail_the_run(
    project: Write, temporary: Path, inputs: dict[str, str], found: list[str], code: int
) -> None:
    runner = Runner(project(SHOP), temporary, **inputs)
    assert runner.run(CHECK).returncode == 0
    assert runner.report() == [(rule, "app/my%20orders.py") for rule in found]
    assert runner.filled(ACTION["outputs"]["exit-code"]["value"]) == str(code)
    assert runner.run(OUTCOME).returncode == code


def test_a_run_without_a_report_fails_at_once(project: Write, temporary: Path) -> None:
    runner = Runner(project(SHOP | {"pymongo-async-lint.sarif": "old"}), temporary, options="--no-such-option")
    finished = runner.run(CHECK)
    assert finished.returncode == 2
    assert "No such option" in finished.stderr
    assert not (runner.workspace / "pymongo-async-lint.sarif").exists(), "an old report is not taken for this one"


def test_what_a_user_gives_is_never_run(project: Write, temporary: Path) -> None:
    runner = Runner(project(SHOP), temporary, paths="$(touch pwned); touch pwned\n--help", options='"; touch pwned')
    runner.run(CHECK)
    assert not (runner.workspace / "pwned").exists()


@pytest.mark.network
def test_the_action_installs_what_it_runs(project: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    runner = Runner(project(SHOP), tmp_path, python=sys.executable)
    assert runner.run(INSTALL).returncode == 0
    assert runner.run(CHECK).returncode == 0
    assert runner.report() == [("PMA101", "app/my%20orders.py")]
    assert runner.run(OUTCOME).returncode == 1
