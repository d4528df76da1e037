"""A text that is edited has the facts that it would have if nobody had seen it before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.capture import SourceError, capture
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.again import Captured, captured
from pymongo_async_lint.capture.frontend import capture_pieces
from pymongo_async_lint.capture.room import ROOM, with_room

FIXTURES = Path(__file__).parents[1] / "fixtures"


def assert_same(now: Captured, text: str) -> None:
    written = now.as_written()
    assert f.encode(written) == f.encode(capture(text))
    assert now.text == text
    assert_laid_out(now, written)
    ends = [0, *[part.end for part in now.parts]]
    assert [part.start for part in now.parts] == ends[:-1]
    assert ends[-1] == len(text)


def assert_laid_out(now: Captured, written: f.Facts) -> None:
    """Nothing overlaps, all is in the order of the text, and every place leads to that of the text and back."""
    for part, behind in pairwise(now.parts):
        assert part.until < behind.at if now.room else part.until == behind.at
    places, places_in_text = list(places_in(now.facts.body)), list(places_in(written.body))
    layout = now.layout
    assert [layout.to_text(place) for place in places] == places_in_text
    assert [layout.to_text(layout.to_facts(place)) for place in places_in_text] == places_in_text


def places_in(value: object) -> Iterator[int]:
    if isinstance(value, tuple):
        for item in value:
            yield from places_in(item)
    elif isinstance(value, f.Node):
        yield from (value.start, value.end)
        for name in value.__struct_fields__[2:]:
            yield from (value.name_start,) if name == "name_start" else places_in(getattr(value, name))


ROOMS = pytest.mark.parametrize("room", [0, 9, ROOM])


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
@ROOMS
def test_an_edit_and_its_undoing(old: str, new: str, newline: str, room: int) -> None:
    first = SMALL.replace("\n", newline)
    second = SMALL.replace(old, new).replace("\n", newline)
    assert first != second
    between = try_again(captured(first, room), second)
    assert_same(between.again(first), first)


LINES = ["x = 1", "if x:", "    y(x)", "else:", "def f(a):", "    return a", "@f", "", "  # c", "(", ")", "'''", "\\"]
texts = st.lists(st.sampled_from(LINES), max_size=8).map("\n".join)


@given(st.lists(texts, min_size=2, max_size=5), st.sampled_from(["", "\n"]), st.sampled_from([0, 1, 9, ROOM]))
def test_any_row_of_texts(found: list[str], end: str, room: int) -> None:
    now = captured("", room)
    for text in found:
        now = try_again(now, text + end)


@pytest.mark.parametrize("name", ["rules/PMA101", "rules/PMA202", "rules/PMA401", "resolution/discord_bot"])
@pytest.mark.parametrize("room", [0, ROOM])
def test_random_edits_of_real_code(name: str, room: int) -> None:
    chance = random.Random(name)
    for path in sorted((FIXTURES / name).rglob("*.py")):
        now = captured(path.read_text(), room)
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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return x", "return x.y.z"),
        ("import a\n", "import a\nimport b\nimport c\n"),
        ("return x", "return x\n\n\ndef g():\n    pass"),
        ("@b\n", "@b(1, 2)\n"),
    ],
)
def test_where_there_is_room_what_stands_behind_an_edit_stays_too(old: str, new: str) -> None:
    before = captured(SMALL, ROOM)
    now = before.again(SMALL.replace(old, new))
    assert now.parts[-1].start != before.parts[-1].start
    assert [node for node in before.facts.body[-3:] if node not in now.facts.body] == []
    started = [node.start for node in now.facts.body if isinstance(node, f.FunctionDef) and node.name == "f"]
    assert started == [
        node.start + len(new) - len(old) if new[0] == "@" else node.start for node in before.facts.body[1:2]
    ]


def test_facts_get_the_room_that_a_captured_text_gives_them() -> None:
    text = SMALL.replace("; z = 2", "")
    facts, layout = with_room(capture(text), ROOM)
    now = captured(text, ROOM)
    assert f.encode(facts) == f.encode(now.facts)
    places = list(places_in(facts.body))
    assert [layout.to_text(place) for place in places] == [now.layout.to_text(place) for place in places]


def test_only_what_is_around_an_edit_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = captured(SMALL)
    parsed = []
    real = capture_pieces
    monkeypatch.setattr(
        "pymongo_async_lint.capture.again.capture_pieces", lambda text: parsed.append(text) or real(text)
    )
    before.again(SMALL.replace("return x", "return x.y"))
    assert parsed == ["@b\ndef f(x: 'C'):\n    return x.y\n\n\n# about y\n"]
