"""Lists of paths: `@FILE`, and `@-` behind a pipe."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

CODE = "from pymongo import AsyncMongoClient\nasync def f():\n    AsyncMongoClient().a.b.drop()\n"
FILES = dict.fromkeys(("a.py", "b c.py", "d\ne.py", "f.py", "@g.py"), CODE)


def paths(finished: subprocess.CompletedProcess[str]) -> list[str]:
    return [finding["path"] for finding in json.loads(finished.stdout)["findings"]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a.py\nb c.py\n", ["a.py", "b c.py"]),
        (b"a.py\r\n\r\nf.py", ["a.py", "f.py"]),
        (b"a.py\0d\ne.py\0", ["a.py", "d\ne.py"]),
        (b"", []),
    ],
)
def test_a_list_stands_for_its_paths(project: Write, check: Run, content: bytes, expected: list[str]) -> None:
    root = project(FILES | {"list.txt": content})
    assert paths(check("--format", "json", "@list.txt", cwd=root)) == expected
    assert paths(check("--format", "json", "@-", cwd=root, stdin=content)) == expected
    assert paths(check("--format", "json", "@list.txt", "f.py", cwd=root)) == sorted({*expected, "f.py"})


def test_git_ls_files_can_be_piped_in(project: Write) -> None:
    root = project(FILES)
    (root / ".git").rmdir()
    command = f"git init -q && git add . && git ls-files -z -- '*.py' | '{sys.executable}' -m pymongo_async_lint check @- --format json"
    finished = subprocess.run(command, shell=True, cwd=root, capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (1, "")
    assert paths(finished) == sorted(FILES)


def test_a_path_with_that_sign_can_be_written(project: Write, check: Run) -> None:
    assert paths(check("--format", "json", "./@g.py", cwd=project(FILES))) == ["@g.py"]


def test_a_list_that_cannot_be_read_is_told(project: Write, check: Run) -> None:
    finished = check("@nowhere.txt", cwd=project(FILES))
    assert finished.returncode == 2
    assert finished.stderr.endswith("Error: the list nowhere.txt can't be read: No such file or directory\n")


def test_stubs_are_passed_over(project: Write, check: Run) -> None:
    root = project(FILES | {"stub.pyi": CODE})
    finished = check("stub.pyi", cwd=root)
    assert (finished.returncode, finished.stdout) == (0, "No findings in 0 files.\n")
