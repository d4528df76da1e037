"""A project that has every row of the table, and answers the same before and after its migration."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from server import own_address

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.drivers.migration import Action, migration_rows
from pymongo_async_lint.migrate.records import Kept, Plan
from pymongo_async_lint.migrate.write import write
from pymongo_async_lint.migrator import plan

EXAMPLES = Path(__file__).parents[1] / "fixtures" / "migrate"
STAYS = "this file stays as it is, as those around it do; "
DOCUMENTATION = (Path(__file__).parents[2] / "docs" / "migrate.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Path, Plan]]]:
    """Copies of the examples, with their plans."""
    found = {}
    before = Path.cwd()
    for name in ("shop", "left", "handed"):
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
        if one.kind is not Kept.MENTION and one.place.path.endswith(".py") and not one.message.startswith(STAYS)
    }


@pytest.mark.parametrize("name", ["shop", "left", "handed"])
def test_all_that_is_reported_is_expected(name: str, made: dict[str, tuple[Path, Plan]]) -> None:
    _, one = made[name]
    assert told(one) == expected(EXAMPLES / name)
    assert one.problems == ()


def test_every_row_acts(made: dict[str, tuple[Path, Plan]]) -> None:
    """Rows that rewrite do, and rows that are for a person are told."""
    plans = [one for _, one in made.values()]
    rewritten = {rewrite.row for one in plans for rewrite in one.rewrites}
    reported = {report.row for one in plans for report in one.reports}
    rows = migration_rows().values()
    assert {row.id for row in rows if row.action is Action.REWRITE} <= rewritten
    assert {row.id for row in rows if row.action is Action.REPORT} <= reported
    assert rewritten | reported == {row.id for row in rows if row.action is not Action.NONE}


def test_almost_every_row_is_run(made: dict[str, tuple[Path, Plan]]) -> None:
    """What is rewritten only in files that `shop.answers` does not import is told in the documentation."""
    run = {"shop/answers.py", "shop/db.py"}
    rewrites = [rewrite for _, one in made.values() for rewrite in one.rewrites]
    not_run = {rewrite.row for rewrite in rewrites} - {one.row for one in rewrites if one.place.path in run}
    assert not_run == set(re.findall(r"\b[A-Z]{3}\d\d\b", DOCUMENTATION.partition("not run: ")[2].partition(".")[0]))


@pytest.mark.parametrize("name", ["shop", "left", "handed"])
def test_a_check_finds_nothing_new_but_what_is_told(name: str, made: dict[str, tuple[Path, Plan]]) -> None:
    """As often as `check` finds something new in a file of the result, a person is told of a place there."""
    root, one = made[name]
    settings = Settings(select=("PMA1",))
    before = Counter(finding.place.path for finding in check([root], settings, cache=False).findings)
    contents = {root / file.file: file.new for file in one.files}
    result = check([root], settings, overrides=contents, cache=False)
    assert not result.problems
    after = Counter(finding.place.path for finding in result.findings)
    told = Counter(os.path.relpath(root / report.place.path) for report in one.reports if report.kind is Kept.PERSON)
    assert after - before <= told


def test_rows_of_what_both_drivers_have_change_nothing(made: dict[str, tuple[Path, Plan]]) -> None:
    """Each of them is run, and its line stays."""
    root, one = made["shop"]
    lines = (root / "shop" / "answers.py").read_text().splitlines()
    marked = {row: line for line in lines for row in re.findall(r"\b([A-Z]{2,3}\d\d)\b", line.partition("# row: ")[2])}
    assert marked.keys() == {row.id for row in migration_rows().values() if row.action is Action.NONE}
    (new,) = [file.new_text for file in one.files if file.path == "shop/answers.py"]
    assert set(marked.values()) <= set(new.splitlines())


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


def test_a_group_that_parameters_and_fixtures_connect_stays_as_a_whole(made: dict[str, tuple[Path, Plan]]) -> None:
    """One of its files hands the database to a library that needs Motor; `jobs.py` has a client of its own."""
    _, one = made["handed"]
    assert [file.path for file in one.files] == ["jobs.py"]
    why = f"{STAYS}`app/files.py` uses a library that needs Motor"
    assert [report.place.path for report in one.reports if report.message == why] == [
        "app/reports.py",
        "app/signup.py",
        "app/start.py",
        "tests/conftest.py",
        "tests/test_reports.py",
    ]
    assert [report.row for report in one.reports if report.place.path == "requirements.txt"] == ["DEP01"]
