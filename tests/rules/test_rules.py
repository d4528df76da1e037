"""What all rules promise: codes and names that last, limits that are told, messages that give nothing away."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from msgspec import structs

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.rules.example import Example
from pymongo_async_lint.rules.finding import Finding, Severity
from pymongo_async_lint.rules.migration.base import MigrationRule
from pymongo_async_lint.rules.page import markdown
from pymongo_async_lint.rules.registry import CODES, MIGRATION_CODES, RULES, Rule

TESTS = Path(__file__).parents[1]
CASES = sorted(settings.parent for settings in (TESTS / "fixtures").rglob("pyproject.toml"))
SHOP = TESTS.parent / "examples" / "shop_before"


def all_rules(case: Path) -> Settings:
    """The rules that run without being named, and the one that the case is about."""
    code = case.parent.name
    return Settings(preview=True, extend_select=(code,) if code in MIGRATION_CODES else ())


each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def subclasses(cls: type[Rule]) -> Iterator[type[Rule]]:
    for found in cls.__subclasses__():
        yield found
        yield from subclasses(found)


# --- the rules --------------------------------------------------------------------------------------------------------


@each_rule
def test_a_rule_says_what_it_is(rule: Rule) -> None:
    assert re.fullmatch(r"PMA(002|[1-9]\d\d)", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert re.fullmatch(r"\d+\.\d+\.\d+", rule.since)
    assert isinstance(rule.severity, Severity)


@each_rule
def test_a_rule_gives_its_reason_and_its_limits(rule: Rule) -> None:
    paragraphs = inspect.cleandoc(type(rule).__dict__["__doc__"]).split("\n\n")
    assert re.match(r"[A-Z`].*[.:]", paragraphs[0])
    assert sum(paragraph.startswith("Limits: ") for paragraph in paragraphs) == 1
    assert paragraphs[-1].startswith("Limits: ")


@each_rule
def test_a_rule_shows_mistakes_and_correct_code(rule: Rule) -> None:
    assert isinstance(rule.mistakes, tuple) and rule.mistakes
    assert isinstance(rule.correct, tuple) and rule.correct
    assert {type(example) for example in (*rule.mistakes, *rule.correct)} == {Example}


def test_the_page_tells_what_an_example_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = RULES[0]
    monkeypatch.setattr(rule, "mistakes", (Example("pass", happens="It fails.", needs="a replica set"),), raising=False)
    assert "What happens, given a replica set: It fails." in markdown(rule)


@each_rule
def test_a_rule_says_how_safe_its_fixes_are(rule: Rule) -> None:
    assert re.fullmatch(r"|(Safe|Unsafe)[ :].*\.", rule.fix_safety)


@each_rule
def test_the_options_of_a_rule_are_settings(rule: Rule) -> None:
    assert set(rule.options) <= {field.encode_name for field in structs.fields(Settings)}


@each_rule
def test_a_rule_has_a_file_of_its_own_that_is_named_like_it(rule: Rule) -> None:
    file = Path(inspect.getfile(type(rule)))
    assert file.stem == rule.name.replace("-", "_")
    assert type(rule).__name__ == rule.name.title().replace("-", "")
    assert inspect.getdoc(inspect.getmodule(type(rule))) == rule.code


def test_codes_and_names_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_all_rules_are_shipped() -> None:
    assert set(subclasses(Rule)) - {MigrationRule} == {type(rule) for rule in RULES}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.code[3] in "234"], ids=lambda rule: rule.code)
def test_what_costs_nothing_in_tests_is_not_reported_there(rule: Rule) -> None:
    assert rule.in_tests is (rule.code == "PMA203"), "blocking, clients and responses matter in production only"


# --- the messages -----------------------------------------------------------------------------------------------------

HINTS = ('`{"_id": 0}`', '`str(doc["_id"])`')
"""Pieces of code that the rules themselves propose."""


def texts(finding: Finding) -> list[str]:
    """All that a finding says, without the proposals in it."""
    said = [finding.message, *(related.message for related in finding.related)]
    for hint in HINTS:
        said = [text.replace(hint, "") for text in said]
    return said


@cache
def strings(source: str) -> frozenset[str]:
    nodes = ast.walk(ast.parse(source))
    return frozenset(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def leaks(text: str, source: str) -> set[str]:
    """The strings of a source that a text gives away: in quotation marks, or bare if they can't be mere names."""
    quoted = {part for pair in re.findall(r'"([^"]+)"|(?<!\w)\'([^\']+)\'(?!\w)', text) for part in pair}
    return {
        string
        for string in strings(source)
        if string in quoted or (string in text and re.search(r"\w", string) and not string.isidentifier())
    }


