"""Where a node stands: loops, handlers, and what has run before it."""

from __future__ import annotations

from textwrap import dedent

import pytest

from pymongo_async_lint.capture import capture
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.around import (
    around,
    guards_around,
    loops_around,
    names_between,
    runs_before,
)
from pymongo_async_lint.link.scopes import expressions_of


def body(text: str) -> f.Block:
    return capture(dedent(text)).body


def call(block: f.Block, name: str) -> f.Call:
    """The call of a function, wherever it stands."""
    found = [
        node
        for node in expressions_of(block)
        if isinstance(node, f.Call) and isinstance(node.func, f.Name) and node.func.id == name
    ]
    functions = (statement.body for statement in block if isinstance(statement, f.FunctionDef))
    return found[0] if found else call(next(functions), name)


@pytest.mark.parametrize(
    "text",
    [
        "first()\nsecond()",
        "x = first()\nif a:\n    second()",
        "with lock:\n    first()\nsecond()",
        "for x in first():\n    pass\nsecond()",
        "if a:\n    first()\n    while b:\n        second()",
        "try:\n    first()\n    second()\nexcept E:\n    pass",
        "y = (first() or b)\nsecond()",
        "return_value = [x for x in first()]\nsecond()",
        "first()\nmatch a:\n    case 1:\n        second()",
    ],
)
def test_runs_before(text: str) -> None:
    block = body(text)
    assert runs_before(block, call(block, "first"), call(block, "second"))


@pytest.mark.parametrize(
    "text",
    [
        "second()\nfirst()",
        "if a:\n    first()\nsecond()",
        "for x in first():\n    second()",
        "if a:\n    first()\nelse:\n    second()",
        "for x in y:\n    first()\nsecond()",
        "while a:\n    first()\nsecond()",
        "try:\n    first()\nexcept E:\n    pass\nsecond()",
        "try:\n    first()\nexcept E:\n    second()",
        "with suppress(E):\n    first()\nsecond()",
        "y = first() if a else 0\nsecond()",
        "y = a and first()\nsecond()",
        "y = [first() for x in z]\nsecond()",
        "match a:\n    case 1:\n        first()\n    case 2:\n        second()",
    ],
)
def test_is_not_sure_to_run_before(text: str) -> None:
    block = body(text)
    assert not runs_before(block, call(block, "first"), call(block, "second"))


def test_loops_and_what_changes_in_them() -> None:
    block = body(
        """
        for user in users:
            email = user.email
            for part in parts:
                go(email, part, other)
        """
    )
    outer, inner = loops_around(block, call(block, "go"))
    assert outer.names == {"user", "email"}
    assert inner.names == {"part"}
    arguments = call(block, "go").args
    assert [outer.changes(one.value) for one in arguments] == [True, False, False]
    assert not outer.ends_early


@pytest.mark.parametrize("text", ["for x in y:\n    go()\n    break", "while True:\n    if go():\n        return x"])
def test_loops_that_end_early(text: str) -> None:
    block = body(f"def g():\n    {text.replace(chr(10), chr(10) + '    ')}")
    function = block[0]
    assert isinstance(function, f.FunctionDef)
    (loop,) = loops_around(function.body, call(block, "go"))
    assert loop.ends_early


@pytest.mark.parametrize(
    "text",
    [
        "for x in go():\n    pass",
        "for x in y:\n    pass\nelse:\n    go()",
        "z = [x for x in go()]",
        "go()\nfor x in y: pass",
    ],
)
def test_what_stands_in_no_loop(text: str) -> None:
    block = body(text)
    assert loops_around(block, call(block, "go")) == []


def test_comprehensions_are_loops() -> None:
    block = body("z = [go(x, y) for x in xs for y in ys]")
    (loop,) = loops_around(block, call(block, "go"))
    assert loop.names == {"x", "y"}


def test_guards() -> None:
    block = body(
        """
        try:
            with x:
                go()
        except (A, B):
            other()
        """
    )
    (handler,) = guards_around(block, call(block, "go"))
    assert isinstance(handler.type, f.Sequence)
    assert list(guards_around(block, call(block, "other"))) == []


def test_around_goes_from_the_outside_in() -> None:
    block = body("if a:\n    x = [await go() for y in z]")
    kinds = [type(node).__name__ for node in around(block, call(block, "go"))]
    assert kinds == ["If", "Assign", "Comprehension", "Await"]


def test_names_in_nested_functions_and_lambdas_count() -> None:
    text = "a = 1\ndef g():\n    return a\nh = lambda: a\n"
    assert len(list(names_between(body(text), "a", 0, len(text)))) == 3
    assert len(list(names_between(body(text), "a", 5, len(text)))) == 2
