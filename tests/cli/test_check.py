"""`check` on small projects."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pymongo_async_lint.report import FORMATS
from pymongo_async_lint.rules.coroutines.unawaited_call import UnawaitedCall

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

DB = """
from pymongo import AsyncMongoClient

client = AsyncMongoClient("mongodb://ann:s3cret@localhost")
db = client.shop
"""
ORDERS = """
from app.db import db


async def add(order):
    db.orders.insert_one(order)
"""
SHOP = {"app/__init__.py": "", "app/db.py": DB, "app/orders.py": ORDERS}
FOUND = ("PMA101", "app/orders.py", 6, 5)
"""What is to be found in it: code, path, line and column."""


def found(finished: subprocess.CompletedProcess[str]) -> list[tuple[str, str, int, int]]:
    findings = json.loads(finished.stdout)["findings"]
    return [(finding["code"], finding["path"], finding["line"], finding["column"]) for finding in findings]


def summary(finished: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(finished.stdout)["summary"]


def test_findings_are_shown_and_exit_with_1(project: Write, check_by_process: Run) -> None:
    finished = check_by_process(cwd=project(SHOP))
    assert finished.returncode == 1
    assert finished.stdout.startswith("app/orders.py:6:5: PMA101 ")
    assert "  |\n6 |     db.orders.insert_one(order)\n  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^\n" in finished.stdout
    assert "    app/db.py:4:10: " in finished.stdout
    assert finished.stdout.endswith("\n\nFound 1 error in 1 file (3 checked); 1 can be fixed with --fix.\n")
    assert finished.stderr == ""


def test_nothing_shows_a_password(project: Write, check: Run) -> None:
    root = project(SHOP)
    for form in FORMATS:
        finished = check("--format", form, cwd=root)
        assert finished.returncode == 1
        assert "s3cret" not in finished.stdout + finished.stderr


def test_no_findings_exit_with_0(project: Write, check: Run) -> None:
    finished = check(cwd=project(SHOP | {"app/orders.py": ORDERS.replace("db.orders", "await db.orders")}))
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "No findings in 3 files.\n", "")


def test_json_is_one_object(project: Write, check: Run) -> None:
    finished = check("--format", "json", ".", cwd=project(SHOP))
    assert finished.returncode == 1
    assert found(finished) == [FOUND]
    assert summary(finished) == {"findings": 1, "fixed": 0, "suppressed": 0, "baselined": 0, "problems": 0, "files": 3}


def test_only_what_was_asked_for_is_reported_but_all_is_known(project: Write, check: Run) -> None:
    root = project(SHOP)
    assert found(check("--format", "json", "app/orders.py", cwd=root)) == [FOUND]
    other = check("--format", "json", "app/db.py", cwd=root)
    assert (other.returncode, found(other), summary(other)["files"]) == (0, [], 1)


@pytest.mark.parametrize("form", ["text", "concise"])
def test_paths_are_shown_as_the_user_sees_them(project: Write, check: Run, tmp_path: Path, form: str) -> None:
    root = project(SHOP)
    assert check("--format", form, cwd=root / "app").stdout.startswith("orders.py:6:5: PMA101 ")
    (tmp_path / "elsewhere").mkdir()
    away = check("--format", form, str(root), cwd=tmp_path / "elsewhere")
    assert away.stdout.startswith("../project/app/orders.py:6:5: PMA101 ")


def test_several_projects_in_one_call_are_checked_each_by_itself(tmp_path: Path, project: Write, check: Run) -> None:
    root = project(
        {f"one/{name}": text for name, text in SHOP.items()}
        | {f"two/{name}": text for name, text in SHOP.items()}
        | {"two/pyproject.toml": '[tool.pymongo-async-lint]\nignore = ["PMA101"]\n'}
        | {"one/pyproject.toml": "[tool.pymongo-async-lint]\n"}
    )
    expected = [("PMA101", "one/app/orders.py", 6, 5)]
    for arguments in (["one", "two"], ["."], [".", "one", "one/app"], ["two/app/orders.py", "one/app/orders.py"]):
        assert found(check("--format", "json", *arguments, cwd=root)) == expected
    assert summary(check("--format", "json", cwd=root))["files"] == 6


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ([], []),
        (["--preview"], ["PMA101"]),
        (["--select", "PMA"], []),
        (["--select", "PMA", "--preview"], ["PMA101"]),
        (["--select", "PMA1"], ["PMA101"]),
        (["--select", "PMA101"], ["PMA101"]),
        (["--select", "PMA102", "--preview"], []),
        (["--ignore", "PMA101", "--preview"], []),
    ],
)
def test_a_rule_in_preview_speaks_when_it_is_asked(
    project: Write, check: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str], codes: list[str]
) -> None:
    monkeypatch.setattr(UnawaitedCall, "preview", True)
    finished = check("--format", "json", *arguments, cwd=project(SHOP))
    assert [code for code, _, _, _ in found(finished)] == codes


def test_a_project_inside_of_another_is_no_context_of_it(project: Write, check: Run) -> None:
    root = project(
        SHOP | {"inner/pyproject.toml": "[tool.pymongo-async-lint]\n", "inner/broken.py": "import pymongo ("}
    )
    finished = check("--format", "json", "app", cwd=root)
    assert (found(finished), finished.stderr) == ([("PMA101", "app/orders.py", 6, 5)], "")
    assert "inner/broken.py" in check("--format", "json", ".", cwd=root).stderr


def test_a_file_outside_of_any_project_is_checked(tmp_path: Path, check: Run) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "script.py").write_text(DB + "\n\nasync def add(order):\n    db.orders.insert_one(order)\n")
    finished = check("--format", "concise", "../script.py", cwd=tmp_path / "here")
    assert finished.stdout.startswith("../script.py:9:5: PMA101 ")


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (["--select", "PMA101"], ["PMA101"]),
        (["--select", "PMA1"], ["PMA101"]),
        (["--select", "PMA2,PMA101"], ["PMA101"]),
        (["--select", "PMA2", "--select", "PMA101"], ["PMA101"]),
        (["--select", "PMA2"], []),
        (["--ignore", "PMA101"], []),
        (["--ignore", "PMA2"], ["PMA101"]),
        (["--select", "PMA1", "--ignore", "PMA101"], []),
    ],
)
def test_codes_are_chosen_by_their_beginnings(
    project: Write, check: Run, arguments: list[str], codes: list[str]
) -> None:
    finished = check("--format", "json", *arguments, cwd=project(SHOP))
    assert [code for code, _, _, _ in found(finished)] == codes
    assert finished.returncode == (1 if codes else 0)


def test_settings_of_the_project_count_and_options_go_over_them(project: Write, check: Run) -> None:
    root = project(SHOP | {"pyproject.toml": '[tool.pymongo-async-lint]\nselect = ["PMA2"]\n'})
    assert found(check("--format", "json", cwd=root)) == []
    assert found(check("--format", "json", "--select", "PMA1", cwd=root)) == [FOUND]


def test_exclude_keeps_files_out_even_if_named(project: Write, check: Run) -> None:
    root = project(SHOP | {"pyproject.toml": '[tool.pymongo-async-lint]\nexclude = ["orders.py"]\n'})
    for arguments in ([], ["app/orders.py", "app/db.py"]):
        finished = check("--format", "json", *arguments, cwd=root)
        assert (finished.returncode, found(finished)) == (0, [])


@pytest.mark.parametrize(
    ("pattern", "name"), [("orders.py", "app/orders.py"), ("app/", "app"), ("app/", "app/orders.py")]
)
def test_what_git_ignores_is_checked_if_named(project: Write, check: Run, pattern: str, name: str) -> None:
    root = project(SHOP | {".gitignore": f"{pattern}\n", "db.py": DB, "script.py": "import app.db\n"})
    assert found(check("--format", "json", cwd=root)) == []
    named = found(check("--format", "json", name, "--select", "PMA101", cwd=root))
    assert named == ([FOUND] if pattern == "orders.py" or name == "app" else [])


def test_exit_zero_counts_for_findings_only(project: Write, check: Run) -> None:
    root = project(SHOP)
    assert check("--exit-zero", cwd=root).returncode == 0
    assert check("--exit-zero", "gone.py", ".", cwd=root).returncode == 2


def test_noqa_hides_a_finding_and_is_counted(project: Write, check: Run) -> None:
    root = project(SHOP | {"app/orders.py": ORDERS.rstrip() + "  # noqa: PMA1\n"})
    finished = check(cwd=root)
    assert (finished.returncode, finished.stdout) == (0, "No findings in 3 files (1 suppressed).\n")


def test_standard_input_stands_for_its_file(project: Write, check: Run) -> None:
    root = project(SHOP)
    arguments = ("--format", "json", "--stdin-filename", "app/orders.py", "-")
    moved = check(*arguments, cwd=root, stdin="\n\n" + ORDERS)
    assert (moved.returncode, found(moved)) == (1, [("PMA101", "app/orders.py", 8, 5)])
    mended = check(*arguments, cwd=root, stdin=ORDERS.replace("db.orders", "await db.orders"))
    assert (mended.returncode, found(mended)) == (0, [])
    new = check("--format", "json", "--stdin-filename", "app/new/file.py", "-", cwd=root, stdin=ORDERS)
    assert found(new) == [("PMA101", "app/new/file.py", 6, 5)]


def test_standard_input_needs_no_name(project: Write, check_by_process: Run) -> None:
    finished = check_by_process("--format", "json", "-", cwd=project(SHOP), stdin=ORDERS)
    assert found(finished) == [("PMA101", "<stdin>", 6, 5)]


def test_a_name_without_standard_input_is_refused(project: Write, check: Run) -> None:
    finished = check("--stdin-filename", "a.py", cwd=project(SHOP))
    assert finished.returncode == 2
    assert '--stdin-filename needs "-" among the paths' in finished.stderr


def test_colours_are_for_terminals(project: Write) -> None:
    root = project(SHOP)

    def shown(**environment: str) -> bytes:
        master, slave = pty.openpty()
        inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        with subprocess.Popen(
            [sys.executable, "-m", "pymongo_async_lint", "check"],
            cwd=root,
            stdout=slave,
            stderr=slave,
            stdin=subprocess.DEVNULL,
            env=inherited | environment,
        ):
            os.close(slave)
            output = b""
            while True:
                try:
                    chunk = os.read(master, 4096)
                except OSError:  # how Linux says that nobody holds the other end any more
                    break
                if not chunk:
                    break
                output += chunk
        os.close(master)
        return output

    assert b"\x1b[" in shown()
    assert b"PMA101" in shown(NO_COLOR="1")
    assert b"\x1b[" not in shown(NO_COLOR="1")


def test_a_closed_pipe_is_silent(project: Write) -> None:
    orders = "from app.db import db\n" + "async def add(order):\n    db.orders.insert_one(order)\n" * 500
    finished = subprocess.run(
        f'"{sys.executable}" -m pymongo_async_lint check | head -n 1',
        shell=True,
        cwd=project(SHOP | {"app/orders.py": orders}),
        capture_output=True,
        text=True,
    )
    assert finished.stdout.startswith("app/orders.py:3:5: PMA101")
    assert finished.stderr == ""


def test_a_project_without_a_driver_costs_no_parse(project: Write) -> None:
    root = project({"a.py": "import os\n", "b.py": "def broken(:\n"})
    program = (
        "import sys; from pathlib import Path; from pymongo_async_lint.checker import check; result = check([Path()]);"
        "assert (result.findings, result.problems, result.files) == ((), (), 2), result;"
        "heavy = {'libcst', 'flake8', 'tomllib', 'pathspec', 'pymongo_async_lint.link.project', 'pymongo_async_lint.rules.registry'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_imports_nothing_heavy(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    program = (
        "import sys; from pymongo_async_lint.cli import main; main(sys.argv[1:], standalone_mode=False);"
        "heavy = {'libcst', 'flake8', 'msgspec', 'tomllib', 'pathspec', 'importlib.metadata'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, *arguments], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)


def test_the_version_is_the_packages(run: Run, tmp_path: Path) -> None:
    import pymongo_async_lint

    finished = run("pymongo_async_lint", "--version", cwd=tmp_path)
    assert finished.stdout == f"pymongo-async-lint, version {pymongo_async_lint.__version__}\n"
