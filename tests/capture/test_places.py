"""Every place that capture gives, against those of Python's own `ast`."""

from __future__ import annotations

import ast
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pymongo_async_lint.capture import capture
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.literals import presentable
from pymongo_async_lint.capture.source import decode, line_starts

# What differs on purpose, and is left out on both sides:
# - tuples and generators: to `ast` their parentheses are part of them;
# - arithmetic: a chain is one node in facts;
# - starred arguments and the fields of f-strings before Python 3.12, where `ast` gives wrong places;
# - the inside of patterns, which facts write as expressions, and type parameters, which they leave out;
# - annotations written as strings, where facts have what the string says.
KINDS: dict[type, str] = {
    f.Name: "Name",
    f.Attribute: "Attribute",
    f.Call: "Call",
    f.Await: "Await",
    f.Subscript: "Subscript",
    f.Dict: "Dict",
    f.Compare: "Compare",
    f.Not: "UnaryOp",
    f.BoolOp: "BoolOp",
    f.Conditional: "IfExp",
    f.FString: "JoinedStr",
    f.Walrus: "NamedExpr",
    f.Yield: "Yield",
    f.Lambda: "Lambda",
    f.ExprStatement: "Expr",
    f.AugAssign: "AugAssign",
    f.Return: "Return",
    f.Delete: "Delete",
    f.Raise: "Raise",
    f.Assert: "Assert",
    f.Import: "Import",
    f.ImportFrom: "ImportFrom",
    f.ImportedName: "alias",
    f.If: "If",
    f.While: "While",
    f.For: "For",
    f.With: "With",
    f.Try: "Try",
    f.Handler: "ExceptHandler",
    f.Match: "Match",
    f.FunctionDef: "FunctionDef",
    f.ClassDef: "ClassDef",
    f.TypeAlias: "TypeAlias",
    f.Param: "arg",
    f.Assign: "Assign",
}
SAME = {
    "AnnAssign": "Assign",
    "AsyncFor": "For",
    "AsyncWith": "With",
    "AsyncFunctionDef": "FunctionDef",
    "TryStar": "Try",
    "YieldFrom": "Yield",
    "ListComp": "list comprehension",
    "SetComp": "set comprehension",
    "DictComp": "dict comprehension",
    "List": "list",
    "Set": "set",
    "Slice": "slice",
    "Break": "break",
    "Continue": "continue",
    "Pass": "pass",
    "Global": "global",
    "Nonlocal": "nonlocal",
    "TypeAlias": "TypeAlias",
}
Found = tuple[str, int, int, object]


def from_facts(value: Any) -> Iterator[Found]:
    if isinstance(value, tuple):
        for item in value:
            yield from from_facts(item)
    if not isinstance(value, f.Node):
        return
    if isinstance(value, f.Match):
        yield "Match", value.start, value.end, None
        yield from from_facts(value.subject)
        yield from from_facts(tuple((case.guard, case.body) for case in value.cases))
        return
    kind = KINDS.get(type(value))
    detail: object = None
    match value:
        case f.Name(id=detail) | f.Attribute(attr=detail):
            pass
        case f.Constant(value=constant):
            kind, detail = "Constant", repr(constant)
        case f.Opaque(kind="bytes" | "number" | "ellipsis"):
            kind, detail = "Constant", value.kind
        case f.Opaque(kind="unary"):
            kind = "UnaryOp"
        case f.Opaque(kind="slice"):
            kind = "slice"
        case f.Sequence(kind="list" | "set"):
            kind = value.kind
        case f.Comprehension(kind="list" | "set" | "dict"):
            kind = f"{value.kind} comprehension"
        case f.Jump() | f.ScopeChange():
            kind = value.kind
        case f.Param() | f.FunctionDef() | f.ClassDef():
            detail = value.name
    if kind is not None:
        yield kind, value.start, value.end, detail
    for field in value.__struct_fields__[2:]:
        yield from from_facts(getattr(value, field))


