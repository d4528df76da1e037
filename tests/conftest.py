"""Small projects on disk, and the command line as a user runs it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent

import hypothesis
import pytest
from click.testing import CliRunner

from pymongo_async_lint.cli import main

hypothesis.settings.register_profile("patient", deadline=None)  # how long a test takes says how busy the machine is
hypothesis.settings.load_profile("patient")

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_configure() -> None:
    """Lets a relative PYTHONPATH hold in the subprocesses too, which run in other folders."""
    if "PYTHONPATH" in os.environ:
        folders = os.environ["PYTHONPATH"].split(os.pathsep)
        os.environ["PYTHONPATH"] = os.pathsep.join(os.path.abspath(folder) for folder in folders)


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes files (path to content, indentation removed) into an empty project, and gives its root."""
    root = tmp_path / "project"
    root.mkdir()
    (root / ".git").mkdir()

    def write(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return root

    return write


@pytest.fixture
def run() -> Run:
    """Runs a Python module as a command: `run("pymongo_async_lint", "check", cwd=root)`."""

    def run(
        module: str, *arguments: str, cwd: Path, stdin: str | bytes = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
        finished = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=cwd,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=inherited | {"PYTHONIOENCODING": "utf-8"} | environment,
            timeout=120,
        )
        return subprocess.CompletedProcess(
            finished.args, finished.returncode, finished.stdout.decode(), finished.stderr.decode()
        )

    return run


@pytest.fixture
def check() -> Run:
    """Runs `pymongo-async-lint check` with the given arguments, within this process."""

    def check(*arguments: str, cwd: Path, stdin: str | bytes = "") -> subprocess.CompletedProcess[str]:
        with contextlib.chdir(cwd):
            result = CliRunner().invoke(main, ["check", *arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)

    return check


@pytest.fixture
def check_by_process(run: Run) -> Run:
    """Runs `pymongo-async-lint check` as users do: in a process of its own."""

    def check(*arguments: str, cwd: Path, **more: str | bytes) -> subprocess.CompletedProcess[str]:
        return run("pymongo_async_lint", "check", *arguments, cwd=cwd, **more)

    return check


@pytest.fixture
def flake8_config(tmp_path: Path) -> Path:
    """Selects our codes alone; where the package is only on the path, it names the plugin."""
    config = tmp_path / "flake8.cfg"
    local = (
        ""
        if entry_points(group="flake8.extension", name="PMA")
        else "[flake8:local-plugins]\nextension = PMA = pymongo_async_lint.flake8:Plugin\n"
    )
    config.write_text(local + "[flake8]\nselect = PMA\n")
    return config


@pytest.fixture
def flake8(run: Run, flake8_config: Path) -> Run:
    """Runs flake8 with that configuration."""

    def flake8(*arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
        return run("flake8", "--config", str(flake8_config), *arguments, cwd=cwd, **more)

    return flake8
