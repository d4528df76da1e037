"""What a migration would change, as findings of `check`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.migrate.records import Kept, Plan
from pymongo_async_lint.rules.registry import MIGRATION_CODES

Write = Callable[[Mapping[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Plans = Callable[..., Plan]

EXAMPLES = Path(__file__).parents[1] / "fixtures" / "migrate"

FILES = {
    "app.py": """
        from motor.motor_asyncio import AsyncIOMotorClient
        client = AsyncIOMotorClient()

        async def main():
            return client.shop.events.aggregate([])
        """,
    "requirements.txt": "motor==3.3\n",
    "service/__init__.py": "",
    "service/requirements.txt": "motor==3.3  # noqa: PMA908\n",
}


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], []),
        (["--preview"], []),
        (["--select", "PMA", "--preview"], []),
        (["--select", "PMA9"], ["PMA901", "PMA902", "PMA908"]),
        (["--extend-select", "PMA902"], ["PMA902"]),
        (["--select", "PMA9", "--ignore", "PMA908"], ["PMA901", "PMA902"]),
    ],
)
def test_they_run_only_when_they_are_named(options: list[str], codes: list[str], project: Write, check: Run) -> None:
    done = check("--format", "json", *options, cwd=project(FILES))
    assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == codes


def test_requirements_belong_to_the_folders_that_are_checked(project: Write, check: Run) -> None:
    root = project(FILES)
    asked = ("--no-noqa", "--select", "PMA908", "--format", "concise")
    assert "service/requirements.txt:1:1: PMA908" in check(*asked, cwd=root).stdout
    assert check(*asked, "app.py", cwd=root).returncode == 0
    assert check(*asked, "service", cwd=root).returncode == 1


def test_what_is_remembered_of_a_check_leaves_requirements_out(project: Write, check: Run) -> None:
    root = project(FILES)
    assert check("--select", "PMA908", cwd=root).returncode == 1
    (root / "requirements.txt").write_text("pymongo\n")
    assert check("--select", "PMA908", cwd=root).returncode == 0


def test_they_say_what_the_plan_says(planned: Plans) -> None:
    """All that is proved: each place that is told, and each that a person has to look at."""
    files = {
        path.relative_to(EXAMPLES).as_posix(): path.read_text()
        for path in EXAMPLES.rglob("*.*")
        if path.suffix in (".py", ".txt")
    }
    made = planned(files)
    reports = {
        (report.code, report.place, report.row)
        for report in made.reports
        if report.kind is not Kept.MENTION
        and report.row != "UNK01"
        and "(PMA" not in report.message
        and not report.message.startswith("this file stays as it is")
    }
    rewrites = {(rewrite.code, rewrite.place, rewrite.row) for rewrite in made.rewrites if rewrite.message}
    result = check([Path()], Settings(select=("PMA9",)), cache=False)
    found = {
        (finding.code, finding.place, row)
        for finding in result.findings
        for row in finding.message.rpartition(" (")[2].rstrip(")").split(", ")
    }
    assert found == reports | rewrites
    assert {finding.code for finding in result.findings} == MIGRATION_CODES
