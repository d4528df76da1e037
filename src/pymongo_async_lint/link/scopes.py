"""Modules, classes and functions of the project, and the names that each of them binds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link import known


class Binding:
    """One place that gives a name of a module or class its value.

    `how` is "value" (`name = value`), "item" (unpacked: `path` are the indices), "for", "with", "import", "def",
    "class" or "annotation" (declared without a value).
    """

    __slots__ = ("annotation", "how", "is_async", "node", "path", "value")

    def __init__(
        self,
        how: str,
        node: f.Node,
        value: f.Expr | None = None,
        path: tuple[int, ...] = (),
        annotation: f.Expr | None = None,
        is_async: bool = False,
    ) -> None:
        self.how = how
        self.node = node
        self.value = value
        self.path = path
        self.annotation = annotation
        self.is_async = is_async


class Scope:
    """What modules, classes and functions have in common: a body, and a parent scope."""

    def __init__(self, module: Module, parent: Scope | None, name: str, body: f.Block) -> None:
        self.module = module
        self.parent = parent
        self.name = name
        self.body = body
        self.functions: dict[int, Function] = {}
        self.classes: dict[int, Class] = {}
        self.is_test: bool = parent is not None and parent.is_test
        """Is it a test, by its file's name or its own?"""

    @property
    def qualname(self) -> str:
        if self.parent is None or isinstance(self.parent, Module):
            return self.name
        return f"{self.parent.qualname}.{self.name}"

    def function(self, node: f.FunctionDef | f.Lambda) -> Function:
        found = self.functions.get(id(node))
        if found is None:
            found = self.functions[id(node)] = Function(self.module, self, node)
        return found

    @property
    def lambdas(self) -> list[Function]:
        """The lambdas in it that somebody has asked for."""
        return [function for function in self.functions.values() if isinstance(function.node, f.Lambda)]

    def defined(self, node: f.FunctionDef | f.ClassDef) -> Function | Class:
        """What a definition in this body defines."""
        return self.function(node) if isinstance(node, f.FunctionDef) else self.cls(node)

    def cls(self, node: f.ClassDef) -> Class:
        found = self.classes.get(id(node))
        if found is None:
            found = self.classes[id(node)] = Class(self.module, self, node)
        return found


class Namespace(Scope):
    """A module or class: its names are looked up from elsewhere."""

    _bindings: dict[str, list[Binding]] | None = None

    @property
    def bindings(self) -> dict[str, list[Binding]]:
        if self._bindings is None:
            self._bindings = {}
            for name, binding in bindings_of(self.body):
                self._bindings.setdefault(name, []).append(binding)
        return self._bindings


