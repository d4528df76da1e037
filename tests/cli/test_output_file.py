"""`--output-file`: the whole report or none, and one clear line where it can't be written."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pymongo_async_lint import atomic
from pymongo_async_lint.report import FORMATS

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

SHOP = {
    "db.py": "from pymongo import AsyncMongoClient\ndb = AsyncMongoClient().shop\n",
    "ü.py": "from db import db\nasync def add(order):\n    db.orders.insert_one(order)\n",
}
COUNT = "Found 1 error in 1 file (2 checked); 1 can be fixed with --fix.\n"


@pytest.mark.parametrize("form", FORMATS)
def test_the_file_holds_what_would_be_shown(project: Write, check: Run, form: str) -> None:
    root = project(SHOP)
    shown = check("--format", form, cwd=root)
    written = check("--format", form, "--output-file", "report.out", cwd=root)
    assert (root / "report.out").read_text(encoding="utf-8") == shown.stdout
    assert (written.returncode, written.stdout, written.stderr) == (1, COUNT, "")


def test_a_file_that_is_there_is_replaced_and_keeps_its_mode(project: Write, check: Run) -> None:
    root = project(SHOP | {"old.json": "x" * 100_000})
    (root / "old.json").chmod(0o640)
    (root / "link.json").symlink_to("old.json")
    check("--format", "json", "--output-file", "link.json", cwd=root)
    assert (root / "link.json").is_symlink()
    assert len(json.loads((root / "old.json").read_bytes())["findings"]) == 1
    assert stat.S_IMODE((root / "old.json").stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_mode(project: Write, check: Run) -> None:
    root = project(SHOP)
    (root / "usual").touch()
    check("--output-file", "new", cwd=root)
    assert (root / "new").stat().st_mode == (root / "usual").stat().st_mode


def test_a_device_is_written_to(project: Write, check_by_process: Run) -> None:
    finished = check_by_process("--format", "concise", "--output-file", "/dev/stderr", cwd=project(SHOP))
    assert finished.stderr.startswith("ü.py:3:5: PMA101 ")
    assert (finished.returncode, finished.stdout) == (1, COUNT)


@pytest.mark.parametrize(
    ("name", "complaint"), [("folder", "folder is a folder"), ("no/where", "there is no folder no")]
)
def test_a_place_for_no_report_is_refused_before_any_work(
    project: Write, check: Run, name: str, complaint: str
) -> None:
    root = project(SHOP)
    (root / "folder").mkdir()
    finished = check("--output-file", name, cwd=root)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.splitlines()[-1] == f"Error: Invalid value for '--output-file': {complaint}"


def test_what_goes_wrong_is_one_line(project: Write, check: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, target: object) -> None:
        raise OSError(28, "No space left on device")

    root = project(SHOP | {"report.txt": "old"})
    monkeypatch.setattr(os, "replace", full)
    finished = check("--no-cache", "--output-file", "report.txt", cwd=root)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr == "report.txt: can't be written: No space left on device\n"
    assert (root / "report.txt").read_text() == "old"
    assert sorted(os.listdir(root)) == [".git", "db.py", "report.txt", "ü.py"], "nothing is left behind"


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: str, mode: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(os, "chmod", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic.write(tmp_path / "file", b"new")
    assert os.listdir(tmp_path) == ["file"]
    assert (tmp_path / "file").read_text() == "old"
