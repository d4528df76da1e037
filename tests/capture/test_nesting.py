from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pymongo_async_lint.capture import nesting
from pymongo_async_lint.capture.nesting import MAX_BRACKETS, MAX_LINKS, MAX_PATTERN, is_deep
from pymongo_async_lint.capture.source import SourceError


def nested_format_strings(depth: int) -> str:
    """As Python 3.12 allows them, with the same quotes inside."""
    return "f'a{b[c]:{" * depth + "d" + "}}'" * depth


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30 + ")" * 30,
        "f(')', " * 30 + ")" * 30,
        "f( # )\n" * 30 + ")" * 30,
        "f('''\n)''', " * 30 + ")" * 30,
        "f('\\\\', ')', " * 30 + ")" * 30,
        "f(f'{a})', " * 30 + ")" * 30,
        nested_format_strings(20),
        "f'''{\n" * 30,
        "a" + ".b()" * 300,
        "not " * 300 + "a",
        "x = a" + " \\\n + b" * 400,
        "('a' # ,\n" + "'b'\n" * 400 + ")",
        "if a: pass\n" + "elif b: pass\n" * 120,
        "a" + ".b(\n)" * 300,
        "a()" + " + '''\n#\n''' + a()" * 300,
        "(" + "-\n" * 600,
    ],
)  # fmt: skip
def test_deep(text: str) -> None:
    assert is_deep(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(" * 20 + ")" * 20,
        "x = '" + "(" * 100 + "'",
        "x = '''" + "(\n" * 100 + "'''",
        "# " + "(" * 100,
        "f'" + "{{" * 100 + "'",
        "f'" + "{a}" * 100 + "'",
        "f'{a[\"b\"]} {c(d(e))!r:>{f}}'\n" * 100,
        "()" * 20 + "\n",
        "[" + "-1, {'a': (b, c)},\n" * 2000 + "]",
        "x = f(a, b=c)\n" * 2000,
        "x = '" + "a + " * 2000 + "'",
        "if a: pass\nelif b: pass\n" * 50,
    ],
)
def test_not_deep(text: str) -> None:
    assert not is_deep(text)


def brackets(count: int) -> str:
    return "x\n" + "(" * count + ")" * count


def links(count: int) -> str:
    return "x\na" + " + b" * count


def branches(count: int) -> str:
    return "x\nif a: pass\n" + "elif b: pass\n" * count


def patterns(count: int) -> str:
    return "match a:\n  case " + "[" * count + "]" * count + ": pass"


def mappings(count: int) -> str:
    return "match a:\n  case " + "{1:\n" * (count // 2) + "b" + "}" * (count // 2) + ": pass"


@pytest.mark.parametrize(
    ("build", "most", "line"),
    [
        (brackets, MAX_BRACKETS, 2),
        (links, MAX_LINKS, 2),
        (branches, MAX_LINKS, MAX_LINKS + 3),
        (patterns, MAX_PATTERN, 2),
        (mappings, MAX_PATTERN, 2 + MAX_PATTERN // 2),
    ],
)
def test_bounds(build: Callable[[int], str], most: int, line: int) -> None:
    for newline in ("\n", "\r\n", "\r"):
        is_deep(build(most).replace("\n", newline))
        with pytest.raises(SourceError, match="nested too deeply") as caught:
            is_deep(build(most + 2).replace("\n", newline))
        assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "'''\ncase " + "(" * 50 + "\n'''",
        "case = f(\n" + "g(" * 20 + ")" * 21,
        "x = '''\nswitch (a) {\n  case 1: {\n" + "{" * 30 + "\n'''",
        "if a: pass\nelif b: pass\n" * (2 * MAX_LINKS),
        "def f():\n  if a: pass\n  elif b: pass\n" * (2 * MAX_LINKS),
        "x = [\n" + "  'a',\n" * (2 * MAX_LINKS) + "]",
        "a + b\n" * (2 * MAX_LINKS),
        "print 'unbalanced )'\n)))\n" * 1000,
    ],
)
def test_within_the_bounds(text: str) -> None:
    is_deep(text)


CHUNK = st.text(alphabet="+-([{}])'\"#frb\\\n:,. a", min_size=1, max_size=12)


@settings(max_examples=400)
@given(CHUNK, st.integers(1, 400), CHUNK)
@example("(')'", 40, "")
@example("f'{(", 40, "")
@example("f\"{f'{", 40, "")
@example("+ '''\n#\n''' + a()", 400, "")
@example("a.b(\n)", 400, "")
@example("a.b(\\\n)", 400, "")
def test_the_quick_look_finds_nothing_shallow_that_is_deep(chunk: str, times: int, end: str) -> None:
    text = chunk * times + end
    try:
        shallow = not is_deep(text)
    except SourceError:
        return
    if shallow:
        scan = nesting._Scan(text)
        scan.run()
        # A field of an f-string, with one pair of brackets in it, escapes the quick look.
        assert scan.most_brackets <= nesting._SHALLOW_BRACKETS + 2
        assert scan.most_links <= 2 * nesting._SHORT
