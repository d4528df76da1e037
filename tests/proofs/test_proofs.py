"""Every example of every rule is run, and does what its page says."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import pytest
from claims import PROOFS, declared, prove
from server import DELAY, Server, Shop
from stage import Outcome, perform

from pymongo_async_lint.rules import RULES
from pymongo_async_lint.rules.base import Example, Rule

MISTAKES = [(rule, example) for rule in RULES for example in rule.mistakes]
CORRECT = [(rule, example) for rule in RULES for example in rule.correct]


def each(cases: list[tuple[Rule, Example]]) -> pytest.MarkDecorator:
    """One test for each of the examples, named by the rule and the example's number on its page."""
    seen: Counter[str] = Counter()
    params = []
    for rule, example in cases:
        seen[rule.code] += 1
        params.append(pytest.param(rule, example, id=f"{rule.code}-{seen[rule.code]}"))
    return pytest.mark.parametrize(("rule", "example"), params)


def run(rule: Rule, example: Example, server: Server, folder: Path) -> tuple[Outcome, Shop]:
    if example.needs and example.needs not in server.offers:
        pytest.skip(f"needs {example.needs}")
    shop = server.stocked()
    for path, text in example.texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace("mongodb://localhost", server.address), encoding="utf-8")
    with server.slow() if rule.code.startswith("PMA2") else nullcontext():
        return perform(folder, example.request, times=2 if rule.code.startswith("PMA3") else 1), shop


@each(MISTAKES)
def test_mistake(rule: Rule, example: Example, server: Server, tmp_path: Path) -> None:
    outcome, shop = run(rule, example, server, tmp_path)
    prove(example.happens, outcome, shop)


@each(CORRECT)
def test_correct(rule: Rule, example: Example, server: Server, tmp_path: Path) -> None:
    outcome, shop = run(rule, example, server, tmp_path)
    assert not (outcome.error or outcome.warned or outcome.logged)
    assert outcome.stalled < DELAY
    assert all(status < 400 for status in outcome.statuses)
    prove(example.happens, outcome, shop)


def test_every_sentence_has_one_proof_and_every_proof_a_sentence() -> None:
    found = {(rule.code, example.happens): [*declared(example.happens)] for rule, example in MISTAKES + CORRECT}
    unproven = [sentence for sentence, proofs in found.items() if len(proofs) != 1]
    assert not unproven, "claims.py needs one proof of each of these sentences"
    assert PROOFS.keys() == {proof for proofs in found.values() for proof in proofs}, "some prove nothing any more"
