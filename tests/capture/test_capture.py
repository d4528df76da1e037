"""What the facts of a text say."""

from __future__ import annotations

import ast
import gc
import subprocess
import sys
import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pymongo_async_lint.capture import SourceError, capture
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.facts import decode, encode
from pymongo_async_lint.capture.literals import LONGEST_STRING


def shown(value: Any) -> Any:
    """A tree without its places: `Kind(field, …)` as a tuple, names and constants as themselves."""
    if isinstance(value, tuple):
        return [shown(item) for item in value]
    if isinstance(value, f.Name):
        return value.id
    if isinstance(value, f.Constant):
        return repr(value.value)
    if isinstance(value, f.Node):
        return (type(value).__name__, *[shown(getattr(value, field)) for field in value.__struct_fields__[2:]])
    return value


def statement(text: str) -> Any:
    (only,) = capture(text).body
    return only


def expression(text: str) -> Any:
    return statement(text).value


def every_node(value: Any) -> list[f.Node]:
    if isinstance(value, tuple):
        return [node for item in value for node in every_node(item)]
    if not isinstance(value, f.Node):
        return []
    return [value, *[node for field in value.__struct_fields__[2:] for node in every_node(getattr(value, field))]]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.b[c](d, *e, f=g, **h)", ("Call", ("Subscript", ("Attribute", "a", "b"), "c"), [("Argument", "d", None, 0), ("Argument", "e", None, 1), ("Argument", "g", "f", 0), ("Argument", "h", None, 2)])),
        ("await a", ("Await", "a")),
        ("a[b, c]", ("Subscript", "a", ("Sequence", "tuple", ["b", "c"]))),
        ("a[b,]", ("Subscript", "a", ("Sequence", "tuple", ["b"]))),
        ("a[b:c, ::d]", ("Subscript", "a", ("Sequence", "tuple", [("Opaque", "slice", ["b", "c"]), ("Opaque", "slice", ["d"])]))),
        ("a[*b]", ("Subscript", "a", ("Starred", "b"))),
        ("1, 2.5, True, None, 'x', 0x10", ("Sequence", "tuple", ["1", "2.5", "True", "None", "'x'", "16"])),
        ("1j, b'x', ..., 10 ** 20, 100000000000000000000", ("Sequence", "tuple", [("Opaque", "number", []), ("Opaque", "bytes", []), ("Opaque", "ellipsis", []), ("Opaque", "binary", ["10", "20"]), ("Opaque", "number", [])])),
        ("[a, *b], {a}, ()", ("Sequence", "tuple", [("Sequence", "list", ["a", ("Starred", "b")]), ("Sequence", "set", ["a"]), ("Sequence", "tuple", [])])),
        ("{a: b, **c}", ("Dict", [("Entry", "a", "b"), ("Entry", None, "c")])),
        ("{a: b async for c in d if e if f for g in h}", ("Comprehension", "dict", "a", "b", [("ForClause", "c", "d", ["e", "f"], True), ("ForClause", "g", "h", [], False)])),
        ("f(a for b in c)", ("Call", "f", [("Argument", ("Comprehension", "generator", None, "a", [("ForClause", "b", "c", [], False)]), None, 0)])),
        ("a < b is not c not in d != e", ("Compare", "a", ["<", "is not", "not in", "!="], ["b", "c", "d", "e"])),
        ("not a and b and c or d or e", ("BoolOp", "or", [("BoolOp", "and", [("Not", "a"), "b", "c"]), "d", "e"])),
        ("a or (b or c)", ("BoolOp", "or", ["a", ("BoolOp", "or", ["b", "c"])])),
        ("a if b else c", ("Conditional", "b", "a", "c")),
        ("a + b - c * d", ("Opaque", "binary", ["a", "b", ("Opaque", "binary", ["c", "d"])])),
        ("-a", ("Opaque", "unary", ["a"])),
        ("f'x{a}{b!r:>{c}}' f'{d=}'", ("FString", ["a", "b", "c", "d"])),
        ("'a' f'{b}' 'c'", ("FString", ["b"])),
        ("'a' \"b\" r'\\c'", "'ab\\\\c'"),
        ("b'a' b'b'", ("Opaque", "bytes", [])),
        ("t'{a} {b:{c}}'", ("Opaque", "TemplatedString", ["a", "b", "c"])),
        ("(a := b)", ("Walrus", "a", "b")),
        ("lambda a, /, b=c, *d, e, **f: g", ("Lambda", [("Param", "a", "positional", None, None), ("Param", "b", "any", None, "c"), ("Param", "d", "star", None, None), ("Param", "e", "keyword", None, None), ("Param", "f", "doublestar", None, None)], "g")),
        ("(yield)", ("Yield", None, False)),
        ("(yield from a)", ("Yield", "a", True)),
    ],
)  # fmt: skip
def test_expressions(text: str, tree: object) -> None:
    assert shown(expression(text)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a = b.c = d", ("Assign", ["a", ("Attribute", "b", "c")], "d", None)),
        ("a: b = c", ("Assign", ["a"], "c", "b")),
        ("a: b", ("Assign", ["a"], None, "b")),
        ("a //= b", ("AugAssign", "a", "b")),
        ("del a, b", ("Delete", ["a", "b"])),
        ("del (a, b)", ("Delete", [("Sequence", "tuple", ["a", "b"])])),
        ("raise a from b", ("Raise", "a", "b")),
        ("assert a, b", ("Assert", "a", "b")),
        ("pass", ("Jump", "pass")),
        ("nonlocal a, b", ("ScopeChange", "nonlocal", ["a", "b"])),
        ("import a.b, c as d", ("Import", [("ImportedName", "a.b", None), ("ImportedName", "c", "d")])),
        ("from ..a.b import (c, d as e,)", ("ImportFrom", 2, "a.b", [("ImportedName", "c", None), ("ImportedName", "d", "e")], False)),
        ("from ... import *", ("ImportFrom", 3, "", [], True)),
        ("if a: b\nelif c: d\nelse: e", ("If", "a", [("ExprStatement", "b")], [("If", "c", [("ExprStatement", "d")], [("ExprStatement", "e")])])),
        ("while a:\n  break\nelse:\n  continue", ("While", "a", [("Jump", "break")], [("Jump", "continue")])),
        ("async for a, b in c: d", ("For", ("Sequence", "tuple", ["a", "b"]), "c", [("ExprStatement", "d")], [], True)),
        ("async with a as b, c: d; e", ("With", [("WithItem", "a", "b"), ("WithItem", "c", None)], [("ExprStatement", "d"), ("ExprStatement", "e")], True)),
        ("with (a as (b, c), d,): e", ("With", [("WithItem", "a", ("Sequence", "tuple", ["b", "c"])), ("WithItem", "d", None)], [("ExprStatement", "e")], False)),
        ("try: a\nexcept B as c: d\nexcept: e\nelse: g\nfinally: h", ("Try", [("ExprStatement", "a")], [("Handler", "B", "c", [("ExprStatement", "d")]), ("Handler", None, None, [("ExprStatement", "e")])], [("ExprStatement", "g")], [("ExprStatement", "h")], False)),
        ("try: a\nexcept *B: c", ("Try", [("ExprStatement", "a")], [("Handler", "B", None, [("ExprStatement", "c")])], [], [], True)),
        ("try: a\nexcept B, C: c", ("Try", [("ExprStatement", "a")], [("Handler", ("Sequence", "tuple", ["B", "C"]), None, [("ExprStatement", "c")])], [], [], False)),
        ("type A[B: c] = d", ("TypeAlias", "A", "d")),
    ],
)  # fmt: skip
def test_statements(text: str, tree: object) -> None:
    assert shown(statement(text)) == tree


