"""Bodies run once more, with the shape of each expression written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.evaluate import Interpreter
from pymongo_async_lint.link.flow import Given
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import Function, Scope, flat_statements, own_expressions, path_key, walk
from pymongo_async_lint.link.shapes import UNKNOWN, Shape, join

if TYPE_CHECKING:
    from pymongo_async_lint.link.project import Project

Explained = f.Expr | f.Param | f.ImportedName
"""What can be asked about."""


class Recorder(Interpreter):
    """An interpreter that keeps the shape of every expression; of one that is run again, all that it has been."""

    def __init__(self, project: Project, scope: Scope, given: Given) -> None:
        super().__init__(project, scope, given)
        self.shapes: dict[int, Shape] = {}

    def record(self, node: f.Node, shape: Shape) -> None:
        self.shapes[id(node)] = join(self.shapes.get(id(node), UNKNOWN), shape)

    def value(self, node: f.Expr) -> Shape:
        shape = super().value(node)
        self.record(node, shape)
        if isinstance(node, f.Call) and isinstance(node.func, f.Attribute):
            stored = self.env.get(path_key(node.func) or "")
            if stored is not None:
                self.record(node.func, stored)
        return shape

    def attribute_of(self, base: Shape, node: f.Attribute) -> Shape:
        shape = super().attribute_of(base, node)
        self.record(node, shape)
        return shape

    def bind(self, target: f.Expr, shape: Shape, source: f.Expr | None = None) -> None:
        super().bind(target, shape, source)
        if isinstance(target, f.Name | f.Attribute):
            self.record(target, shape)


class Recording:
    """What the expressions of one body are, under one set of given parameters."""

    def __init__(self, project: Project, scope: Scope, given: Given) -> None:
        self.scope = scope
        self.given = given
        run = Recorder(project, scope, given)
        run.run()
        self._shapes = run.shapes
        self.lambdas = tuple(run.lambdas)

    def shape(self, node: f.Node) -> Shape:
        return self._shapes.get(id(node), UNKNOWN)

    def is_reached(self, node: f.Node) -> bool:
        return id(node) in self._shapes

    def place(self, node: f.Node) -> Place:
        return Place(self.scope.module.path, node.start, node.end)


def explained_nodes(scope: Scope) -> Iterator[Explained]:
    """Every expression, parameter and imported name of a body, decorators, defaults and bases of what it defines too.

    Left out is what a call calls, which the call itself tells.
    """
    if isinstance(scope, Function):
        yield from scope.params
    for node in flat_statements(scope.body):
        match node:
            case f.FunctionDef():
                for decorator in node.decorators:
                    yield from _decorator_nodes(decorator)
                for param in node.params:
                    if param.default is not None:
                        yield from _nodes(param.default)
            case f.ClassDef():
                for decorator in node.decorators:
                    yield from _decorator_nodes(decorator)
                for base in node.bases:
                    yield from _nodes(base.value)
            case f.Import() | f.ImportFrom():
                yield from node.names
        for expression in _as_evaluated(node):
            yield from _nodes(expression)


def _as_evaluated(node: f.Statement) -> tuple[f.Expr, ...]:
    """The expressions of a statement, targets behind the values that they get."""
    match node:
        case f.Assign(targets=targets, value=value):
            return targets if value is None else (value, *targets)
        case f.For(target=target, iter=iterable):
            return (iterable, target)
    return tuple(own_expressions(node))


def _nodes(expression: f.Expr) -> Iterator[f.Expr]:
    """What is inside comes first."""
    found = list(walk(expression))
    called = {id(node.func) for node in found if isinstance(node, f.Call)}
    yield from sorted((node for node in found if id(node) not in called), key=lambda node: (node.end, -node.start))


def _decorator_nodes(decorator: f.Expr) -> Iterator[f.Expr]:
    """A decorator is not run; what it is made of is."""
    if isinstance(decorator, f.Call):
        for argument in decorator.args:
            yield from _nodes(argument.value)
        decorator = decorator.func
    yield from _nodes(decorator.value if isinstance(decorator, f.Attribute) else decorator)


def anchor(node: f.Node) -> int:
    """Where an expression is looked for: at the name it ends with, for chains that are written over several lines."""
    match node:
        case f.Attribute():
            return node.end - len(node.attr)
        case f.Call():
            return anchor(node.func)
        case f.Subscript():
            return anchor(node.value)
    return node.start


def label(node: Explained) -> str:
    """The expression in short: calls without their arguments, and nothing of what is written out."""
    match node:
        case f.Name(id=name) | f.Param(name=name):
            return name
        case f.ImportedName():
            return node.alias or node.name
        case f.Attribute():
            return f"{label(node.value)}.{node.attr}"
        case f.Call():
            return f"{label(node.func)}({'…' if node.args else ''})"
        case f.Await():
            return f"await {label(node.value)}"
        case f.Subscript():
            return f"{label(node.value)}[{_key(node.index)}]"
        case f.Walrus():
            return f"{label(node.target)} := {label(node.value)}"
        case f.Starred():
            return f"*{label(node.value)}"
        case f.BoolOp():
            return f" {node.operator} ".join(label(value) for value in node.values)
        case f.Not():
            return f"not {label(node.value)}"
        case f.Conditional():
            return f"{label(node.body)} if … else {label(node.orelse)}"
        case f.Compare():
            return f"{label(node.left)} {node.operators[0]} …"
        case f.Lambda():
            return "lambda …"
        case f.Constant():
            return '"…"' if isinstance(node.value, str) else str(node.value)
        case f.Yield():
            return "yield" if node.value is None else f"yield {label(node.value)}"
        case f.Sequence(kind="tuple"):
            return "(…)"
        case f.Sequence(kind="list") | f.Comprehension(kind="list"):
            return "[…]"
        case f.Comprehension(kind="generator"):
            return "(… for …)"
        case f.Dict() | f.Sequence() | f.Comprehension():
            return "{…}"
    return "…"


def _key(index: f.Expr) -> str:
    if isinstance(index, f.Constant) and isinstance(index.value, int | str) and len(str(index.value)) <= 40:
        return f'"{index.value}"' if isinstance(index.value, str) else str(index.value)
    return label(index)
