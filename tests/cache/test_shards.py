"""Capture in several processes, and on several machines."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pymongo_async_lint import checker
from pymongo_async_lint.capture import facts, parallel
from pymongo_async_lint.capture.frontend import capture
from pymongo_async_lint.config import Settings

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

SHOP = {
    "pyproject.toml": "[tool.pymongo-async-lint]\n",
    "db.py": "from pymongo import AsyncMongoClient\nclient = AsyncMongoClient()\ndb = client.shop\n",
    "nothing.py": "print(1)\n",
} | {
    f"orders{n}.py": f"from db import db\n\nasync def add(order):\n    db.orders{n}.insert_one(order)\n"
    for n in range(6)
}


def test_shares_of_separate_processes_merge(project: Write, run: Run, tmp_path: Path) -> None:
    root = project(SHOP)
    folders = [tmp_path / f"facts{shard}" for shard in (1, 2, 3)]
    for shard, folder in enumerate(folders, 1):
        arguments = ["--shard", f"{shard}/3", "--cache-dir", str(folder)]
        finished = run("pymongo_async_lint", "capture", *arguments, cwd=root)
        assert (finished.returncode, finished.stderr) == (0, "")
        assert finished.stdout == f"Captured {3 if shard == 1 else 2} files.\n"
    names = [{path.name for path in (folder / facts.KIND).rglob("*") if path.is_file()} for folder in folders]
    assert [len(found) for found in names] == [3, 2, 2]
    assert len(set.union(*names)) == 7

    merged = tmp_path / "merged"
    for folder in folders:
        shutil.copytree(folder, merged, dirs_exist_ok=True)
    program = (
        "import sys; from pathlib import Path; from pymongo_async_lint.checker import check;"
        "from pymongo_async_lint.config import Settings;"
        "result = check([Path()], Settings(cache_dir=sys.argv[1]));"
        "assert len(result.findings) == 6, result;"
        "assert 'libcst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(merged)], cwd=root, check=True)


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/2/3", "-1/2", ""])
def test_there_is_no_such_share(project: Write, run: Run, shard: str) -> None:
    finished = run("pymongo_async_lint", "capture", "--shard", shard, cwd=project(SHOP))
    assert finished.returncode == 2
    assert "must be such as 2/4" in finished.stderr


def test_what_cannot_be_parsed_is_told(project: Write, run: Run) -> None:
    root = project(SHOP | {"broken.py": "import pymongo (\n"})
    finished = run("pymongo_async_lint", "capture", cwd=root)
    assert finished.returncode == 2
    assert finished.stdout == "Captured 7 files.\n"
    assert finished.stderr.startswith("broken.py:1:16: PMA001 ")


def test_several_processes_say_what_one_says(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(SHOP | {"broken.py": "import pymongo (\n"})
    alone = checker.check([root], cache=False)
    monkeypatch.setattr("pymongo_async_lint.project._WORTH_A_PROCESS", 10)
    used: list[int] = []
    genuine = parallel.captured

    def captured(texts: Mapping[str, str], jobs: int) -> object:
        used.append(jobs)
        return genuine(texts, jobs)

    monkeypatch.setattr(parallel, "captured", captured)
    for cache in (False, True):
        together = checker.check([root], Settings(), cache=cache, jobs=2)
        assert (together.findings, together.problems) == (alone.findings, alone.problems)
    assert used == [2, 2]
    assert checker.check([root], Settings(ignore=("PMA105",)), jobs=2).findings == alone.findings
    assert used == [2, 2]  # all facts are known


def test_facts_of_other_processes_are_the_same() -> None:
    texts = {"a": "import pymongo\n", "b": "x = (\n", "c": "y = [i for i in x]\n"}
    found = dict(parallel.captured(texts, 2))
    assert found == {key: facts.encode(capture(texts[key])) for key in ("a", "c")}