def test_functions_and_classes() -> None:
    text = "@a.b\n@c(d)\nasync def f[T](self, x: int = 1, *, y) -> str:\n    return x\n"
    function = statement(text)
    assert isinstance(function, f.FunctionDef)
    assert (function.name, function.is_async, shown(function.returns)) == ("f", True, "str")
    assert text[function.start : function.end] == text[text.index("async") :].rstrip()
    assert text[function.name_start :].startswith("f[T]")
    assert shown(function.decorators) == [("Attribute", "a", "b"), ("Call", "c", [("Argument", "d", None, 0)])]
    assert shown(function.params[1]) == ("Param", "x", "any", "int", "1")
    assert [param.kind for param in function.params] == ["any", "any", "keyword"]

    cls = statement("class C[T](A, *b, metaclass=M): x: int\n")
    assert isinstance(cls, f.ClassDef)
    assert [(shown(base.value), base.keyword, base.star) for base in cls.bases] == [
        ("A", None, 0),
        ("b", None, 1),
        ("M", "metaclass", 0),
    ]
    assert shown(cls.body) == [("Assign", ["x"], None, "int")]


@pytest.mark.parametrize(
    ("pattern", "tree"),
    [
        ("1 | 'a' | None", ("BoolOp", "or", ["1", "'a'", "None"])),
        ("-1", ("Opaque", "unary", ["1"])),
        ("a.b", ("Attribute", "a", "b")),
        ("_", "_"),
        ("x", "x"),
        ("[a, *b, *_]", ("Sequence", "list", ["a", ("Starred", "b"), ("Starred", "_")])),
        ("(a, b)", ("Sequence", "tuple", ["a", "b"])),
        ("()", ("Sequence", "tuple", [])),
        ("{'a': x, **rest}", ("Dict", [("Entry", "'a'", "x"), ("Entry", None, "rest")])),
        ("A.B(x, y=[z])", ("Call", ("Attribute", "A", "B"), [("Argument", "x", None, 0), ("Argument", ("Sequence", "list", ["z"]), "y", 0)])),
        ("(str() | int()) as x", ("Walrus", "x", ("BoolOp", "or", [("Call", "str", []), ("Call", "int", [])]))),
    ],
)  # fmt: skip
def test_patterns(pattern: str, tree: object) -> None:
    match = statement(f"match subject:\n    case {pattern} if guard: body\n")
    assert isinstance(match, f.Match)
    assert shown(match.subject) == "subject"
    assert shown(match.cases) == [("Case", tree, "guard", [("ExprStatement", "body")])]


