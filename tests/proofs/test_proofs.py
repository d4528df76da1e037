"""Every example of every rule is run, and does what its page and its finding say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest
from claims import PROOFS, declared, prove
from server import DELAY, Server, Shop
from stage import Outcome, perform

from pymongo_async_lint.checker import Result, check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.fixer import Fixed, fix
from pymongo_async_lint.fixer import write as write_fixed
from pymongo_async_lint.rules.base import Example, FixKind, Rule
from pymongo_async_lint.rules.registry import RULES

SLOW = ("PMA2", "PMA601", "PMA906")
"""Rules about what goes on while the server works."""

EXAMPLES = [(rule, example) for rule in RULES for example in (*rule.mistakes, *rule.correct)]


def each(kind: str) -> Iterator[object]:
    for rule in RULES:
        for number, example in enumerate(getattr(rule, kind)):
            yield pytest.param(rule, example, id=f"{rule.code}-{number}")


def write(example: Example, folder: Path) -> None:
    for path, text in {"pyproject.toml": "[tool.pymongo-async-lint]\n", **example.texts}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def run(rule: Rule, example: Example, server: Server, folder: Path) -> tuple[Outcome, Shop]:
    """Run what lies in the folder, as the example asks for."""
    if example.needs and example.needs not in server.offers:
        pytest.skip(f"needs {example.needs}")
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("mongodb://localhost", server.address), encoding="utf-8")
    shop = server.stocked()
    with server.slow() if rule.code.startswith(SLOW) else nullcontext():
        return perform(folder, example.request, times=2 if rule.code.startswith("PMA3") else 1), shop


@pytest.mark.parametrize(("rule", "example"), [*each("mistakes")])
def test_mistake(rule: Rule, example: Example, server: Server, tmp_path: Path) -> None:
    write(example, tmp_path)
    outcome, shop = run(rule, example, server, tmp_path)
    prove(example.happens, outcome, shop)
    named = (rule.code,) if rule.only_when_named else ()
    (finding, *_) = check([tmp_path], Settings(preview=True, extend_select=named)).findings
    for error in re.findall(r"\b[A-Z]\w*(?:Error|Operation)\b", finding.message):
        assert outcome.error.startswith(f"{error}: ")


@pytest.mark.parametrize(("rule", "example"), [*each("correct")])
def test_correct(rule: Rule, example: Example, server: Server, tmp_path: Path) -> None:
    write(example, tmp_path)
    outcome, shop = run(rule, example, server, tmp_path)
    assert not (outcome.error or outcome.warned or outcome.logged)
    assert outcome.stalled < DELAY
    assert all(status < 500 for status in outcome.statuses)
    prove(example.happens, outcome, shop)


NOT_FIXED = {"PMA109-1", "PMA404-0", "PMA501-1", "PMA501-2"}
"""Mistakes without a fix, of rules that have fixes."""

FIXED = {
    "PMA101-1": "`DuplicateKeyError: E11000`",
    "PMA101-2": "The event is rolled back.",
}
"""What mistakes do once they are fixed, where no correct example of the page does the same."""

FIXABLE = [(f"{r.code}-{n}", r, m) for r in RULES if r.fix_safety for n, m in enumerate(r.mistakes)]


def fixed(example: Example, folder: Path) -> Fixed:
    """Fix a mistake, in place."""
    write(example, folder)

    def check_with(contents: Mapping[Path, bytes]) -> Result:
        return check([folder], Settings(preview=True), overrides=contents, cache=False)

    done = fix([folder], check_with, unsafe=True)
    assert not write_fixed(done).problems
    return done


@pytest.mark.parametrize(
    ("name", "rule", "example"), [pytest.param(*case, id=case[0]) for case in FIXABLE if case[0] not in NOT_FIXED]
)
def test_fixed(name: str, rule: Rule, example: Example, server: Server, tmp_path: Path) -> None:
    """What is fixed does what correct code does."""
    assert not fixed(example, tmp_path).remaining.findings
    outcome, shop = run(rule, example, server, tmp_path)
    assert not (outcome.warned or outcome.logged)
    if name in FIXED:
        prove(FIXED[name], outcome, shop)
    else:
        assert not outcome.error
        assert any(is_true(correct.happens, outcome, shop) for correct in rule.correct)


def is_true(sentence: str, outcome: Outcome, shop: Shop) -> bool:
    try:
        prove(sentence, outcome, shop)
    except AssertionError:
        return False
    return True


def test_every_kind_of_fix_is_run(tmp_path: Path) -> None:
    kinds = set()
    for name, _, example in FIXABLE:
        write(example, tmp_path / name)
        result = check([tmp_path / name], Settings(preview=True), cache=False)
        found = {finding.fix.kind for finding in result.findings if finding.fix is not None}
        assert bool(found) is (name not in NOT_FIXED)
        kinds |= found
    assert kinds == set(FixKind)


def test_every_sentence_has_one_proof_and_every_proof_a_sentence() -> None:
    found = {(rule.code, example.happens): [*declared(example.happens)] for rule, example in EXAMPLES}
    found |= {(name, sentence): [*declared(sentence)] for name, sentence in FIXED.items()}
    unproven = [sentence for sentence, proofs in found.items() if len(proofs) != 1]
    assert not unproven, "claims.py needs one proof of each of these sentences"
    assert PROOFS.keys() == {proof for proofs in found.values() for proof in proofs}, "claims.py has more than it needs"
