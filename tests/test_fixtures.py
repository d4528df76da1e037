"""Small projects whose comments tell what must be found: `# expect: PMA101` on the line where a finding starts.

Every other line must stay silent. `# ok: why` marks the near-misses for the reader.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pymongo_async_lint.checker import Result, check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.rules.comments.unused_suppression import UnusedSuppression
from pymongo_async_lint.rules.migration.requirement import Requirement
from pymongo_async_lint.rules.registry import CODES, MIGRATION_CODES

FIXTURES = Path(__file__).parent / "fixtures"
RULES = FIXTURES / "rules"
MIGRATED = FIXTURES / "migrate"
"""What tests/migrate is about; its comments name rows of a table."""
GROUPS = sorted(
    folder for folder in (*FIXTURES.iterdir(), *RULES.iterdir()) if folder.is_dir() and folder not in (RULES, MIGRATED)
)
CASES = sorted(folder for group in GROUPS for folder in group.iterdir() if folder.is_dir())
FILES = sorted(file for case in CASES for file in case.rglob("*.py"))

EXPECTATION = re.compile(r"# expect: (?P<codes>PMA\d{3}(?:, PMA\d{3})*)")
NEAR_MISS = re.compile(r"# ok: \S")


def all_rules(case: Path) -> Settings:
    """The rules that run without being named, and the one that the case is about."""
    code = case.parent.name
    return Settings(preview=True, extend_select=(code,) if code in MIGRATION_CODES else ())


MESSAGE = re.compile(r"(?=.{20,200}$)(?=.*`)[^A-Z;\s][^;]*[^.;\s]; [^A-Z;][^;]*[^.;\s]")
"""What happens, and what to do about it, about something by its name, within two lines of a terminal."""

Spot = tuple[str, int, str]
"""Path within the case, line, code."""


def name_of(path: Path) -> str:
    return path.relative_to(FIXTURES).as_posix()


def by_shipped_rule(folder: Path) -> object:
    """The folder as a parameter; skipped where it is about a rule that does not exist yet."""
    group = next((part for part in folder.relative_to(FIXTURES).parts if part.startswith("PMA")), None)
    is_ahead = group is not None and group not in CODES
    marks = pytest.mark.skip(reason=f"there is no rule {group} yet") if is_ahead else ()
    return pytest.param(folder, id=name_of(folder), marks=marks)


each_case = pytest.mark.parametrize("case", [by_shipped_rule(case) for case in CASES])
each_case_with_code = pytest.mark.parametrize(
    "case",
    [by_shipped_rule(case) for case in CASES if case.parent.name not in (UnusedSuppression.code, Requirement.code)],
)
"""Cases whose findings are in code; a comment goes behind these, and not behind another one."""
each_rule = pytest.mark.parametrize(
    "folder", [pytest.param(group, id=group.name) for group in GROUPS if group.parent == RULES]
)


def marked(case: Path) -> list[Path]:
    """The files of a case: code, and the files that say what it requires."""
    return [file for file in case.rglob("*") if file.is_file() and ".pymongo_async_lint_cache" not in file.parts]


def expected_in(case: Path) -> Iterator[Spot]:
    for file in marked(case):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            found = EXPECTATION.search(line)
            for code in found["codes"].split(", ") if found else ():
                yield file.relative_to(case).as_posix(), number, code


def reported_in(case: Path, result: Result) -> dict[Spot, str]:
    """What was found, with its message."""
    spots = {}
    for finding in result.findings:
        path = finding.place.path
        line = result.sources[path].count("\n", 0, finding.place.start) + 1
        spots[Path(path).resolve().relative_to(case).as_posix(), line, finding.code] = finding.message
    return spots


@each_case
def test_finds_what_is_expected_and_nothing_else(case: Path) -> None:
    assert (case / "pyproject.toml").is_file(), "without settings of its own, a case is a part of this project"
    result = check([case], all_rules(case), cache=False)
    assert not result.problems
    expected, reported = set(expected_in(case)), reported_in(case, result)
    for message in reported.values():
        assert MESSAGE.fullmatch(message), message
    missing = [f"{path}:{line}: {code}" for path, line, code in sorted(expected - reported.keys())]
    unexpected = [
        f"{path}:{line}: {code} {reported[path, line, code]}"
        for path, line, code in sorted(reported)
        if (path, line, code) not in expected
    ]
    complaint = "\n  ".join(
        (
            f"\n{name_of(case)}",
            *(f"missing     {spot}" for spot in missing),
            *(f"unexpected  {spot}" for spot in unexpected),
        )
    )
    assert not missing and not unexpected, complaint


@each_case_with_code
def test_noqa_silences_each_finding(case: Path) -> None:
    overrides = {
        file: EXPECTATION.sub("# noqa", file.read_text(encoding="utf-8")).encode() for file in case.rglob("*.py")
    }
    result = check([case], all_rules(case), overrides=overrides, cache=False)
    assert not result.problems
    assert not reported_in(case, result)
    assert result.suppressed == len(check([case], all_rules(case), cache=False).findings)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_compiles(file: Path) -> None:
    compile(file.read_bytes(), str(file), "exec", dont_inherit=True)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_has_no_comment_that_only_looks_like_an_expectation(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        assert not re.search(r"#\s*expect", line, re.IGNORECASE) or EXPECTATION.search(line), line
        assert not re.search(r"#\s*ok\b", line, re.IGNORECASE) or NEAR_MISS.search(line), line


@each_rule
def test_every_rule_has_mistakes_and_near_misses(folder: Path) -> None:
    mistakes = Counter[Path]()
    near_misses = 0
    for file in marked(folder):
        text = file.read_text(encoding="utf-8")
        mistakes[file] += sum(folder.name in found["codes"] for found in EXPECTATION.finditer(text))
        near_misses += len(NEAR_MISS.findall(text))
    assert mistakes.total() >= 6
    assert len(+mistakes) >= 2
    assert near_misses >= 6


def test_every_rule_has_fixtures() -> None:
    assert {group.name for group in GROUPS} >= CODES
