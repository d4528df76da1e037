"""`--add-noqa`: comments go where flake8 looks for them, and nothing else changes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest

from pymongo_async_lint.suppress.add import with_comments
from pymongo_async_lint.suppress.noqa import Noqa

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

HEAD = "from pymongo import AsyncMongoClient\nusers = AsyncMongoClient().shop.users\n\n\nasync def f():\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x\n", "x  # noqa: PMA101\n"),
        ("x", "x  # noqa: PMA101"),
        ("x \t\r\ny\r\n", "x  # noqa: PMA101 \t\r\ny\r\n"),
        ("x  # why\n", "x  # why  # noqa: PMA101\n"),
        ("x  # noqa: E501\n", "x  # noqa: E501, PMA101\n"),
        ("x  # noqa:E501,B008 too long\n", "x  # noqa:E501,B008,PMA101 too long\n"),
        ("x  # noqa: E501 # type: ignore\n", "x  # noqa: E501, PMA101 # type: ignore\n"),
        ("f(\n  1,\n)\n", "f(  # noqa: PMA101\n  1,\n)\n"),
        ("x = 1 + \\\n  2\ny\n", "x = 1 + \\\n  2  # noqa: PMA101\ny\n"),
        ("f('''\na\n''')\ny\n", "f('''\na\n''')  # noqa: PMA101\ny\n"),
        ("f('''\n# noqa: E501\n''')\ny\n", "f('''\n# noqa: E501\n''')\ny\n"),
        ("x = (\ny\n", "x = (\ny\n"),
    ],
)
def test_a_comment_goes_where_flake8_looks(before: str, after: str) -> None:
    assert with_comments(before, {1: {"PMA101"}}) == after
    assert Noqa(after).hides("PMA101", 1) is (before != after)


LINES = [
    "a = 1",
    "a = 1  # noqa: E501",
    "a = [",
    "]  # noqa: B008, E1",
    "]",
    'b = """',
    '"""  # why',
    '"""',
    "c = 1 + \\",
    "",
    "x = 2\t",
]


def test_on_any_mixture_all_is_hidden_and_nothing_else_changes() -> None:
    random = Random(11)
    tried = 0
    while tried < 300:
        text = "\n".join(random.choices(LINES, k=random.randint(2, 7))) + "\n"
        try:
            compile(text, "mixture", "exec")
        except SyntaxError:
            continue
        tried += 1
        line = random.randint(1, text.count("\n"))
        new = with_comments(text, {line: {"PMA101", "PMA103"}})
        assert compile(new, "mixture", "exec").co_consts == compile(text, "mixture", "exec").co_consts
        is_in_string = re.search(r'"""[^"]*# noqa', text)
        if is_in_string and new == text:
            continue  # flake8 looks at the first one only
        assert Noqa(new).hides("PMA101", line) and Noqa(new).hides("PMA103", line), text
        removed = new.replace("  # noqa: PMA101, PMA103", "").replace(", PMA101, PMA103", "")
        assert removed == text
        assert with_comments(new, {}) == new


FILES = {
    "plain.py": f"{HEAD}    users.drop()\n    users.drop(); x = users.drop()\n".encode(),
    "windows.py": f"{HEAD}    users.drop()  # noqa: E501\n".replace("\n", "\r\n").encode(),
    "marked.py": f"\ufeff{HEAD}    users.drop()".encode(),
    "latin.py": f"# coding: latin-1\n{HEAD}    users.drop()  # \xe9t\xe9\n".encode("latin-1"),
}


def test_files_are_silent_afterwards_and_flake8_agrees(project: Write, check: Run, flake8: Run) -> None:
    root = project(FILES)
    finished = check("--add-noqa", cwd=root)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == "Suppressed 6 findings in 4 files.\n"
    assert (root / "plain.py").read_text() == (
        f"{HEAD}    users.drop()  # noqa: PMA101\n    users.drop(); x = users.drop()  # noqa: PMA101, PMA103\n"
    )
    assert (root / "windows.py").read_bytes().endswith(b"users.drop()  # noqa: E501, PMA101\r\n")
    assert (root / "marked.py").read_bytes() == FILES["marked.py"] + b"  # noqa: PMA101"
    assert (root / "latin.py").read_bytes() == FILES["latin.py"].replace(b"\n", b"  # noqa: PMA101\n").replace(
        b"  # noqa: PMA101\n", b"\n", FILES["latin.py"].count(b"\n") - 1
    )
    summary = json.loads(check("--format", "json", cwd=root).stdout)["summary"]
    assert (summary["findings"], summary["suppressed"]) == (0, 6)
    assert flake8(".", cwd=root).stdout == ""
    assert check("--add-noqa", cwd=root).stdout == "Suppressed 0 findings in 0 files.\n"


def test_what_cannot_be_suppressed_is_shown(project: Write, check: Run) -> None:
    text = f"{HEAD}    users.insert_one({{'a': '''\n# noqa: E501\n'''}})\n"
    root = project({"a.py": text})
    finished = check("--add-noqa", cwd=root)
    assert finished.returncode == 1
    assert finished.stderr.startswith("a.py:6:5: PMA101 can't be suppressed by a comment")
    assert (root / "a.py").read_text() == text


def test_standard_input_gets_no_comments(project: Write, check: Run) -> None:
    finished = check("--add-noqa", "-", cwd=project(FILES), stdin="x = 1\n")
    assert finished.returncode == 2
    assert "--add-noqa" in finished.stderr
