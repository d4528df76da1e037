"""What holds for every fix, wherever in the code it is made."""

from __future__ import annotations

import ast
import warnings

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pymongo_async_lint.capture import capture
from pymongo_async_lint.edit import apply, compatible, realise
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.finding import Edit, Finding, Fix, FixKind, Severity

MARKED = "c.go(1)"

AROUND = [
    "{}.a",
    "{}[0]",
    "{}(y)",
    "({})",
    "(  # b\n{}\n)",
    "g({}, y)",
    "g(\n    k={},\n)",
    "g(*{})",
    "[{}]",
    "{{'a': {}}}",
    "({} + 1)",
    "(-{})",
    "({} ** 2)",
    "(2 ** {})",
    "(not {})",
    "({} == y)",
    "(y in {})",
    "({} and y)",
    "(y or {})",
    "({} if y else x)",
    "(y if {} else x)",
    "(y := {})",
    "(await {})",
    "(await ({}))",
    "[{} for y in x]",
    "[y for y in {}]",
    "[y for y in x if {}]",
    "{{y: {} for y in x}}",
    "g(y for y in {})",
    "g({} for y in x)",
    "({} async for y in x)",
    "(lambda: {})",
    "(lambda y={}: y)",
    "x[{}:]",
    "(yield {})",
]
STATEMENTS = [
    "{}",
    "{}; y = 1",
    "return {}",
    "return({})",
    "y = {}",
    "y: int = {}",
    "y += {}",
    "if x: {}",
    "if {}: pass",
    "while not {}:\n    pass",
    "for y in {}:\n    pass",
    "async for y in {}:\n    pass",
    "async with {} as y:\n    pass",
    "with {} as y, x: pass",
    "assert {}, {}",
    "print(f'{{{}}}')",
    "def g(y={}): return y",
    "class G:\n    y = {}",
    "try:\n    pass\nexcept x:\n    {}",
]
KINDS = [
    FixKind.ADD_AWAIT,
    FixKind.MOVE_AWAIT,
    FixKind.REMOVE_AWAIT,
    FixKind.TO_LIST,
    FixKind.ASYNC_FOR,
    FixKind.ASYNC_WITH,
]


@st.composite
def functions(draw: st.DrawFn) -> str:
    """An `async def`, or a `def`, with the marked expression somewhere in it."""
    expression = MARKED
    for around in draw(st.lists(st.sampled_from(AROUND), max_size=4)):
        expression = around.format(expression)
    statement = draw(st.sampled_from(STATEMENTS)).format(expression, expression)
    head = draw(st.sampled_from(["async def f(c, g, x, y):", "async def f(c, g, x, y):  # é", "def f(c, g, x, y):"]))
    indent = draw(st.sampled_from(["    ", "\t", " "]))
    text = f"{head}\n{statement}".replace("\n", f"\n{indent}") + "\n"
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


class Plain(ast.NodeTransformer):
    """Takes away all that the fixes add or move."""

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "to_list" else node

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self.generic_visit(ast.For(**dict(ast.iter_fields(node))))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self.generic_visit(ast.With(**dict(ast.iter_fields(node))))

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        return ast.comprehension(node.target, node.iter, node.ifs, 0)


def meaning(text: str) -> str:
    return ast.dump(Plain().visit(ast.parse(text)))


def compiles(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "app.py", "exec", dont_inherit=True)
        except SyntaxError:
            return False
    return True


@settings(max_examples=300)
@given(functions(), st.sampled_from(KINDS))
def test_a_fix_adds_what_it_says_and_nothing_else(text: str, kind: FixKind) -> None:
    start = text.index(MARKED)
    place = Place("app.py", start, start + len(MARKED))
    finding = Finding("PMA101", "unawaited-call", Severity.ERROR, place, "", fix=Fix(kind, place, True))
    assume(compiles(text))
    (realised,) = realise([finding], lambda path: (capture(text), text))
    if realised.fix is None:
        return
    assert list(realised.fix.edits) == sorted(realised.fix.edits)
    mended = apply(text, realised.fix.edits)
    assert mended != text
    assert compiles(mended)
    assert meaning(mended) == meaning(text)
    assert mended.count("\n") == text.count("\n") and mended.count("#") == text.count("#")
    if kind is FixKind.ADD_AWAIT:
        assert f"await {MARKED}" in mended


# --- many at once -----------------------------------------------------------------------------------------------------

spans = st.tuples(st.integers(0, 30), st.integers(0, 4), st.sampled_from(["", "x", "yz"])).map(
    lambda span: Edit(Place("app.py", span[0], span[0] + span[1]), span[2])
)
TEXT = "".join(chr(ord("A") + number % 26) for number in range(40))


@given(st.lists(st.tuples(spans), max_size=8))
def test_what_is_made_together_is_what_is_made_one_by_one(groups: list[tuple[Edit, ...]]) -> None:
    chosen = [group for group, goes in zip(groups, compatible(groups), strict=True) if goes]
    if groups:
        assert compatible(groups)[0], "the first one wins"
    one_by_one = TEXT
    for edit in sorted({edit for group in chosen for edit in group}, reverse=True):
        one_by_one = one_by_one[: edit.place.start] + edit.text + one_by_one[edit.place.end :]
    assert apply(TEXT, [edit for group in chosen for edit in group]) == one_by_one


def test_groups_count_as_a_whole() -> None:
    def group(*starts: int) -> tuple[Edit, ...]:
        return tuple(Edit(Place("app.py", start, start), "x") for start in starts)

    wanted = [group(1, 9), group(4), group(9, 20), group(20), group(1, 9), (Edit(Place("b.py", 1, 1), "x"),)]
    assert compatible(wanted) == [True, True, False, True, True, True]