def test_places_leave_out_parentheses_around_an_expression() -> None:
    text = "(  ( a )  .b)((c), [(d)], ((e, f)), (), (g for g in h))"
    assert [text[node.start : node.end] for node in every_node(expression(text)) if not isinstance(node, f.Argument)] == [
        text,
        "( a )  .b",
        "a",
        "c",
        "[(d)]",
        "d",
        "e, f",
        "e",
        "f",
        "()",
        "g for g in h",
        "g",
        "for g in h",
        "g",
        "h",
    ]  # fmt: skip


def test_names_are_normalised_as_python_does() -> None:
    assert shown(expression("ﬁnd.ﬁle")) == ("Attribute", "find", "file")
    assert capture("ﬁnd.ﬁle").identifiers == {"find", "file"}


@pytest.mark.parametrize(
    ("annotation", "tree"),
    [
        ("'A'", "A"),
        ("' a.B '", ("Attribute", "a", "B")),
        ("'A | None'", ("Opaque", "binary", ["A", "None"])),
        ("'A' | None", ("Opaque", "binary", ["A", "None"])),
        ("Optional['A']", ("Subscript", "Optional", "A")),
        ("dict[str, list['A.b']]", ("Subscript", "dict", ("Sequence", "tuple", ["str", ("Subscript", "list", ("Attribute", "A", "b"))]))),
        ("'dict[str, \"A\"]'", ("Subscript", "dict", ("Sequence", "tuple", ["str", "A"]))),
        ("Callable[['A'], 'B']", ("Subscript", "Callable", ("Sequence", "tuple", [("Sequence", "list", ["A"]), "B"]))),
        ("Annotated['A', 'b', c]", ("Subscript", "Annotated", ("Sequence", "tuple", ["A", "'b'", "c"]))),
        ("t.Annotated[list['A'], f('b')]", ("Subscript", ("Attribute", "t", "Annotated"), ("Sequence", "tuple", [("Subscript", "list", "A"), ("Call", "f", [("Argument", "'b'", None, 0)])]))),
        ("Literal['A', 'B']", ("Subscript", "Literal", ("Sequence", "tuple", ["'A'", "'B'"]))),
        ("'t.Literal[\"A\"]'", ("Subscript", ("Attribute", "t", "Literal"), "'A'")),
        ("'None'", "None"),
        ("'A' 'B'", "AB"),
        ("'no type'", "'no type'"),
        ("'two words'", "'two words'"),
        ("'if'", "'if'"),
        ("'a = b'", "'a = b'"),
        ("''", "''"),
        (repr("(" * LONGEST_STRING), repr("(" * LONGEST_STRING)),
    ],
)  # fmt: skip
def test_annotations_that_are_strings(annotation: str, tree: object) -> None:
    for text in (
        f"x: {annotation}",
        f"def f(x: {annotation}): pass",
        f"def f() -> {annotation}: pass",
        f"async def f(*x: {annotation}): pass",
    ):
        node = statement(text)
        match node:
            case f.Assign():
                found = node.annotation
            case f.FunctionDef(returns=None):
                found = node.params[0].annotation
            case _:
                found = node.returns
        assert shown(found) == tree


