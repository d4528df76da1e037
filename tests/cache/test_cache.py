"""What a run leaves for later ones: nothing but time depends on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pymongo_async_lint import checker
from pymongo_async_lint.cache import FOLDER, Cache
from pymongo_async_lint.capture import facts, frontend
from pymongo_async_lint.config import Settings
from pymongo_async_lint.result import Result

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

SHOP = {
    "pyproject.toml": "[tool.pymongo-async-lint]\n",
    "app/__init__.py": "",
    "app/db.py": "from pymongo import AsyncMongoClient\nclient = AsyncMongoClient()\ndb = client.shop\n",
    "app/orders.py": """
        from app.db import db

        async def add(order):
            db.orders.insert_one(order)

        async def hide(order):
            db.orders.insert_one(order)  # noqa: PMA101
    """,
    "app/other.py": "print('nothing')\n",
    "broken.py": "import pymongo (\n",
}
LATER = 10_000_000_000
"""Nanoseconds after which a change of a file shows in its times, whatever the clock."""


def shown(result: Result) -> Any:
    return result.findings, result.problems, result.suppressed, result.files, dict(result.sources)


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that get parsed."""
    texts: list[str] = []
    genuine = frontend._capture

    def capture(text: str) -> facts.Facts:
        texts.append(text)
        return genuine(text)

    monkeypatch.setattr(frontend, "_capture", capture)
    return texts


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The projects that get judged anew."""
    roots: list[Path] = []
    genuine = checker.judge

    def judge(files: Any) -> Any:
        roots.append(files.root)
        return genuine(files)

    monkeypatch.setattr(checker, "judge", judge)
    return roots


@pytest.mark.parametrize("long_ago", [False, True])
def test_a_second_run_says_the_same_and_judges_nothing(
    project: Write, judged: list[Path], captured: list[str], monkeypatch: pytest.MonkeyPatch, long_ago: bool
) -> None:
    if long_ago:
        monkeypatch.setattr("pymongo_async_lint.project._COARSEST_CLOCK", -LATER)
    root = project(SHOP)
    first = checker.check([root])
    assert len(first.findings) == 1
    assert first.suppressed == 1
    assert [problem.path.rpartition("/")[2] for problem in first.problems] == ["broken.py"]
    assert (len(judged), len(captured)) == (1, 3)
    assert shown(checker.check([root])) == shown(first)
    assert (len(judged), len(captured)) == (1, 3)
    assert shown(checker.check([root], cache=False)) == shown(first)
    assert len(judged) == 2


def test_only_what_was_asked_for_is_shown(project: Write, judged: list[Path]) -> None:
    root = project(SHOP)
    checker.check([root / "app" / "db.py"])
    assert checker.check([root / "app" / "db.py"]).findings == ()
    assert checker.check([root / "app" / "db.py"]).problems == ()
    assert len(checker.check([root / "app" / "orders.py"]).findings) == 1
    assert len(checker.check([root / "app"], noqa=False).findings) == 2
    assert len(judged) == 1


def test_one_changed_file_is_the_only_one_that_is_parsed(
    project: Write, judged: list[Path], captured: list[str]
) -> None:
    root = project(SHOP)
    checker.check([root])
    captured.clear()
    changed = "from app.db import db\n\nasync def add(order):\n    await db.orders.insert_one(order)\n"
    (root / "app" / "orders.py").write_text(changed)
    assert checker.check([root]).findings == ()
    assert captured[0] == changed
    assert all("import pymongo (" in text for text in captured[1:])  # what can't be parsed is tried again


def test_a_changed_file_that_cannot_matter_changes_nothing(project: Write, judged: list[Path]) -> None:
    root = project(SHOP)
    before = checker.check([root])
    (root / "app" / "other.py").write_text("print('something else')\n")
    assert shown(checker.check([root])) == shown(before)
    assert len(judged) == 1


def test_a_new_file_is_seen(project: Write) -> None:
    root = project(SHOP)
    assert len(checker.check([root]).findings) == 1
    shutil.copy(root / "app" / "orders.py", root / "app" / "more.py")
    assert len(checker.check([root]).findings) == 2
    (root / "app" / "more.py").unlink()
    assert len(checker.check([root]).findings) == 1


def test_a_change_within_one_tick_of_the_clock_is_seen(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(SHOP)
    path = root / "app" / "orders.py"
    genuine = os.fstat(os.open(path, os.O_RDONLY))
    checker.check([root])
    path.write_text(path.read_text().replace("    db.", "await(db."))  # nonsense of the same size
    for module in ("os.stat", "os.fstat"):
        real = os.stat if module == "os.stat" else os.fstat
        monkeypatch.setattr(
            module, lambda it, *a, real=real, **k: genuine if real(it, *a, **k).st_ino == genuine.st_ino else real(it)
        )
    assert [problem.line for problem in checker.check([path]).problems] == [5]


def test_each_settings_have_their_own(project: Write) -> None:
    root = project(SHOP)
    none = Settings(ignore=("PMA101",))
    for _ in range(2):
        assert len(checker.check([root]).findings) == 1
        assert checker.check([root], none).findings == ()


def test_buffers_of_an_editor_leave_no_trace(project: Write) -> None:
    root = project(SHOP)
    path = root / "app" / "orders.py"
    fine = "from app.db import db\n\nasync def add(order):\n    await db.orders.insert_one(order)\n"
    assert len(checker.check([path]).findings) == 1
    assert checker.check([path], overrides={path: fine.encode()}).findings == ()
    assert len(checker.check([path]).findings) == 1


def test_where_it_lies_and_that_git_does_not_see_it(project: Write, check: Run, tmp_path: Path) -> None:
    root = project(SHOP)
    check(cwd=root)
    kept = {path.name for path in (root / FOLDER).iterdir()}
    assert kept >= {".gitignore", "CACHEDIR.TAG", facts.KIND, "projects"}
    (root / ".git").rmdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    status = subprocess.run(["git", "status", "--porcelain", "-uall"], cwd=root, check=True, capture_output=True)
    assert FOLDER not in status.stdout.decode()
    shutil.rmtree(root / FOLDER)
    check("--no-cache", cwd=root)
    assert not (root / FOLDER).exists()
    check("--cache-dir", "../elsewhere", cwd=root)
    assert not (root / FOLDER).exists()
    assert (tmp_path / "elsewhere" / "CACHEDIR.TAG").exists()
    project({"pyproject.toml": '[tool.pymongo-async-lint]\ncache-dir = "build/kept"\n'})
    check(cwd=root)
    assert (root / "build" / "kept" / "CACHEDIR.TAG").exists()


def test_a_folder_that_is_no_project_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.py").write_text(SHOP["app/db.py"])
    monkeypatch.chdir(tmp_path / "here")
    checker.check([Path("../there")])
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["a.py"]


def entries(root: Path) -> Iterator[Path]:
    return (path for path in (root / FOLDER).rglob("*") if path.is_file() and path.parent.parent.parent.name == FOLDER)


@pytest.mark.parametrize("garbage", [b"", b"\x00", b"garbage", b"\xc1" * 100])
def test_garbage_is_worked_out_anew(project: Write, garbage: bytes) -> None:
    root = project(SHOP)
    before = checker.check([root])
    damaged = list(entries(root))
    assert len(damaged) > 3
    for path in damaged:
        path.write_bytes(garbage)
    assert shown(checker.check([root])) == shown(before)
    assert any(path.read_bytes() != garbage for path in damaged)


@pytest.mark.parametrize("obstacle", ["file", "read-only", "file inside"])
def test_where_nothing_can_be_kept_nothing_is(project: Write, obstacle: str) -> None:
    root = project(SHOP)
    expected = shown(checker.check([root], cache=False))
    folder = root / FOLDER
    if obstacle == "file":
        folder.write_text("in the way")
    else:
        folder.mkdir(mode=0o555 if obstacle == "read-only" else 0o755)
        if obstacle == "file inside":
            (folder / "projects").write_text("in the way")
            (folder / facts.KIND).write_text("in the way")
    for _ in range(2):
        assert shown(checker.check([root])) == expected


def test_a_full_disk_is_no_obstacle(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(SHOP)
    expected = shown(checker.check([root], cache=False))

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pymongo_async_lint.atomic.write", full)
    assert shown(checker.check([root])) == expected


def test_runs_at_the_same_time_agree(project: Write) -> None:
    root = project(SHOP)
    command = [sys.executable, "-m", "pymongo_async_lint", "check", "--format", "json"]
    runs = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    outputs = {run.communicate()[0] for run in runs}
    assert len(outputs) == 1
    assert len(json.loads(outputs.pop())["findings"]) == 1


def test_a_warm_run_imports_neither_libcst_nor_the_analysis(project: Write, check: Run) -> None:
    root = project({name: text for name, text in SHOP.items() if name != "broken.py"})
    check(cwd=root)
    program = (
        "import sys; from pymongo_async_lint.cli import main; sys.argv = ['pymongo-async-lint', 'check']\n"
        "try: main()\n"
        "except SystemExit as exit: assert exit.code == 1, exit.code\n"
        "heavy = {'libcst', 'flake8', 'pymongo_async_lint.link.project', 'pymongo_async_lint.rules.registry',"
        " 'pymongo_async_lint.capture.facts', 'pymongo_async_lint.drivers'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True, stdout=subprocess.DEVNULL)


def test_without_a_folder_nothing_is_kept() -> None:
    cache = Cache()
    cache.put("a", "bcd", b"data")
    assert cache.get("a", "bcd") is None
    with cache.alone("a"):
        assert not cache.is_kept


def test_a_run_that_hangs_holds_up_no_other_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pymongo_async_lint.cache._LONGEST_WAIT", 0.1)
    with Cache(tmp_path / "cache").alone("key"), Cache(tmp_path / "cache").alone("key"):
        pass


TEXTS = st.sampled_from(
    [
        SHOP["app/db.py"],
        "db = None\n",
        "from app.db import db\nasync def add(order):\n    db.orders.insert_one(order)\n",
        "from app.db import db\nasync def add(order):\n    await db.orders.insert_one(order)\n",
        "from app.orders import add\nasync def twice():\n    await add({})\n",
        "from app.db import db\ndef broken(:\n",
    ]
)
NAMES = st.sampled_from(["app/db.py", "app/orders.py", "app/more.py"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(edits=st.lists(st.tuples(NAMES, st.none() | TEXTS), min_size=1, max_size=5))
def test_whatever_is_edited_a_run_says_what_it_says_without(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str | None]]
) -> None:
    root = tmp_path_factory.mktemp("project")
    (root / "app").mkdir()
    (root / "pyproject.toml").write_text(SHOP["pyproject.toml"])
    (root / "app" / "db.py").write_text(SHOP["app/db.py"])
    for name, text in edits:
        if text is None:
            (root / name).unlink(missing_ok=True)
        else:
            (root / name).write_text(text)
        assert shown(checker.check([root])) == shown(checker.check([root], cache=False))