@pytest.mark.parametrize("case", [*CASES, SHOP], ids=lambda case: case.relative_to(TESTS.parent).as_posix())
def test_messages_hold_no_string_of_the_source(case: Path) -> None:
    result = check([case], all_rules(case), cache=False)
    for finding in result.findings:
        places = (finding.place, *(link.place for link in finding.related))
        for text in texts(finding):
            assert '"' not in text and "://" not in text
            for path in {place.path for place in places if place.path.endswith(".py")}:
                assert not leaks(text, result.sources[path]), text


@pytest.mark.parametrize("case", [*CASES, SHOP], ids=lambda case: case.relative_to(TESTS.parent).as_posix())
def test_who_has_a_fix_says_how_safe_it_is(case: Path) -> None:
    safety = {rule.code: rule.fix_safety for rule in RULES}
    for finding in check([case], all_rules(case), cache=False).findings:
        assert finding.fix is None or safety[finding.code], finding.code


MAY_LACK_ADVICE = {"PMA002", "PMA109", "PMA110"}
"""Where it isn't always known what was meant, or where it goes without saying."""


@pytest.mark.parametrize("case", [*CASES, SHOP], ids=lambda case: case.relative_to(TESTS.parent).as_posix())
def test_messages_have_one_tone(case: Path) -> None:
    """The object, what happens at run time, and what to write instead, in two lines of a terminal at most."""
    for finding in check([case], all_rules(case), cache=False).findings:
        message = finding.message
        assert len(message) <= 200, message
        assert not message[0].isupper() and message[-1] not in ".!", message
        assert "`" in message and "  " not in message and "\n" not in message, message
        assert "; " in message or finding.code in MAY_LACK_ADVICE, message


def test_every_rule_is_among_those_looked_at() -> None:
    assert {case.relative_to(TESTS).parts[2] for case in CASES} >= CODES


@pytest.mark.parametrize(
    ("message", "leaked"),
    [
        ("found Ada Lovelace", {"Ada Lovelace"}),
        ("`find_one({'name': 1})`", {"name"}),
        ('`find_one({"name": 1})`', {"name"}),
        ("at mongodb://db here", {"mongodb://db"}),
        ("`find_one()` has no name, it can't", set()),
    ],
)
def test_a_leak_would_be_seen(message: str, leaked: set[str]) -> None:
    assert leaks(message, 'users.find_one({"name": "Ada Lovelace"}, "mongodb://db", "t")') == leaked


SECRETS = """
    import json
    from bson import ObjectId
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse
    from pymongo import AsyncMongoClient, MongoClient

    app = FastAPI()
    users = AsyncMongoClient("mongodb://mallory:hunter2@db.example/?appName=SECRET")["SECRET db"]["SECRET users"]
    sync_users = MongoClient("mongodb://mallory:hunter2@db.example/")["SECRET db"]["SECRET users"]

    @app.get("/SECRET/{name}")
    async def show(name: str):
        client = AsyncMongoClient("mongodb://mallory:hunter2@db.example/")
        users.insert_one({"SECRET": "SECRET value"})
        users["SECRET part"].delete_many({"SECRET": name}, comment="SECRET comment")
        late = users.find_one({"SECRET": "SECRET value"})
        if users.find_one({"SECRET": f"SECRET {name}"}):
            for user in users.find({"SECRET": "SECRET value"}):
                print(user)
        sync_users.find_one({"SECRET": "SECRET value"})
        await users.find({"SECRET": "SECRET value"})
        users.find_won({"SECRET": "SECRET value"})
        async for user in users.aggregate([{"$match": {"SECRET": "SECRET value"}}]):
            json.dumps(await users.find_one({"SECRET": "SECRET value"}))
        return await users.find_one({"SECRET": "SECRET value"})
"""


def test_messages_hold_no_argument(project: Callable[[Mapping[str, str]], Path]) -> None:
    result = check([project({"app.py": SECRETS})])
    found = {finding.code for finding in result.findings}
    assert found >= {"PMA101", "PMA102", "PMA103", "PMA104", "PMA105", "PMA106", "PMA109", "PMA201", "PMA301", "PMA401"}
    for finding in result.findings:
        for text in texts(finding):
            assert "SECRET" not in text and "mallory" not in text and "hunter2" not in text
