"""A project that has every row of the table, and answers the same before and after its migration."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import own_address

from pymongo_async_lint.drivers.migration import Action, migration_rows
from pymongo_async_lint.migrate.records import Kept, Plan
from pymongo_async_lint.migrate.write import write
from pymongo_async_lint.migrator import plan

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Path, Plan]]]:
    """Copies of the examples, with their plans."""
    found = {}
    before = Path.cwd()
    for name in ("shop", "left"):
        root = tmp_path_factory.mktemp(name) / name
        shutil.copytree(EXAMPLES / name, root)
        (root / ".git").mkdir()
        os.chdir(root)
        found[name] = root, plan([Path()], cache=False)
    yield found
    os.chdir(before)


def expected(root: Path) -> set[tuple[str, int, str]]:
    """What the comments of the example say is reported."""
    return {
        (path.relative_to(root).as_posix(), number, row)
        for path in root.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for row in re.findall(r"# expect: (\w+)", line)
    }


def told(made: Plan) -> set[tuple[str, int, str]]:
    return {
        (one.place.path, made.sources[one.place.path][: one.place.start].count("\n") + 1, one.row)
        for one in made.reports
        if one.kind is not Kept.MENTION and one.place.path.endswith(".py")
    }


@pytest.mark.parametrize("name", ["shop", "left"])
def test_all_that_is_reported_is_expected(name: str, made: dict[str, tuple[Path, Plan]]) -> None:
    _, one = made[name]
    assert told(one) == expected(EXAMPLES / name)
    assert one.problems == ()


def test_every_row_acts(made: dict[str, tuple[Path, Plan]]) -> None:
    plans = [one for _, one in made.values()]
    acted = {rewrite.row for one in plans for rewrite in one.rewrites}
    acted |= {report.row for one in plans for report in one.reports}
    assert acted == {row.id for row in migration_rows().values() if row.action is not Action.NONE}


def test_what_is_blocked_stays(made: dict[str, tuple[Path, Plan]]) -> None:
    changed = {file.path for file in made["left"][1].files}
    assert changed.isdisjoint({"app/models.py", "requirements.txt"})


def test_the_answers_are_the_same(made: dict[str, tuple[Path, Plan]]) -> None:
    root, one = made["shop"]
    with own_address() as uri:
        before = answers(EXAMPLES / "shop", uri)
        os.chdir(root)
        assert write(one) == (len(one.files), ())
        after = answers(root, uri)
    assert "Motor" not in (root / "shop" / "answers.py").read_text()
    assert len(before) > 30
    assert after == before
    again = plan([Path()], cache=False)
    assert again.files == ()


def answers(root: Path, uri: str) -> dict[str, object]:
    run = subprocess.run(
        [sys.executable, "-B", "-m", "shop.answers", uri], cwd=root, capture_output=True, timeout=120, text=True
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, object] = json.loads(run.stdout)
    return found