class Module(Namespace):
    """A file of the project. `package` is the folder that relative imports start from, `name` its dotted name there."""

    def __init__(self, path: str, facts: f.Facts) -> None:
        super().__init__(self, None, path, facts.body)
        self.path = path
        self._is_edited = False
        self._read(facts)

    def _read(self, facts: f.Facts) -> None:
        self.facts = facts
        self.body = facts.body
        self.is_test = self.is_test_file = is_test_path(self.path) or imports_pytest(facts.body)
        self._bindings = None
        self._mentions: dict[str, dict[Scope, None]] | None = None
        self._handed_on: dict[str, dict[Scope, None]] | None = None
        self._stores: dict[str, dict[Scope, None]] | None = None
        self._globals: dict[str, list[Function]] | None = None
        self._aliases: dict[str, set[str]] | None = None
        self._stars: tuple[f.ImportFrom, ...] | None = None
        self._defined: list[Function | Class] | None = None

    def rewrite(self, facts: f.Facts) -> Rewritten:
        """The file says something else now. Functions and classes that are still there stay the same objects."""
        names, stores, outline, was_test = self._names(), self.stores, self._outline(), self.is_test_file
        # Bodies that stay as they are can't mention other names than these.
        mentioned = self.facts.identifiers & facts.identifiers
        before: dict[Key, Function | Class] = {key: scope.defined(node) for key, scope, node in _numbered(self)}
        gone: set[Scope] = set(self.lambdas)
        changed: set[Scope] = {self}
        self._is_edited = True
        self._read(facts)
        self.functions, self.classes = {}, {}
        for key, scope, node in _numbered(self):
            known = before.get(key)
            if isinstance(known, Function) and isinstance(node, f.FunctionDef):
                scope.functions[id(node)] = known
                is_same = known.node == node
                if not is_same:
                    gone.update(known.lambdas)
                    known.rewrite(node)
            elif isinstance(known, Class) and isinstance(node, f.ClassDef):
                scope.classes[id(node)] = known
                is_same = known.node == node
                if not is_same:
                    gone.update(known.lambdas)
                    known.rewrite(node)
            else:
                changed.add(scope.defined(node))
                continue
            del before[key]
            if not is_same:
                changed.add(known)
        now_names, now_stores = self._names(), self.stores
        return Rewritten(
            frozenset(changed),
            frozenset({*gone, *before.values()}),
            frozenset(name for name in names.keys() | now_names.keys() if names.get(name) != now_names.get(name)),
            frozenset(name for name in stores.keys() | now_stores.keys() if stores.get(name) != now_stores.get(name)),
            outline.differs(self._outline(), mentioned) or was_test != self.is_test_file,
        )

    def _names(self) -> dict[str, object]:
        """Where each name is mentioned, and how."""
        self._index()
        assert self._mentions is not None and self._handed_on is not None
        return {
            name: (bodies, self._handed_on.get(name), self.aliases(name)) for name, bodies in self._mentions.items()
        }

    def _outline(self) -> Outline:
        self._index()
        classes = {cls.qualname: frozenset(cls.bindings) for cls in self.all_classes()}
        stars = [(star.module, star.level) for star in self.stars]
        return Outline(frozenset(self.bindings), classes, (self._globals, self._aliases, stars))

    @property
    def qualname(self) -> str:
        return self.path

    @property
    def has_fakes(self) -> bool:
        """Is it a test that may use fakes?"""
        return self.is_test_file and not known.FAKES.isdisjoint(self.facts.identifiers)

    @property
    def stars(self) -> tuple[f.ImportFrom, ...]:
        """Its `from module import *` statements."""
        if self._stars is None:
            nodes = flat_statements(self.body)
            self._stars = tuple(node for node in nodes if isinstance(node, f.ImportFrom) and node.is_star)
        return self._stars

    def aliases(self, name: str) -> set[str]:
        """Other names under which the file imports this one."""
        if self._aliases is None:
            self._aliases = {}
            for bindings in self.bindings.values():
                for binding in bindings:
                    if isinstance(binding.node, f.ImportedName) and binding.node.alias:
                        self._aliases.setdefault(binding.node.name, set()).add(binding.node.alias)
        return self._aliases.get(name, set())

    def mentions(self, name: str) -> dict[Scope, None]:
        """The bodies (functions, or the module itself) in which the name occurs as a name, attribute or keyword."""
        self._index()
        assert self._mentions is not None
        return self._mentions.get(name, {})

    def handed_on(self, name: str) -> dict[Scope, None]:
        """The bodies in which the name occurs otherwise than as what is called."""
        self._index()
        assert self._handed_on is not None
        return self._handed_on.get(name, {})

    @property
    def stores(self) -> dict[str, dict[Scope, None]]:
        """For each attribute, and each constant key, the bodies that assign to it."""
        self._index()
        assert self._stores is not None
        return self._stores

    def global_writers(self, name: str) -> list[Function]:
        """The functions that declare the name `global`."""
        self._index()
        assert self._globals is not None
        return self._globals.get(name, [])

    def _index(self) -> None:
        if self._mentions is None:
            self._mentions, self._handed_on, self._stores, self._globals = {}, {}, {}, {}
            _Indexer(self._mentions, self._handed_on, self._stores, self._globals, self._is_edited).block(
                self.body, self
            )

    def all_classes(self) -> list[Class]:
        """Every class of the file, nested ones too."""
        return [scope for scope in self._all_defined() if isinstance(scope, Class)]

    def all_functions(self) -> list[Function]:
        """Every function of the file, nested ones and methods too."""
        return [scope for scope in self._all_defined() if isinstance(scope, Function)]

    def _all_defined(self) -> list[Function | Class]:
        if self._defined is None:
            self._defined = [scope.defined(node) for _, scope, node in _numbered(self)]
        return self._defined


