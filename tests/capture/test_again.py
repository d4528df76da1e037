"""A text that is edited has the facts that it would have if nobody had seen it before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.capture import SourceError, capture
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.again import Captured, captured
from pymongo_async_lint.capture.frontend import capture_pieces

FIXTURES = Path(__file__).parents[1] / "fixtures"


def assert_same(now: Captured, text: str) -> None:
    assert f.encode(now.facts) == f.encode(capture(text))
    assert now.text == text
    ends = [0, *[piece.end for piece in now.pieces]]
    assert [piece.start for piece in now.pieces] == ends[:-1]
    assert ends[-1] == len(text)


def try_again(before: Captured, text: str) -> Captured:
    """The next text, if it can be parsed: then and only then, with the facts that it has by itself."""
    try:
        capture(text)
    except SourceError as expected:
        with pytest.raises(SourceError) as refused:
            before.again(text)
        assert (str(refused.value), refused.value.line) == (str(expected), expected.line)
        return before
    now = before.again(text)
    assert_same(now, text)
    return now


SMALL = "import a\n\n\n@b\ndef f(x: 'C'):\n    return x\n\n\n# about y\ny = f(1); z = 2\nclass D:\n    e = y\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return x", "return x.y"),
        ("import a", "import a, b"),
        ("import a\n", ""),
        ("\n\n\n@b", "\nelse: pass\n@b"),
        ("\n\n\n@b", " \\\n\n@b"),
        ("@b\n", ""),
        ("@b\n", "@b\n@c\n"),
        ("import a\n", "if a:\n    b\n"),
        ("class D", "@z\nclass D"),
        ("@b\n", '"""'),
        ("# about y", "else"),
        ("# about y", "# about (y\\"),
        ("z = 2\n", "z = 2;"),
        ("z = 2\n", "z = (2\n"),
        ("class", "\x0cclass"),
        ("# about y\n", "\n#"),
        ("    e = y\n", "    e = y"),
        ("    e = y\n", "    e = y\nf"),
        (SMALL, ""),
        (SMALL, "# nothing\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_an_edit_and_its_undoing(old: str, new: str, newline: str) -> None:
    first = SMALL.replace("\n", newline)
    second = SMALL.replace(old, new).replace("\n", newline)
    assert first != second
    between = try_again(captured(first), second)
    assert_same(between.again(first), first)


LINES = ["x = 1", "if x:", "    y(x)", "else:", "def f(a):", "    return a", "@f", "", "  # c", "(", ")", "'''", "\\"]
texts = st.lists(st.sampled_from(LINES), max_size=8).map("\n".join)


@given(st.lists(texts, min_size=2, max_size=5), st.sampled_from(["", "\n"]))
def test_any_row_of_texts(found: list[str], end: str) -> None:
    now = captured("")
    for text in found:
        now = try_again(now, text + end)


@pytest.mark.parametrize("name", ["rules/PMA101", "rules/PMA202", "rules/PMA401", "resolution/discord_bot"])
def test_random_edits_of_real_code(name: str) -> None:
    chance = random.Random(name)
    for path in sorted((FIXTURES / name).rglob("*.py")):
        now = captured(path.read_text())
        for _ in range(12):
            start = chance.randrange(len(now.text) + 1)
            end = min(start + chance.choice([0, 1, 7, 80]), len(now.text))
            new = chance.choice(["", "\n", "    ", "x", " = y\n", now.text[start : start + 40]])
            now = try_again(now, now.text[:start] + new + now.text[end:])


def test_what_stands_before_an_edit_stays_the_very_same() -> None:
    before = captured(SMALL)
    now = before.again(SMALL.replace("e = y", "e = yes"))
    assert all(one is other for one, other in zip(before.facts.body[:-1], now.facts.body[:-1], strict=True))
    assert now.facts.body[-1] is not before.facts.body[-1]


def test_only_what_is_around_an_edit_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = captured(SMALL)
    parsed = []
    real = capture_pieces
    monkeypatch.setattr(
        "pymongo_async_lint.capture.again.capture_pieces", lambda text: parsed.append(text) or real(text)
    )
    before.again(SMALL.replace("return x", "return x.y"))
    assert parsed == ["@b\ndef f(x: 'C'):\n    return x.y\n\n\n# about y\n"]
