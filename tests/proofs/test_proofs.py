"""Every example of every rule is run, and does what its page and its finding say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from claims import PROOFS, declared, prove
from server import DELAY, Server, Shop
from stage import Outcome, perform

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.rules.base import Example, Rule
from pymongo_async_lint.rules.registry import RULES

SLOW = ("PMA2", "PMA601")
"""Rules about what goes on while the server works."""

EXAMPLES = [(rule, example) for rule in RULES for example in (*rule.mistakes, *rule.correct)]


def each(kind: str) -> Iterator[object]:
    for rule in RULES:
        for number, example in enumerate(getattr(rule, kind)):
            yield pytest.param(rule, example, id=f"{rule.code}-{number}")


def run(rule: Rule, example: Example, server: Server, folder: Path) -> tuple[Outcome, Shop]:
    if example.needs and example.needs not in server.offers:
        pytest.skip(f"needs {example.needs}")
    for path, text in {"pyproject.toml": "[tool.pymongo-async-lint]\n", **example.texts}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.replace("mongodb://localhost", server.address), encoding="utf-8")
    shop = server.stocked()
    with server.slow() if rule.code.startswith(SLOW) else nullcontext():
        return perform(folder, example.request, times=2 if rule.code.startswith("PMA3") else 1), shop


@pytest.mark.parametrize(("rule", "example"), [*each("mistakes")])
def test_mistake(rule: Rule, example: Example, server: Server, tmp_path: Path) -> None:
    outcome, shop = run(rule, example, server, tmp_path)
    prove(example.happens, outcome, shop)
    (finding, *_) = check([tmp_path], Settings(preview=True)).findings
    for error in re.findall(r"\b[A-Z]\w*(?:Error|Operation)\b", finding.message):
        assert outcome.error.startswith(f"{error}: ")


@pytest.mark.parametrize(("rule", "example"), [*each("correct")])
def test_correct(rule: Rule, example: Example, server: Server, tmp_path: Path) -> None:
    outcome, shop = run(rule, example, server, tmp_path)
    assert not (outcome.error or outcome.warned or outcome.logged)
    assert outcome.stalled < DELAY
    assert all(status < 500 for status in outcome.statuses)
    prove(example.happens, outcome, shop)


def test_every_sentence_has_one_proof_and_every_proof_a_sentence() -> None:
    found = {(rule.code, example.happens): [*declared(example.happens)] for rule, example in EXAMPLES}
    unproven = [sentence for sentence, proofs in found.items() if len(proofs) != 1]
    assert not unproven, "claims.py needs one proof of each of these sentences"
    assert PROOFS.keys() == {proof for proofs in found.values() for proof in proofs}, "claims.py has more than it needs"