class Outline(NamedTuple):
    """The names that a file's namespaces have, which its bodies look up without a question."""

    names: frozenset[str]
    classes: dict[str, frozenset[str]]
    others: object

    def differs(self, other: Outline, mentioned: frozenset[str]) -> bool:
        """Is another one different for bodies that mention none but these names?"""
        return (
            not mentioned.isdisjoint(self.names ^ other.names)
            or any(names != other.classes.get(name, names) for name, names in self.classes.items())
            or self.others != other.others
        )


class Rewritten(NamedTuple):
    """What has changed with the text of a file."""

    changed: frozenset[Scope]
    """The bodies that are new or say something else, if only at another place."""
    gone: frozenset[Scope]
    names: frozenset[str]
    """What other bodies than before mention."""
    stores: frozenset[str]
    """What other bodies than before assign to."""
    has_new_outline: bool
    """Have names of modules or classes come or gone that other bodies may look up?"""


class Class(Namespace):
    def __init__(self, module: Module, parent: Scope, node: f.ClassDef) -> None:
        super().__init__(module, parent, node.name, node.body)
        self._read(node)

    def _read(self, node: f.ClassDef) -> None:
        self.node = node
        self.body = node.body
        self.functions, self.classes = {}, {}
        self._bindings = None
        self._annotated: dict[str, tuple[f.Expr, Function]] | None = None

    def rewrite(self, node: f.ClassDef) -> None:
        """The file says something else of the class now."""
        self._read(node)

    def __repr__(self) -> str:
        return f"Class({self.module.path}:{self.qualname}:{self.node.start})"

    @property
    def annotated_attributes(self) -> dict[str, tuple[f.Expr, Function]]:
        """`self.name: T = …` in its methods: the annotation, with the method."""
        if self._annotated is None:
            self._annotated = {}
            for bindings in self.bindings.values():
                for binding in bindings:
                    if isinstance(binding.node, f.FunctionDef):
                        for node in flat_statements(binding.node.body):
                            if isinstance(node, f.Assign) and node.annotation is not None:
                                target = node.targets[0]
                                if isinstance(target, f.Attribute):
                                    self._annotated[target.attr] = node.annotation, self.function(binding.node)
        return self._annotated

    def method(self, name: str) -> Function | None:
        """The method that the class itself defines under this name (the last one wins)."""
        for binding in reversed(self.bindings.get(name, [])):
            if isinstance(binding.node, f.FunctionDef):
                return self.function(binding.node)
        return None