class FromAst(ast.NodeVisitor):
    def __init__(self, text: str) -> None:
        self.starts = line_starts(text)
        self.lines = [text[start:end] for start, end in zip(self.starts, [*self.starts[1:], len(text)], strict=True)]
        self.found: list[Found] = []
        self.left_out: list[tuple[int, int]] = []

    def offset(self, line: int, column: int) -> int:
        before = self.lines[line - 1]
        if not before.isascii():
            column = len(before.encode()[:column].decode())
        return self.starts[line - 1] + column

    def span(self, node: Any) -> tuple[int, int]:
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def visit(self, node: ast.AST) -> None:
        kind = type(node).__name__
        kind = SAME.get(kind, kind)
        detail: object = None
        match node:
            case ast.Name(id=detail) | ast.Attribute(attr=detail) | ast.arg(arg=detail):
                pass
            case ast.FunctionDef(name=detail) | ast.AsyncFunctionDef(name=detail) | ast.ClassDef(name=detail):
                pass
            case ast.Constant(value=value):
                detail = self.constant(value)
        if isinstance(node, ast.alias) and node.name == "*":
            return
        if kind in KINDS.values() or kind in SAME.values() or kind == "Constant":
            self.found.append((kind, *self.span(node), detail))
        if isinstance(node, ast.JoinedStr):
            if sys.version_info < (3, 12):
                self.left_out.append(self.span(node))
                return
            self.fields(node)
            return
        if isinstance(node, ast.Match):
            self.visit(node.subject)
            for case in node.cases:
                for part in (case.guard, *case.body):
                    if part is not None:
                        self.visit(part)
            return
        for name, value in ast.iter_fields(node):
            if name == "type_params" or (name == "name" and isinstance(value, ast.Name)):
                continue
            if name in ("annotation", "returns") and value is not None:
                self.strings(value)
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    self.visit(child)

    def fields(self, string: ast.JoinedStr) -> None:
        for part in string.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)
                if isinstance(part.format_spec, ast.JoinedStr):
                    self.fields(part.format_spec)

    def strings(self, annotation: ast.expr) -> None:
        for node in ast.walk(annotation):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.left_out.append(self.span(node))

    @staticmethod
    def constant(value: object) -> object:
        if isinstance(value, bytes):
            return "bytes"
        if isinstance(value, complex) or (isinstance(value, int) and value >= 2**64):
            return "number"
        if value is ...:
            return "ellipsis"
        if isinstance(value, str):
            return repr(presentable("".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)))
        return repr(value)


def assert_places_match(text: str) -> None:
    reference = FromAst(text)
    reference.visit(ast.parse(text))
    left_out = reference.left_out

    def kept(found: Found) -> bool:
        kind, start, end, _ = found
        return not any(a <= start and end <= b and (a, b) != (start, end) for a, b in left_out) and not (
            kind != "JoinedStr" and (start, end) in left_out
        )

    expected = Counter(filter(kept, reference.found))
    actual = Counter(filter(kept, from_facts(capture(text).body)))
    assert not actual - expected, "only in facts"
    assert not expected - actual, "only in ast"


def library_files() -> list[Path]:
    """Small and middling modules of the standard library, and all that it has to test the grammar with."""
    library = Path(sysconfig.get_path("stdlib"))
    files = [file for file in library.glob("*/*.py") if "site-packages" not in file.parts and "test" not in file.parts]
    files += library.glob("*.py")
    return sorted(file for file in files if file.stat().st_size < 6000)


@pytest.mark.filterwarnings("ignore")
def test_places_in_the_standard_library_are_those_of_ast() -> None:
    files = library_files()
    assert len(files) > 150
    wrong = []
    for file in files:
        try:
            assert_places_match(decode(file.read_bytes()).text)
        except AssertionError as error:
            wrong.append(f"{file}: {error}")
    assert not wrong


