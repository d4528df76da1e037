"""What each body binds, mentions, stores and declares."""

from __future__ import annotations

from textwrap import dedent

import pytest

from pymongo_async_lint.capture import capture
from pymongo_async_lint.link.scopes import Class, Function, Module, bindings_of, flat_statements, is_test_path


def module(text: str, path: str = "app.py") -> Module:
    return Module(path, capture(dedent(text)))


def function(text: str, name: str = "f") -> Function:
    return next(found for found in module(text).all_functions() if found.name == name)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "bound"),
    [
        ("a = 1", {"a": "value"}),
        ("a = b = c.d = e[0] = 1", {"a": "value", "b": "value"}),
        ("a: int", {"a": "annotation"}),
        ("a: int = 1", {"a": "value"}),
        ("a += 1", {"a": "augmented"}),
        ("a, (b, [c]) = x", {"a": "value", "b": "value", "c": "value"}),
        ("for a, b in x: c = 1", {"a": "for", "b": "for", "c": "value"}),
        ("with x as a, y as (b, c): ...", {"a": "with", "b": "with", "c": "with"}),
        ("import a.b, c.d as e", {"a": "import", "e": "import"}),
        ("from x import a, b as c", {"a": "from", "c": "from"}),
        ("def a(b): c = 1", {"a": "def"}),
        ("class A:\n    b = 1", {"A": "class"}),
        ("try: ...\nexcept E as a: ...", {"a": "caught"}),
        ("if (a := x) and (lambda: (b := 1)): ...", {"a": "value"}),
        ("[(a := b) for c in d]", {"a": "value"}),
        ("match x:\n    case {'k': a, **b}: ...\n    case [_, *c] | P(d) as e: ...", dict.fromkeys("abcde", "pattern")),
        ("type A = int", {"A": "value"}),
        ("del a\nb.c = 1\nreturn d", {}),
    ],
)
def test_bindings(statement: str, bound: dict[str, str]) -> None:
    assert {name: binding.how for name, binding in bindings_of(module(statement).body)} == bound


def test_bindings_of_every_branch_in_order() -> None:
    text = """
        try:
            import a as x
        except ImportError:
            x = None
        else:
            x = 2
        finally:
            if y:
                x = 3
            while z:
                x = 4
    """
    assert [binding.how for binding in module(text).bindings["x"]] == ["import", *["value"] * 4]


@pytest.mark.parametrize(
    ("target", "paths"),
    [("a", {"a": ()}), ("a, b", {"a": (0,), "b": (1,)}), ("a, (b, [c])", {"a": (0,), "b": (1, 0), "c": (1, 1, 0)})],
)
def test_the_path_to_each_unpacked_name(target: str, paths: dict[str, tuple[int, ...]]) -> None:
    assert {name: binding.path for name, binding in bindings_of(module(f"{target} = x").body)} == paths


def test_locals_are_parameters_and_bindings_that_are_not_declared_elsewhere() -> None:
    text = """
        def f(a, *b, c=1, **d):
            global e
            e = g = 1
            def inner():
                nonlocal g
                h = g
    """
    assert function(text).locals == {"a", "b", "c", "d", "g", "inner"}
    assert function(text).scope_changes == {"e": "global"}
    assert function(text, "inner").locals == {"h"}
    assert function(text, "inner").scope_changes == {"g": "nonlocal"}


def test_the_last_definition_of_a_method_wins() -> None:
    shop = module("class A:\n    def f(self): return 1\n    f.x = 1\n    def f(self, b): return 2\n    g = f\n")
    (cls,) = (binding.node for binding in shop.bindings["A"])
    found = shop.cls(cls).method("f")  # type: ignore[arg-type]
    assert found is not None
    assert [param.name for param in found.params] == ["self", "b"]
    assert shop.cls(cls).method("g") is None  # type: ignore[arg-type]


def test_a_node_has_one_scope() -> None:
    app = module("def f(): ...\nclass A:\n    def f(self): ...\n")
    assert app.all_functions() == app.all_functions()
    assert [found.qualname for found in app.all_functions()] == ["f", "A.f"]
    owner = app.all_functions()[1].owner
    assert isinstance(owner, Class)
    assert (owner.qualname, app.all_functions()[0].owner) == ("A", None)


def test_functions_are_found_wherever_they_are_defined() -> None:
    text = """
        if x:
            def a():
                class B:
                    async def c(self):
                        def d(): ...
        else:
            def e(): ...
    """
    assert [(found.qualname, found.is_async) for found in module(text).all_functions()] == [
        ("a", False),
        ("a.B.c", True),
        ("a.B.c.d", False),
        ("e", False),
    ]