class Function(Scope):
    """A function, method or lambda."""

    def __init__(self, module: Module, parent: Scope, node: f.FunctionDef | f.Lambda) -> None:
        body = node.body if isinstance(node, f.FunctionDef) else _lambda_body(node)
        super().__init__(module, parent, "<lambda>" if isinstance(node, f.Lambda) else node.name, body)
        self.is_test = self.is_test or self.name == "test" or self.name.startswith("test_")
        self._read(node)

    def rewrite(self, node: f.FunctionDef) -> None:
        """The file says something else of the function now."""
        self.body = node.body
        self.functions, self.classes = {}, {}
        self._read(node)

    def _read(self, node: f.FunctionDef | f.Lambda) -> None:
        self.node = node
        self.params = node.params
        self.is_async = isinstance(node, f.FunctionDef) and node.is_async
        self.decorators = node.decorators if isinstance(node, f.FunctionDef) else ()
        self._locals: frozenset[str] | None = None
        self._scope_changes: dict[str, str] | None = None
        self._is_generator: bool | None = None
        self.index: _Indexer | None = None
        """Who mentions what in its body, kept for a file that is edited."""

    def __repr__(self) -> str:
        return f"Function({self.module.path}:{self.qualname}:{self.node.start})"

    @property
    def owner(self) -> Class | None:
        """The class whose method it is."""
        return self.parent if isinstance(self.parent, Class) else None

    @property
    def scope_changes(self) -> dict[str, str]:
        """Names declared `global` or `nonlocal`."""
        if self._scope_changes is None:
            self._scope_changes = {
                name: node.kind
                for node in flat_statements(self.body)
                if isinstance(node, f.ScopeChange)
                for name in node.names
            }
        return self._scope_changes

    @property
    def locals(self) -> frozenset[str]:
        if self._locals is None:
            names = {name for name, _ in bindings_of(self.body)} | {param.name for param in self.params}
            self._locals = frozenset(names - self.scope_changes.keys())
        return self._locals

    @property
    def is_generator(self) -> bool:
        if self._is_generator is None:
            self._is_generator = any(has_yield(node) for node in self.body)
        return self._is_generator


Key = tuple[tuple[str, int], ...]
"""The names of a definition and of those around it, each with its number among those of the same name."""


def _numbered(scope: Scope, above: Key = ()) -> Iterator[tuple[Key, Scope, f.FunctionDef | f.ClassDef]]:
    """The definitions in a scope, with the scope that each stands in; those in a definition come after it."""
    numbers: dict[str, int] = {}
    for node in definitions(scope.body):
        number = numbers[node.name] = numbers.get(node.name, 0) + 1
        key = (*above, (node.name, number))
        yield key, scope, node
        yield from _numbered(scope.defined(node), key)


def _lambda_body(node: f.Lambda) -> f.Block:
    return (f.Return(node.body.start, node.body.end, node.body),)


def is_test_path(path: str) -> bool:
    """Is the file a test, a fixture of tests, or a helper of theirs?"""
    *folders, name = path.split("/")
    return (
        any(folder in ("test", "tests", "testing") for folder in folders)
        or name.startswith("test_")
        or name.endswith("_test.py")
        or name in ("conftest.py", "tests.py")
    )


def imports_pytest(body: f.Block) -> bool:
    """Does the file itself (not one of its functions) need pytest? Then it helps tests, whatever its name is."""
    modules: list[str] = []
    for node in body:
        if isinstance(node, f.Import):
            modules.extend(name.name for name in node.names)
        elif isinstance(node, f.ImportFrom) and not node.level:
            modules.append(node.module)
    return any(module.partition(".")[0] in ("pytest", "pytest_asyncio") for module in modules)


def definitions(body: f.Block) -> list[f.FunctionDef | f.ClassDef]:
    """The functions and classes that a body defines."""
    return [node for node in flat_statements(body) if isinstance(node, f.FunctionDef | f.ClassDef)]


def flat_statements(body: f.Block) -> list[f.Statement]:
    """The statements of a body and of the blocks in it, but not of the functions and classes defined in it."""
    found: list[f.Statement] = []
    pending: list[f.Block] = [body]
    while pending:
        for node in pending.pop():
            found.append(node)
            blocks = _BLOCKS.get(type(node))
            if blocks is not None:
                pending.extend(blocks(node))
    found.sort(key=_start)
    return found


def _start(node: f.Node) -> int:
    return node.start


_BLOCKS: dict[type, Callable[[Any], Iterable[f.Block]]] = {
    f.If: lambda node: (node.body, node.orelse),
    f.While: lambda node: (node.body, node.orelse),
    f.For: lambda node: (node.body, node.orelse),
    f.With: lambda node: (node.body,),
    f.Try: lambda node: (node.body, *[handler.body for handler in node.handlers], node.orelse, node.final),
    f.Match: lambda node: tuple([case.body for case in node.cases]),
}


