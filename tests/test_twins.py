"""Every fixture for Async PyMongo has two twins, in which nothing but the imports differs: one with sync PyMongo, one with
Motor. What is wrong with one driver is often right with another; a twin stays silent, or says what is wrong with its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.rules.finding import Finding

FIXTURES = Path(__file__).parent / "fixtures"
ALL_RULES = Settings(preview=True)

ASYNC_IMPORT = re.compile(
    r"^(?P<indent>[ \t]*)from (?P<module>pymongo(?:\.asynchronous(?:\.\w+)?)?|gridfs(?:\.asynchronous)?)"
    r" import (?P<names>[\w, ]+?)(?P<rest>[ \t]*(?:#.*)?)$",
    re.MULTILINE,
)
TYPE_NAMES = re.compile(r"`Async(?!IOMotor)\w+`")

ABOUT_COROUTINES = frozenset(f"PMA1{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 11, 12))
"""What only an awaitable, or an async cursor or context manager, can be misused for."""

ABOUT_SYNC = frozenset({"PMA201", "PMA202", "PMA203"})

BECOME_PLAIN = frozenset({"aggregate", "aggregate_raw_batches", "list_indexes", "list_search_indexes", "watch"})
"""What Motor gives a cursor or stream for at once, where Async PyMongo has a coroutine."""


def sync_name(module: str, name: str) -> str:
    return f"from {module.replace('.asynchronous', '')} import {name.replace('Async', '')} as"


def motor_name(module: str, name: str) -> str:
    return (
        f"from motor.motor_asyncio import AsyncIOMotor{name.removeprefix('Async').replace('MongoClient', 'Client')} as"
    )


def twin_of(text: str, renamed: Callable[[str, str], str]) -> str:
    """The same lines, with other classes behind the names that are imported."""

    def replaced(found: re.Match[str]) -> str:
        kept, statements = [], []
        for item in found["names"].split(","):
            name, _, alias = item.strip().partition(" as ")
            if name.startswith("Async"):
                statements.append(f"{renamed(found['module'], name)} {alias or name}")
            else:
                kept.append(item.strip())
        if kept:
            statements.append(f"from {found['module']} import {', '.join(kept)}")
        return found["indent"] + "; ".join(statements) + found["rest"]

    return ASYNC_IMPORT.sub(replaced, text)


def is_plain(case: Path) -> bool:
    """Does it import from Async PyMongo alone, by statements that can be rewritten?"""
    texts = [file.read_text(encoding="utf-8") for file in case.rglob("*.py")]
    rewritten = [ASYNC_IMPORT.sub("", text) for text in texts]
    imports = "\n".join(line for text in rewritten for line in text.splitlines() if "import" in line)
    return texts != rewritten and not re.search(
        r"\bmotor\b|\bimport (pymongo|gridfs)\b|\bMongoClient\b|\bAsync(Mongo|Database|Collection|Grid)|import \(|\*|beanie",
        imports + "\n".join(re.findall(r"pymongo\.Async\w+|gridfs\.Async\w+", "\n".join(rewritten))),
    )


CASES = sorted(
    settings.parent
    for settings in FIXTURES.rglob("pyproject.toml")
    if "PMA110" not in settings.parts and is_plain(settings.parent)
)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(FIXTURES).as_posix())


def findings_of_twin(case: Path, renamed: Callable[[str, str], str]) -> Mapping[tuple[str, int, str], Finding]:
    texts = {file: twin_of(file.read_text(encoding="utf-8"), renamed) for file in case.rglob("*.py")}
    for file, text in texts.items():
        compile(text, str(file), "exec", dont_inherit=True)
    result = check([case], ALL_RULES, overrides={file: text.encode() for file, text in texts.items()}, noqa=False)
    assert not result.problems
    return {
        (
            finding.place.path,
            result.sources[finding.place.path].count("\n", 0, finding.place.start) + 1,
            finding.code,
        ): finding
        for finding in result.findings
    }


def expected_of_sync(case: Path) -> Iterator[tuple[Path, int, str]]:
    for file in case.rglob("*.py"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            for codes in re.findall(r"# expect: ([\w, ]+)", line):
                yield from ((file, number, code) for code in codes.split(", ") if code in ABOUT_SYNC)


@each_case
def test_the_sync_twin_has_no_coroutines(case: Path) -> None:
    found = findings_of_twin(case, sync_name)
    for (path, line, code), finding in found.items():
        assert code not in ABOUT_COROUTINES, f"{path}:{line}: {code} {finding.message}"
        assert not TYPE_NAMES.search(finding.message), finding.message


@each_case
def test_the_motor_twin_speaks_of_motor(case: Path) -> None:
    found = findings_of_twin(case, motor_name)
    blocking = {(Path(path).resolve(), line, code) for path, line, code in found if code in ABOUT_SYNC}
    assert blocking == set(expected_of_sync(case)), "what sync PyMongo does beside it stays as it is"
    for (path, line, code), finding in found.items():
        where = f"{path}:{line}: {code} {finding.message}"
        assert not TYPE_NAMES.search(finding.message), where
        assert "silently" not in finding.message, where
        if code == "PMA104":
            assert not re.match(rf"`(?:[^`]*\.)?({'|'.join(BECOME_PLAIN)})\b", finding.message), where
        if code in ("PMA101", "PMA103") and "Motor runs it" not in finding.message:
            assert not re.search(r"(insert|update|delete|replace|find)_(one|many)", finding.message), where


def test_enough_fixtures_have_twins() -> None:
    assert len(CASES) > 100