def test_annotated_attributes() -> None:
    text = "class A:\n    def __init__(self):\n        if x:\n            self.db: T = y\n        self.other = z\n"
    app = module(text)
    (cls,) = (binding.node for binding in app.bindings["A"])
    assert app.cls(cls).annotated_attributes.keys() == {"db"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "is_generator"),
    [
        ("yield 1", True),
        ("x = yield", True),
        ("with a:\n        for b in c:\n            yield from b", True),
        ("return [(yield)]", True),
        ("return lambda: (yield)", False),
        ("def inner():\n        yield 1", False),
        ("return 1", False),
    ],
)
def test_generators(body: str, is_generator: bool) -> None:
    assert function(f"def f():\n    {body}\n").is_generator is is_generator


def test_statements_come_in_the_order_of_the_file_and_without_other_scopes() -> None:
    text = "a\nif b:\n    c\nelse:\n    d\n    def f():\n        e\ntry:\n    g\nexcept E:\n    h\nfinally:\n    i\nj\n"
    starts = [node.start for node in flat_statements(module(text).body)]
    assert starts == sorted(starts)
    assert {text[start] for start in starts} == {"a", "i", "c", "d", "t", "g", "h", "j"}


# --- the index --------------------------------------------------------------------------------------------------------

INDEXED = """
    from .db import get_db as db_of, get_client

    def read(request, db=default_db()):
        return request.app.state.db

    class Repository(Base[Item]):
        table = names.users

        def __init__(self, client):
            self.client = client
            self.cache["users"] = client.shop
            registry.append(lambda: hidden)

    def write():
        global current
        current = get_client()
        setattr(holder, "handle", current)
        for holder.item in items: ...

    with opened() as holder.stream: ...
"""


def readers(found: dict[object, None]) -> list[str]:
    return [scope.qualname for scope in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "bodies"),
    [
        ("request", ["read"]),
        ("state", ["read"]),
        ("default_db", ["app.py"]),
        ("Base", ["app.py"]),
        ("Item", ["app.py"]),
        ("users", ["app.py"]),
        ("client", ["Repository.__init__"]),
        ("hidden", ["Repository.__init__.<lambda>"]),
        ("current", ["write"]),
        ("nowhere", []),
    ],
)
def test_mentions(name: str, bodies: list[str]) -> None:
    """What a class body or a parameter's default mentions is run by the code around it."""
    assert readers(module(INDEXED).mentions(name)) == bodies


def test_what_is_only_called_is_not_handed_on() -> None:
    app = module("def f():\n    g()\n    h(k)\n    a.m()\n    b = a.n\n")
    assert [name for name in "ghkamn" if app.handed_on(name)] == ["k", "a", "n"]
    assert [name for name in "ghkamn" if app.mentions(name)] == list("ghkamn")


@pytest.mark.parametrize(
    ("name", "bodies"),
    [
        ("client", ["Repository.__init__"]),
        ("cache", ["Repository.__init__"]),
        ("users", ["Repository.__init__"]),
        ("registry", ["Repository.__init__"]),
        ("handle", ["write"]),
        ("item", ["write"]),
        ("stream", ["app.py"]),
        ("current", []),
    ],
)
def test_stores(name: str, bodies: list[str]) -> None:
    assert readers(module(INDEXED).stores.get(name, {})) == bodies


def test_global_writers() -> None:
    app = module(INDEXED)
    assert [found.qualname for found in app.global_writers("current")] == ["write"]
    assert app.global_writers("client") == []


def test_aliases_and_stars() -> None:
    app = module("from .db import get_db as db_of\nimport a.b as ab\nif x:\n    from y import *\n")
    assert (app.aliases("get_db"), app.aliases("a.b"), app.aliases("x")) == ({"db_of"}, {"ab"}, set())
    assert [star.module for star in app.stars] == ["y"]


@pytest.mark.parametrize(
    ("path", "is_test"),
    [
        ("tests/unit/db.py", True),
        ("app/test/helpers.py", True),
        ("conftest.py", True),
        ("app/test_db.py", True),
        ("app/db_test.py", True),
        ("app/tests.py", True),
        ("app/testimony.py", False),
        ("latest/db.py", False),
        ("app/contest.py", False),
        ("app/attest_db.py", False),
    ],
)
def test_what_is_a_test(path: str, is_test: bool) -> None:
    assert is_test_path(path) is is_test