SYNTAX = [
    "",
    "\n",
    "# only a comment",
    "x # a comment",
    "x;# a comment",
    "x # a comment\r",
    "\t# a comment\n\n",
    "x",
    "x = 1\r\ny = 2\r\n",
    "x = 1\ry = 2\r",
    "x = 1\r",
    "x = '''a\r\nb\rc'''\r\ny",
    "\x0cx = 1\n\x0c\ndef f():\n\x0c    return\x0c x\n\x0c",
    "if a:\n\tb\n\tif c:\n\t\td\n",
    "é = ü + 'ß𝄞' + x\nf(é, 𝐱, ü)\n",  # noqa: RUF001
    "'𝄞'; a.b('𝄞', c)\n",
    "a = b; c = d;\nif a: b; c;\n",
    "x = \\\n    y + \\\n  z\n",
    "x = (  # comment )\n    a\n    # more (\n    .b\n    .c( d , e = f )\n)\n",
    "((a)).b\n((a.b))(((c)), (d), *(e), **(f))\n(a)[(b)]\n(await_)\n",
    "async def f():\n    await a\n    (await (a))\n    async with a as b, c as (d, e): pass\n    async for x in y:\n        yield x\n    else:\n        return\n    return [x async for x in y if x if z for a in b]\n",
    "x = not a\ny = not (a and b or c and not d)\nz = a if b else c if d else e\n",
    "a < b <= c == d != e is not f not in g in h is i > j >= k\n",
    "f(a, b=1, *c, d=2, **e)\nf(x for x in y)\nf(a)(b)(c)\n",
    "a[1], a[1:2], a[::], a[:, 1], a[b, ...], a[1:2:3], a[b,], a[*b]\n",
    "{}, {1: 2}, {1: 2, **a, 'b': {c}}, {1, *a}, [], [1, *a], (), (1,), 1, (1, 2)\n",
    "{a: b for a, b in c}, {a for a in b}, [[a for a in b] for b in c]\n",
    "lambda: 0\nlambda a, /, b, *c, d=1, **e: (a, b)\nlambda *, a: a\n",
    "def f(a: int, /, b: str = 'x', *args: a.b, c, d: int = 1, **kw: c) -> d.e: ...\n",
    "def f(a, /): pass\ndef g(*, a): pass\ndef h(a, /, *, b=1,): pass\n",
    "@a\n# comment\n@b.c(d)\n\nclass C(a.B, *args, metaclass=M, **kw):\n    x: int\n    y: 'A[B]' = 1\n    z: int\n\n    @property\n    async def f(self): pass\n",
    "class A: pass\nclass B(): pass\nclass C((a)): pass\n",
    "if a: pass\nelif b:\n    pass\nelif (c): pass\nelse:\n    pass\n",
    "while a:\n    break\nelse:\n    continue_\n",
    "for a, *b in c, d:\n    continue\nelse: pass\n",
    "try: a\nexcept: b\n",
    "try:\n    a\nexcept (A, B) as e:\n    b\nexcept C: c\nelse:\n    d\nfinally:\n    e\n",
    "try: pass\nexcept* A as e: pass\nexcept *(B, C): pass\n",
    "with a, b as c, (d) as e: pass\nwith (a as b, c): pass\nwith (a): pass\nwith (a, b): pass\nwith (a as b,): pass\n",
    "import a, b.c as d, e . f\nfrom a import b\nfrom . import c as d, e\nfrom .. a import (b, c as d,)\nfrom ... import *\n",
    "global a, b\ndef f():\n    nonlocal c\n",
    "del a, b[c], (d), (e, f)\ndel (a, b)\ndel a,\n",
    "assert a, (b)\nassert (a)\nraise\nraise a\nraise (a) from (b)\n",
    "a = b = (c) = d\na, b = c,\n*a, b = c\na += b\na @= b; a //= c; a **= d; a >>= e; a <<= f; a |= g\n",
    "(a := b)\nf(a := b)\n[a := 1, (b := 2)]\n",
    "def f():\n    x = yield\n    yield a, b\n    yield from (a)\n    f((yield))\n",
    "'a' 'b' \"c\"\n('a'\n  'b' # x\n  r'\\d')\nb'a' b'b'\n'a' f'{b}' 'c'\n",
    "f'', f'a', f'{a}', f'{a!r}', f'{a:>{b}}', f'{a=}', f'{{}} {a} }}', rf'\\{a}', f'''{\na\n}'''\n",
    'f\'{a["b"]} {f"{c.d(e)}"} {x:{y}.{z}} { w }\'\n',
    "1, 1.5, 1e400, 0xff, 0o17, 0b1, 1_000, 1j, 18446744073709551615, 18446744073709551616, ..., None, True, 00\n",
    "-1, +a, ~b, - - c, not not d\n-a ** -b\na if not b else -c\n",
    "a + b * c - (d @ e) / f // g % h << i >> j & k | l ^ m\n",
    "a or b or c, a and b and c, a or (b or c), (a or b) or c, a and (b or c) and d\n",
    "match a:\n    case 1 | -2 | 'x' | None | b.c: pass\n    case [a, *_, b] | (c, d) if e: pass\n    case {'a': x, **rest}: pass\n    case C(x, y=1) as z: pass\n    case (a): pass\n    case a, *b: pass\n    case _: x.y()\n",
    "match = case = type = 1\nmatch(a)\nmatch[b]\nprint(match, case, type)\ntype(x)\n",
    "print(*a, sep='')\nprint\n",
    "def f(): return a\ndef g(): return\nif x: return_ = 1\n",
    "x = '(a)if(b)' # (c)if(d)\nreturn(lambda: 'e(f)in(g)')\n(lambda: 0)if(a if(b)else c)else(not(lambda: 1))\n",
    "x: 'int'\ny: Optional['A.b']\ndef f(a: 'B' = 'c') -> 'd | None': pass\n",
]
NEWER_SYNTAX = [
    ((3, 12), "type X = int\ntype Y[T: (a, b), *Ts, **P] = dict[T, Y]\n"),
    ((3, 12), "def f[T: int](a: T) -> T: ...\nclass C[T](B[T]): pass\nasync def g[*Ts](): pass\n"),
    ((3, 12), "f'{a['b']} {f'{c}'} {\n d # comment\n}'\n"),
    ((3, 13), "class C[T = int, *Ts = *a, **P = [b]]: pass\n"),
]


