"""What is written out in the source: literals, and names that stand for one."""

from __future__ import annotations

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.around import names_between
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.scopes import Binding, Function, Module, Namespace, Scope, bindings_of

Value = str | int | float | bool | None


class Unseen:
    """A value that the source does not tell."""


UNSEEN = Unseen()


def constant(project: Project, scope: Scope, node: f.Expr) -> Value | Unseen:
    """The value of an expression that is a literal, or a name that is bound once, to a literal."""
    node = written(project, scope, node)
    match node:
        case f.Constant(value=value):
            return value
        case f.Opaque(kind="unary", children=(f.Constant(value=int() | float() as number),)):
            # The operator isn't recorded; only a minus makes sense in front of a number.
            return -number
    return UNSEEN


def written(project: Project, scope: Scope, node: f.Expr) -> f.Expr:
    """What a name stands for that is bound only once, to an expression; else the node itself."""
    if not isinstance(node, f.Name):
        return node
    current: Scope | None = scope
    while isinstance(current, Function):
        if node.id in current.locals:
            return _only_value([one for name, one in bindings_of(current.body) if name == node.id]) or node
        current = current.parent
    found = project.alias(node, scope)
    if found is None:
        return node
    value, namespace = found
    assert isinstance(namespace, Namespace)
    for name, bindings in namespace.bindings.items():
        if any(binding.value is value for binding in bindings):
            is_rebound = isinstance(namespace, Module) and namespace.global_writers(name)
            return node if is_rebound else _only_value(bindings) or node
    return node


def is_used_only_here(scope: Scope, node: f.Name) -> bool:
    """Is a local variable mentioned nowhere but where it gets its value, and here?"""
    if not isinstance(scope, Function) or node.id not in scope.locals:
        return False
    return sum(1 for _ in names_between(scope.body, node.id, scope.node.start, scope.node.end)) == 2


def _only_value(bindings: list[Binding]) -> f.Expr | None:
    """A parameter has no binding, a loop's variable many values."""
    if len(bindings) == 1 and bindings[0].how == "value" and not bindings[0].path:
        return bindings[0].value
    return None