def test_an_annotation_in_a_string_lies_at_the_string() -> None:
    text = "x: Optional['a.B[c]'] = 'd'"
    annotation = statement(text).annotation.index
    assert {text[node.start : node.end] for node in every_node(annotation)} == {"'a.B[c]'"}
    assert len(every_node(annotation)) == 4
    assert shown(statement(text).value) == "'d'"


def test_strings_elsewhere_stay_strings() -> None:
    assert shown(expression("cast('A', b)['C']")) == (
        "Subscript",
        ("Call", "cast", [("Argument", "'A'", None, 0), ("Argument", "b", None, 0)]),
        "'C'",
    )


def test_identifiers_are_all_names() -> None:
    text = (
        "import a.b as c, d\nfrom .e.f import g as h, i\nclass j(k, l=m):\n    n: 'o.p'\n"
        "async def q[r: s](t, /, u=v, *w, x: y, **z):\n    global aa\n    ab.ac(ad=ae, *af)['ag']\n"
        "    try: f'{ah}'\n    except ai as aj: lambda ak: al\n    match am:\n        case an(ao=ap) | {1: 2, **aq} | [*ar]: None\n"
    )
    assert capture(text).identifiers == {*"abcdefghijklmnopqrstuvwxyz"} | {
        f"a{letter}" for letter in "abcdefhijklmnopqr"
    }


def test_facts_hold_no_credentials() -> None:
    secrets = ("hunter2", "root")
    text = """
uri = "mongodb://root:hunter2@db/app"
uri = 'mongodb://' 'root:' "hunter2" '@db'
uri = f"mongodb://root:hunter2@{host}"
uri = b"mongodb://root:hunter2@db"
uri: "mongodb://root:hunter2@db" = R'''mongodb+srv://root:hunter2@db'''
"mongodb://root:hunter2@db"
"""
    data = encode(capture(text))
    assert not any(secret.encode() in data for secret in secrets)
    assert data.count(b"://***@db") == 5


def test_long_strings_are_cut() -> None:
    assert expression(repr("x" * 5000)).value == "x" * LONGEST_STRING


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("x = 1\nx = (\n", 2, 5),
        ("def f(:\n    pass\n", 1, 7),
        ("x = 'a\n", 1, 5),
        ("é = 1\r\nß )\r\n", 2, 3),
        ("if x:\ny\n", 2, 1),
    ],
)
def test_syntax_errors_have_the_place_that_python_gives_them(text: str, line: int, column: int) -> None:
    with pytest.raises(SourceError) as caught:
        capture(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    with pytest.raises(SyntaxError) as of_python:
        ast.parse(text)
    assert caught.value.message == of_python.value.msg


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("x = 1\ny\0", 2, 2, "source code can't hold null characters"),
        ("x = '\ud800'", 1, 6, "a lone surrogate is no character"),
        ("y = 0\n(x): int = 1", 2, 1, "LibCST does not parse this"),
        ("x\n" + "(" * 100_000, 2, 502, "nested too deeply"),
        ("x\n" + "f(" * 100_000 + ")" * 100_000, 2, 1003, "nested too deeply"),
        ("-" * 100_000 + "x", 1, 100_002, "nested too deeply"),
        ("match x:\n    case " + "[" * 50 + "]" * 50 + ": pass", 2, 25, "nested too deeply"),
    ],
)
def test_what_cannot_be_parsed_has_a_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        capture(text)
    assert caught.value.message == message
    assert (caught.value.line, caught.value.column) == (line, column)


