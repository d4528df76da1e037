"""What a rule's page shows is true: its mistakes are found where the marks say, and its correct code is silent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.rules.example import APPLICATION, Example
from pymongo_async_lint.rules.registry import RULES, Rule

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def each(kind: str) -> Iterator[object]:
    for rule in RULES:
        for number, example in enumerate(getattr(rule, kind)):
            yield pytest.param(rule, example, id=f"{rule.code}-{kind}-{number}")


each_mistake = pytest.mark.parametrize(("rule", "example"), [*each("mistakes")])
each_example = pytest.mark.parametrize(("rule", "example"), [*each("mistakes"), *each("correct")])


def write(folder: Path, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@each_example
def test_finds_what_is_marked_and_nothing_else(rule: Rule, example: Example, tmp_path: Path) -> None:
    """With all rules on, those in preview included, and its own if that has to be named."""
    write(tmp_path, {"pyproject.toml": "[tool.pymongo-async-lint]\n", **example.texts})
    named = (rule.code,) if rule.only_when_named else ()
    result = check([tmp_path], Settings(preview=True, extend_select=named))
    assert not result.problems
    found = sorted(
        (
            Path(finding.place.path).resolve().relative_to(tmp_path).as_posix(),
            result.sources[finding.place.path].count("\n", 0, finding.place.start) + 1,
            finding.code,
        )
        for finding in result.findings
    )
    assert found == sorted(example.expected)


@each_mistake
def test_a_mistake_is_one_of_the_rules_own_and_tells_what_happens(rule: Rule, example: Example) -> None:
    assert {code for _, _, code in example.expected} == {rule.code}
    assert re.fullmatch(r"[A-Z`].*[.`]", example.happens)


@each_example
def test_an_example_can_be_run(rule: Rule, example: Example) -> None:
    texts = example.texts
    assert next(iter(texts)) == APPLICATION
    for path, text in texts.items():
        if path.endswith(".py"):
            compile(text, path, "exec", dont_inherit=True)
        assert set(re.findall(r"mongodb(?:\+srv)?://[^\"/]*", text)) <= {"mongodb://localhost"}
    if example.request:
        method, path, *_ = example.request.split(" ", 2)
        assert method in METHODS and path.startswith("/")
        assert re.search(r"^app = ", texts[APPLICATION], re.MULTILINE)
    elif rule.code != "PMA110":
        assert re.search(r"^(async )?def main\(\)", texts[APPLICATION], re.MULTILINE)


@each_example
def test_an_example_is_short(rule: Rule, example: Example) -> None:
    lines = [line for text in example.shown.values() for line in text.splitlines()]
    assert len(lines) <= 45
    assert max(map(len, lines)) <= 100


def test_shown_code_has_codes_for_marks() -> None:
    example = Example({"app.py": "\n    import db\n    db.go()  # expect: PMA101, PMA102\n", "db.py": "go = print"})
    assert example.shown == {"app.py": "import db\ndb.go()  # PMA101, PMA102\n", "db.py": "go = print\n"}
    assert list(example.expected) == [("app.py", 2, "PMA101"), ("app.py", 2, "PMA102")]
