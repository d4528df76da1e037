"""Where a name gets its value: the binding, and the scope that holds it."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import (
    Binding,
    Class,
    Function,
    Module,
    Scope,
    bindings_of,
    flat_statements,
    own_expressions,
    path_key,
    target_names,
    walk,
)


def home_of(scope: Scope, name: str) -> Scope | None:
    """The scope whose name it is, as Python looks it up; None for builtins and names that nothing binds."""
    current: Scope | None = scope
    while current is not None:
        if isinstance(current, Function) and name in current.locals:
            return current
        if isinstance(current, Class) and current is scope and name in current.bindings:
            return current
        if isinstance(current, Module) and (name in current.bindings or current.global_writers(name)):
            return current
        current = current.parent
    return None


def bindings(scope: Scope, name: str) -> list[Binding]:
    return [binding for bound, binding in bindings_of(scope.body) if bound == name]


def last_binding(scope: Scope, name: str, before: int) -> Binding | None:
    """The binding that a reader at this offset sees; in loops that may be one further down."""
    found = bindings(scope, name)
    seen = [binding for binding in found if _is_done(binding, before)]
    return seen[-1] if seen else found[-1] if found else None


def _is_done(binding: Binding, offset: int) -> bool:
    is_block = isinstance(binding.node, f.For | f.With | f.Handler | f.Case)
    return binding.node.start < offset if is_block else binding.node.end <= offset


def clause_of(scope: Scope, name: f.Name) -> f.ForClause | None:
    """The part of a comprehension around the name that binds it."""
    for expression in expressions_of(scope):
        if expression.start <= name.start < expression.end:
            for node in walk(expression):
                if isinstance(node, f.Comprehension) and node.start <= name.start < node.end:
                    for clause in node.clauses:
                        if any(bound == name.id for bound, _ in target_names(clause.target)):
                            return clause
    return None


def assignment_to(scope: Scope, target: f.Node) -> f.Assign | None:
    """The assignment whose target this is."""
    for node in flat_statements(scope.body):
        if isinstance(node, f.Assign) and any(target is inner for one in node.targets for inner in _targets(one)):
            return node
    return None


def last_assignment(scope: Scope, attribute: f.Attribute) -> f.Assign | None:
    """The last assignment to the same `self.name` in the same body, further up."""
    key = path_key(attribute)
    found = [
        node
        for node in flat_statements(scope.body)
        if isinstance(node, f.Assign)
        and node.value is not None
        and node.end <= attribute.start
        and any(isinstance(target, f.Attribute) and path_key(target) == key for target in node.targets)
    ]
    return found[-1] if found and key is not None else None


def expressions_of(scope: Scope) -> Iterator[f.Expr]:
    """The expressions of all statements of a body."""
    for node in flat_statements(scope.body):
        yield from own_expressions(node)


def name_place(module: Module, node: f.Node) -> Place:
    """Where a definition, an import or an assignment binds its name."""
    if isinstance(node, f.FunctionDef | f.ClassDef):
        return Place(module.path, node.name_start, node.name_start + len(node.name))
    if isinstance(node, f.Assign):
        return Place(module.path, node.targets[0].start, node.end)
    if isinstance(node, f.For):
        return Place(module.path, node.target.start, node.iter.end)
    if isinstance(node, f.With):
        return Place(module.path, node.items[0].start, node.items[-1].end)
    return Place(module.path, node.start, node.end)


def _targets(target: f.Expr) -> Iterator[f.Expr]:
    """A target, or those that a tuple is unpacked to."""
    match target:
        case f.Sequence():
            for item in target.items:
                yield from _targets(item)
        case f.Starred():
            yield from _targets(target.value)
        case _:
            yield target