def test_python_2_is_refused() -> None:
    with pytest.raises(SourceError):
        capture("print 'a'\n")


PIECES = [
    *"ab1 \n\t()[]{}:=.,'\"#\\@*-fé\r\x0c;",
    " in ",
    " if",
    "else ",
    "not",
    "lambda",
    "return",
    "yield ",
    "async ",
    "await(",
    "for ",
    "def f(",
    "class A",
    "case ",
    "match ",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_captured_or_refused(text: str) -> None:
    try:
        facts = capture(text)
    except SourceError as error:
        assert error.line >= 1 and error.column >= 1
    else:
        for node in every_node(facts.body):
            assert 0 <= node.start <= node.end <= len(text)


DEEP = {
    "parentheses": ("(" * 300 + "x" + ")" * 300, 1),
    "lists": ("[" * 300 + "x" + "]" * 300, 301),
    "calls": ("f(" * 220 + ")" * 220, 440),
    "a chain of calls": ("a" + ".b()" * 400, 801),
    "a sum": ("a" + " + b" * 1000, 1002),
    "a disjunction": ("a" + " or b" * 2000, 2002),
    "strings": ("'a' " * 2000, 1),
    "negations": ("not " * 500 + "x", 501),
    "lambdas": ("lambda: " * 500 + "x", 501),
    "conditionals": ("a if b else " * 500 + "c", 1501),
}  # fmt: skip


@pytest.mark.parametrize("kind", DEEP)
def test_deep_expressions_are_captured(kind: str) -> None:
    text, size = DEEP[kind]
    facts = capture(text)
    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(50_000)  # for this test's own walk
        nodes = [node for node in every_node(facts.body[0]) if not isinstance(node, f.ExprStatement | f.Argument)]
    finally:
        sys.setrecursionlimit(before)
    assert len(nodes) == size
    assert decode(encode(facts)).identifiers == facts.identifiers


def test_a_long_elif_chain_is_captured() -> None:
    branch = statement("if a0: pass\n" + "".join(f"elif a{i}: pass\n" for i in range(1, 1000)) + "else: b\n")
    for i in range(1000):
        assert shown(branch.test) == f"a{i}"
        (branch,) = branch.orelse
    assert shown(branch) == ("ExprStatement", "b")


def test_a_caller_with_little_recursion_left_gets_facts() -> None:
    text = "\n".join(f"{' ' * i}if a{i}:" for i in range(90)) + "\n" + " " * 90 + "x"

    def deeper(frames: int) -> f.Facts:
        return deeper(frames - 1) if frames else capture(text)

    limit = sys.getrecursionlimit()
    frames = 0
    frame = sys._getframe()
    while frame.f_back is not None:
        frames += 1
        frame = frame.f_back
    assert len(deeper(limit - frames - 150).identifiers) == 91


def test_limits_and_collector_are_as_before() -> None:
    limit, size = sys.getrecursionlimit(), threading.stack_size()
    capture(DEEP["negations"][0])
    with pytest.raises(SourceError):
        capture("x x")
    assert (sys.getrecursionlimit(), threading.stack_size(), gc.isenabled()) == (limit, size, True)
    gc.disable()
    try:
        capture("x")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_facts_survive_a_round_trip() -> None:
    with open(__file__, encoding="utf-8") as file:
        facts = capture(file.read())
    data = encode(facts)
    again = decode(data)
    assert encode(again) == data
    assert shown(again.body) == shown(facts.body)
    assert again.identifiers == facts.identifiers
    assert [(node.start, node.end) for node in every_node(again.body)] == [
        (node.start, node.end) for node in every_node(facts.body)
    ]


def test_equal_texts_give_equal_bytes_in_every_process() -> None:
    program = (
        "from pymongo_async_lint.capture import capture, facts; print(facts.encode(capture('a.b(c=d) + e.f')).hex())"
    )
    outputs = {
        subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(outputs) == 1


def test_libcst_is_imported_only_to_capture() -> None:
    program = (
        "import sys\n"
        "from pymongo_async_lint.capture import SourceError, capture, facts, frontend, source\n"
        "facts.decode(facts.encode(facts.Facts(1, (), frozenset())))\n"
        "assert 'libcst' not in sys.modules\n"
        "capture('')\n"
        "assert 'libcst' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, check=True)