@pytest.mark.parametrize("text", SYNTAX + [text for version, text in NEWER_SYNTAX if sys.version_info >= version])
def test_places_of_all_syntax_are_those_of_ast(text: str) -> None:
    assert_places_match(text)


@pytest.mark.parametrize("text", [text for _, text in NEWER_SYNTAX])
def test_newer_syntax_is_captured_whatever_python_runs(text: str) -> None:
    assert capture(text).body


NAMES = st.sampled_from(["a", "b1", "self", "é", "𝐱"])  # noqa: RUF001
LEAVES = st.one_of(
    NAMES, st.sampled_from(["1", "2.5", "'s'", "'ü𝄞'", "b''", "...", "None", "f'{a} {b.c}'", "()", "[]"])
)


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    gap = st.sampled_from(["", " ", "  ", "\t", "\\\n", " \x0c"])
    wide_gap = st.one_of(gap, st.sampled_from(["\n", " # )('\"\n", "\r\n  ", "\r"]))
    return st.one_of(
        st.builds("({}{}{})".format, wide_gap, inner, wide_gap),
        st.builds("({}){}.{}{}".format, inner, gap, gap, NAMES),
        st.builds("({})({}{},{}{}={})".format, inner, wide_gap, inner, wide_gap, NAMES, inner),
        st.builds("({})[{}{}]".format, inner, wide_gap, inner),
        st.builds("[{}{},{}{}]".format, wide_gap, inner, wide_gap, inner),
        st.builds("{{{}:{}{}}}".format, inner, wide_gap, inner),
        st.builds("({}) {}+{} ({})".format, inner, gap, gap, inner),
        st.builds("({}) {}and{} ({})".format, inner, gap, gap, inner),
        st.builds("({}) if {} ({}) else ({})".format, inner, gap, inner, inner),
        st.builds("[{} for {} in ({}) if ({})]".format, inner, NAMES, inner, inner),
        st.builds("lambda {}: ({})".format, NAMES, inner),
        st.builds("not{} ({})".format, gap, inner),
    )


EXPRESSIONS = st.recursive(LEAVES, grown, max_leaves=8)
STATEMENTS = st.one_of(
    EXPRESSIONS,
    st.builds("{} = {}".format, NAMES, EXPRESSIONS),
    st.builds("if {}: {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("def f({}={}): return {}".format, NAMES, EXPRESSIONS, EXPRESSIONS),
    st.builds("async def f():\n\tawait ({})\n\treturn {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("with {} as {}:\n  {}".format, EXPRESSIONS, NAMES, EXPRESSIONS),
)
NEWLINES = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\n\x0c\n", "  # ü\n", "\n# (\n", " ; \n"])


@settings(max_examples=100)
@given(st.lists(st.tuples(STATEMENTS, NEWLINES), max_size=4), STATEMENTS)
def test_places_in_any_code_are_those_of_ast(lines: list[tuple[str, str]], last: str) -> None:
    assert_places_match("".join(statement + newline for statement, newline in lines) + last)