def blocks_of(node: f.Node) -> tuple[f.Block, ...]:
    """The blocks of a compound statement; none of a function or class, whose body is a scope of its own."""
    blocks = _BLOCKS.get(type(node))
    return tuple(blocks(node)) if blocks is not None else ()


def target_names(target: f.Expr, path: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names that a target binds, with the indices that lead to each."""
    match target:
        case f.Name():
            yield target.id, path
        case f.Sequence():
            for index, item in enumerate(target.items):
                yield from target_names(item, (*path, index))
        case f.Starred():
            yield from target_names(target.value, (*path, -1))


def bindings_of(body: f.Block) -> Iterator[tuple[str, Binding]]:
    """The names that a body binds in its own scope."""
    for node in flat_statements(body):
        match node:
            case f.Assign():
                for target in node.targets:
                    for name, path in target_names(target):
                        how = "annotation" if node.value is None else "value"
                        yield name, Binding(how, node, node.value, path, node.annotation)
            case f.AugAssign():
                for name, _ in target_names(node.target):
                    yield name, Binding("augmented", node)
            case f.For():
                for name, path in target_names(node.target):
                    yield name, Binding("for", node, node.iter, path, is_async=node.is_async)
            case f.With():
                for item in node.items:
                    if item.target is not None:
                        for name, path in target_names(item.target):
                            yield name, Binding("with", node, item.value, path, is_async=node.is_async)
            case f.Import():
                for imported in node.names:
                    yield imported.alias or imported.name.split(".")[0], Binding("import", imported)
            case f.ImportFrom():
                for imported in node.names:
                    yield imported.alias or imported.name, Binding("from", imported, path=(), annotation=None)
            case f.FunctionDef():
                yield node.name, Binding("def", node)
            case f.ClassDef():
                yield node.name, Binding("class", node)
            case f.TypeAlias():
                yield node.name, Binding("value", node, node.value)
            case f.Try():
                for handler in node.handlers:
                    if handler.name is not None:
                        yield handler.name, Binding("caught", handler)
            case f.Match():
                for case in node.cases:
                    for name in pattern_names(case.pattern):
                        yield name, Binding("pattern", case)
        for expression in own_expressions(node):
            for inner in walk(expression):
                if isinstance(inner, f.Walrus) and isinstance(inner.target, f.Name):
                    yield inner.target.id, Binding("value", inner, inner.value)


def pattern_names(pattern: f.Expr) -> Iterator[str]:
    match pattern:
        case f.Name():
            if pattern.id != "_":
                yield pattern.id
        case f.Walrus():
            yield from pattern_names(pattern.value)
            yield from pattern_names(pattern.target)
        case f.Sequence():
            for item in pattern.items:
                yield from pattern_names(item)
        case f.Starred():
            yield from pattern_names(pattern.value)
        case f.Dict():
            for entry in pattern.entries:
                yield from pattern_names(entry.value)
        case f.Call():
            for argument in pattern.args:
                yield from pattern_names(argument.value)
        case f.BoolOp():
            for value in pattern.values:
                yield from pattern_names(value)


def own_expressions(node: f.Statement) -> Iterator[f.Expr]:
    """The expressions of a statement itself, not of the blocks in it."""
    match node:
        case f.ExprStatement():
            yield node.value
        case f.Assign():
            yield from node.targets
            if node.value is not None:
                yield node.value
        case f.AugAssign():
            yield node.target
            yield node.value
        case f.Return():
            if node.value is not None:
                yield node.value
        case f.Delete():
            yield from node.targets
        case f.Raise():
            if node.exception is not None:
                yield node.exception
            if node.cause is not None:
                yield node.cause
        case f.Assert():
            yield node.test
            if node.message is not None:
                yield node.message
        case f.If() | f.While():
            yield node.test
        case f.For():
            yield node.target
            yield node.iter
        case f.With():
            for item in node.items:
                yield item.value
                if item.target is not None:
                    yield item.target
        case f.Match():
            yield node.subject
            for case in node.cases:
                if case.guard is not None:
                    yield case.guard
        case f.Try():
            for handler in node.handlers:
                if handler.type is not None:
                    yield handler.type


_CHILDREN: dict[type, Callable[[Any], tuple[f.Expr, ...]]] = {
    f.Attribute: lambda node: (node.value,),
    f.Await: lambda node: (node.value,),
    f.Not: lambda node: (node.value,),
    f.Starred: lambda node: (node.value,),
    f.Call: lambda node: (node.func, *[argument.value for argument in node.args]),
    f.Subscript: lambda node: (node.value, node.index),
    f.Sequence: lambda node: node.items,
    f.Dict: lambda node: tuple([part for e in node.entries for part in (e.key, e.value) if part is not None]),
    f.Comprehension: lambda node: (
        *[part for clause in node.clauses for part in (clause.target, clause.iter, *clause.conditions)],
        *((node.key,) if node.key is not None else ()),
        node.element,
    ),
    f.Compare: lambda node: (node.left, *node.comparators),
    f.BoolOp: lambda node: node.values,
    f.FString: lambda node: node.values,
    f.Conditional: lambda node: (node.test, node.body, node.orelse),
    f.Walrus: lambda node: (node.target, node.value),
    f.Yield: lambda node: () if node.value is None else (node.value,),
    f.Opaque: lambda node: node.children,
    f.Name: lambda node: (),
    f.Constant: lambda node: (),
    f.Lambda: lambda node: (),
}


def children(node: f.Expr) -> tuple[f.Expr, ...]:
    """The expressions right below; none of a lambda, whose body is a function of its own."""
    return _CHILDREN[type(node)](node)


def walk(node: f.Expr) -> Iterator[f.Expr]:
    """The expression and all below it, lambdas' bodies aside (they are functions of their own)."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(children(current))


def has_yield(statement: f.Statement) -> bool:
    if isinstance(statement, f.FunctionDef | f.ClassDef):
        return False
    return any(
        isinstance(inner, f.Yield)
        for node in flat_statements((statement,))
        if not isinstance(node, f.FunctionDef | f.ClassDef)
        for expression in own_expressions(node)
        for inner in walk(expression)
    )


GROWING = frozenset({"append", "add", "insert", "appendleft", "extend", "update", "setdefault", "set"})
"""Methods that put something into a container, or a context variable."""


class _Indexer:
    """Fills a module's index of who mentions, stores and declares global what."""

    def __init__(
        self,
        mentions: dict[str, dict[Scope, None]],
        handed_on: dict[str, dict[Scope, None]],
        stores: dict[str, dict[Scope, None]],
        global_names: dict[str, list[Function]],
        is_kept: bool = False,
    ) -> None:
        """`is_kept` is whether functions keep what is found in them until they say something else."""
        self.mentions = mentions
        self.handed_on = handed_on
        self.stores = stores
        self.global_names = global_names
        self.is_kept = is_kept

    def block(self, body: f.Block, scope: Scope) -> None:
        reader = scope
        while isinstance(reader, Class) and reader.parent is not None:
            reader = reader.parent
        for node in flat_statements(body):
            if isinstance(node, f.FunctionDef):
                for expression in (*node.decorators, *(p.default for p in node.params if p.default is not None)):
                    self.expression(expression, reader)
                for param in node.params:
                    if param.annotation is not None:
                        self.expression(param.annotation, reader)
                self.function(scope.function(node))
                continue
            if isinstance(node, f.ClassDef):
                for expression in (*node.decorators, *(base.value for base in node.bases)):
                    self.expression(expression, reader)
                self.block(node.body, scope.cls(node))
                continue
            if isinstance(node, f.ScopeChange) and node.kind == "global" and isinstance(scope, Function):
                for name in node.names:
                    self.global_names.setdefault(name, []).append(scope)
            if isinstance(node, f.Assign | f.AugAssign):
                targets = node.targets if isinstance(node, f.Assign) else (node.target,)
                for target in targets:
                    self.target(target, reader)
            elif isinstance(node, f.For):
                self.target(node.target, reader)
            elif isinstance(node, f.With):
                for item in node.items:
                    if item.target is not None:
                        self.target(item.target, reader)
            for expression in own_expressions(node):
                self.expression(expression, reader)

    def function(self, function: Function) -> None:
        if not self.is_kept:
            self.block(function.body, function)
            return
        if function.index is None:
            function.index = _Indexer({}, {}, {}, {})
            function.index.block(function.body, function)
        found = function.index
        for mine, others in (
            (self.mentions, found.mentions),
            (self.handed_on, found.handed_on),
            (self.stores, found.stores),
        ):
            for name, scopes in others.items():
                mine.setdefault(name, {}).update(scopes)
        for name, functions in found.global_names.items():
            self.global_names.setdefault(name, []).extend(functions)

    def target(self, target: f.Expr, scope: Scope) -> None:
        match target:
            case f.Attribute():
                self.stores.setdefault(target.attr, {})[scope] = None
            case f.Subscript():
                self.container(target.value, scope)
                match target.index:
                    case f.Constant(value=str() as key) | f.Name(id=key) | f.Attribute(attr=key):
                        self.stores.setdefault(key, {})[scope] = None
            case f.Sequence():
                for item in target.items:
                    self.target(item, scope)

    def container(self, node: f.Expr, scope: Scope) -> None:
        """Something is put into this container."""
        if isinstance(node, f.Attribute):
            self.stores.setdefault(node.attr, {})[scope] = None
        elif isinstance(node, f.Name):
            self.stores.setdefault(node.id, {})[scope] = None

    def expression(self, expression: f.Expr, scope: Scope) -> None:
        stack: list[tuple[f.Expr, Scope, bool]] = [(expression, scope, False)]
        while stack:
            node, where, is_called = stack.pop()
            if isinstance(node, f.Name | f.Attribute):
                name = node.id if isinstance(node, f.Name) else node.attr
                self.mentions.setdefault(name, {})[where] = None
                if not is_called:
                    self.handed_on.setdefault(name, {})[where] = None
                if isinstance(node, f.Attribute):
                    stack.append((node.value, where, False))
            elif isinstance(node, f.Lambda):
                stack.append((node.body, where.function(node), False))
            elif isinstance(node, f.Call):
                self.call(node, where)
                stack.append((node.func, where, True))
                stack.extend((argument.value, where, False) for argument in node.args)
            else:
                stack.extend((child, where, False) for child in children(node))

    def call(self, node: f.Call, scope: Scope) -> None:
        """`setattr(x, "name", value)`, `x.name.append(value)` and `variable.set(value)` store something, too."""
        if isinstance(node.func, f.Attribute) and node.func.attr == "Application":
            for argument in node.args:
                if argument.keyword is not None:
                    self.stores.setdefault(argument.keyword, {})[scope] = None
        if isinstance(node.func, f.Attribute) and node.func.attr in GROWING:
            self.container(node.func.value, scope)
            if node.func.attr == "set":
                self.stores.setdefault("value", {})[scope] = None
        if isinstance(node.func, f.Name) and node.func.id == "setattr" and len(node.args) == 3:
            key = node.args[1].value
            if isinstance(key, f.Constant) and isinstance(key.value, str):
                self.stores.setdefault(key.value, {})[scope] = None


def path_key(node: f.Node) -> str | None:
    """`self.db.users` as text, such as the environment's keys are; nothing for other expressions."""
    names: list[str] = []
    while isinstance(node, f.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, f.Name):
        return None
    names.append(node.id)
    return ".".join(reversed(names))


def last_name(node: f.Node) -> str:
    """`b` of `a.b` and of `b`; empty for other expressions."""
    return node.attr if isinstance(node, f.Attribute) else node.id if isinstance(node, f.Name) else ""


def expressions_of(body: f.Block) -> Iterator[f.Expr]:
    """All expressions of a body, those of the functions and classes defined in it aside."""
    for statement in flat_statements(body):
        for expression in own_expressions(statement):
            yield from walk(expression)
