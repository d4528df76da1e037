"""What is shown while a check runs, and in which colours."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from pymongo_async_lint.cli import main, progress
from pymongo_async_lint.cli.check import check as command
from pymongo_async_lint.cli.progress import progress_bar

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

CODE = "from pymongo import AsyncMongoClient\nasync def f():\n    AsyncMongoClient().a.b.drop()\n"


@pytest.mark.parametrize(
    ("environment", "has_colour"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colours_in_pipes(project: Write, check_by_process: Run, environment: dict[str, str], has_colour: bool) -> None:
    finished = check_by_process(cwd=project({"a.py": CODE}), **environment)
    assert ("\x1b[" in finished.stdout) is has_colour
    assert finished.stderr == ""
    assert "\x1b[" not in check_by_process("--format", "json", cwd=project({"a.py": CODE}), **environment).stdout


class Screen:
    """What a program shows on a terminal."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.shown = b""

    def glance(self) -> None:
        """Read what comes within a moment."""
        if select.select([self.master], [], [], 0.2)[0]:
            self.shown += os.read(self.master, 4096)

    def until(self, text: bytes, count: int = 1) -> None:
        """Read until a text has come so often; the end of the program is a failure."""
        while self.shown.count(text) < count:
            self.shown += os.read(self.master, 4096)


@contextmanager
def terminal(root: Path, *arguments: str) -> Iterator[Screen]:
    master, slave = pty.openpty()
    program = [sys.executable, "-m", "pymongo_async_lint", "check", *arguments]
    process = subprocess.Popen(program, cwd=root, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    try:
        yield Screen(master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_watching_checks_again_when_a_file_is_saved(project: Write) -> None:
    pytest.importorskip("watchfiles")
    root = project({"a.py": CODE, "b.py": "import os\n"})
    with terminal(root, "--watch", "--format", "concise") as screen:
        screen.until(b"Found 1 error in 1 file (2 checked)")
        while b"No findings in 2 files." not in screen.shown:  # the watch begins a moment after the report
            (root / "a.py").write_text("import pymongo\n")
            screen.glance()
        (root / "a.py").write_text(CODE)
        screen.until(b"Found 1 error in 1 file (2 checked)", 2)


def test_watching_needs_watchfiles(project: Write, check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    finished = check("--watch", cwd=project({"a.py": CODE}))
    assert finished.returncode == 2
    assert finished.stderr.endswith("Error: --watch needs watchfiles: pip install 'pymongo-async-lint[watch]'\n")


def test_a_bar_shows_on_a_terminal_in_long_runs_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress_bar() as nobody_looks:
        assert nobody_looks is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar() as show:
        assert show is not None
        show(1, 4)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with progress_bar() as show:
        assert show is not None
        show(1, 4)
        show(1, 4)
        show(4, 4)
    assert capsys.readouterr().err == (
        f"\r\033[K{'█' * 7}{'░' * 23} 1 of 4 files\r\033[K{'█' * 30} 4 of 4 files\r\033[K"
    )


def test_help_names_every_option_once_and_under_a_heading() -> None:
    text = CliRunner().invoke(main, ["check", "--help"]).stdout
    shown = [line.split()[0].rstrip(",") for line in text.splitlines() if line.startswith("  -")]
    options = [param.opts[-1] for param in command.params if param.param_type_name == "option"]
    assert sorted(shown) == sorted([*options, "-h"])
    assert text.split("Other options:\n")[1].split()[0] == "-h,"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_and_options(tmp_path: Path, run: Run, shell: str) -> None:
    program = "from pymongo_async_lint.cli import main; main(prog_name='pymongo-async-lint')"

    def answer(**environment: str) -> str:
        command = [sys.executable, "-c", program]
        more = {"_PYMONGO_ASYNC_LINT_COMPLETE": f"{shell}_complete", **environment}
        return subprocess.run(command, cwd=tmp_path, env=os.environ | more, capture_output=True, text=True).stdout

    assert "baseline" in answer(COMP_WORDS="pymongo-async-lint b", COMP_CWORD="1" if shell != "fish" else "b")
    assert "--select" in answer(
        COMP_WORDS="pymongo-async-lint check --sel", COMP_CWORD="2" if shell != "fish" else "--sel"
    )
