"""Where a node stands in its body: in which loops, `try` and `with` statements, and what is sure to run before it.

These questions are about the text of one body only, and get asked for the few places that a rule looks at.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.scopes import blocks_of, children, flat_statements, own_expressions, target_names, walk


class Step(msgspec.Struct, frozen=True):
    """A statement, handler or `case` that holds a node, and the block that it is one of."""

    node: f.Node
    block: tuple[f.Node, ...]


class Loop(msgspec.Struct, frozen=True):
    """A loop around a node, and the names that have another value in each round."""

    node: f.For | f.While | f.Comprehension
    names: frozenset[str]

    @property
    def ends_early(self) -> bool:
        """Can something in the loop end it: `break`, or `return`?"""
        return not isinstance(self.node, f.Comprehension) and _leaves(self.node.body)

    def changes(self, node: f.Expr) -> bool:
        """Does the value of this expression depend on the round?"""
        return any(isinstance(inner, f.Name) and inner.id in self.names for inner in walk(node))


def holds(outer: f.Node, inner: f.Node) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def steps_to(body: f.Block, node: f.Node) -> list[Step]:
    """The statements of a body that hold the node, from the outermost inwards; functions and classes defined in it are
    bodies of their own."""
    found: list[Step] = []
    block: tuple[f.Node, ...] = body
    while True:
        holder = next((one for one in block if holds(one, node)), None)
        if holder is None:
            return found
        found.append(Step(holder, block))
        inner = [one for one in _blocks(holder) if one and one[0].start <= node.start and node.end <= one[-1].end]
        if holder is node or not inner:
            return found
        block = inner[0]


def expressions_to(statement: f.Node, node: f.Node) -> list[f.Expr]:
    """The expressions of a statement that hold the node, from the outermost inwards, the node itself aside."""
    found: list[f.Expr] = []
    pending = tuple(own_expressions(statement)) if isinstance(statement, f.Statement) else ()
    while True:
        holder = next((one for one in pending if holds(one, node) and one is not node), None)
        if holder is None:
            return found
        found.append(holder)
        pending = children(holder)


def around(body: f.Block, node: f.Node) -> list[f.Node]:
    """The statements and expressions of a body that hold the node, from the outermost inwards."""
    steps = steps_to(body, node)
    if not steps:
        return []
    return [*(step.node for step in steps if step.node is not node), *expressions_to(steps[-1].node, node)]


def loops_around(body: f.Block, node: f.Node) -> list[Loop]:
    """The loops that run the node once a round, from the outermost inwards."""
    found: list[Loop] = []
    for holder in around(body, node):
        match holder:
            case f.For():
                if _is_in(holder.body, node):
                    names = {name for name, _ in target_names(holder.target)}
                    found.append(Loop(holder, _dependent(holder.body, names)))
            case f.While():
                if _is_in(holder.body, node):
                    found.append(Loop(holder, _dependent(holder.body, _counted(holder.body))))
            case f.Comprehension():
                first = holder.clauses[0]
                if not holds(first.iter, node):
                    names = {name for clause in holder.clauses for name, _ in target_names(clause.target)}
                    found.append(Loop(holder, frozenset(names)))
    return found


def guards_around(body: f.Block, node: f.Node) -> Iterator[f.Handler]:
    """The handlers of exceptions that the node raises."""
    for holder in around(body, node):
        if isinstance(holder, f.Try) and _is_in(holder.body, node):
            yield from holder.handlers


def runs_before(body: f.Block, first: f.Node, second: f.Node) -> bool:
    """Is the statement of the first node sure to be done, node and all, whenever the second node is evaluated?"""
    if first.end > second.start:
        return False
    ours, theirs = steps_to(body, first), steps_to(body, second)
    shared = 0
    while shared < min(len(ours), len(theirs)) and ours[shared].node is theirs[shared].node:
        shared += 1
    if shared == len(ours) or shared == len(theirs) or ours[shared].block is not theirs[shared].block:
        return False
    return is_always_evaluated([step.node for step in ours[shared:]], first)


def goes_on_to(body: f.Block, first: f.Node, second: f.Node) -> bool:
    """May the second node come behind the first one, or does a `return` or `raise` end what holds the first only?"""
    return not any(
        isinstance(step.block[-1], f.Return | f.Raise) and not _is_in(step.block, second)
        for step in steps_to(body, first)
    )


def is_always_evaluated(steps: list[f.Node], node: f.Node) -> bool:
    """Does running the first of these nested statements to its end evaluate the node in it?"""
    for holder in steps[:-1]:
        if not (isinstance(holder, f.With) and not any(_may_suppress(item.value) for item in holder.items)):
            return False
    last = steps[-1]
    if last is node or (isinstance(last, f.For) and holds(last.iter, node)):
        return True
    if isinstance(last, f.For | f.While | f.Try | f.Match | f.FunctionDef | f.ClassDef):
        return False
    inside: f.Node = node
    for expression in reversed(expressions_to(last, node)):
        match expression:
            case f.Conditional() if not holds(expression.test, inside):
                return False
            case f.BoolOp() if not holds(expression.values[0], inside):
                return False
            case f.Comprehension() if not holds(expression.clauses[0].iter, inside):
                return False
            case f.Lambda():
                return False
        inside = expression
    return True


def names_between(body: f.Block, name: str, start: int, end: int) -> Iterator[f.Name]:
    """The places from one offset to another at which a name is mentioned, in nested functions too."""
    pending: list[f.Block] = [body]
    while pending:
        for statement in flat_statements(pending.pop()):
            if isinstance(statement, f.FunctionDef | f.ClassDef):
                pending.append(statement.body)
            for expression in own_expressions(statement):
                for inner in walk_deep(expression):
                    if isinstance(inner, f.Name) and inner.id == name and start <= inner.start < end:
                        yield inner


def walk_deep(node: f.Expr) -> Iterator[f.Expr]:
    """The expression and all below it, lambdas' bodies too."""
    for inner in walk(node):
        yield inner
        if isinstance(inner, f.Lambda):
            yield from walk_deep(inner.body)


def _blocks(node: f.Node) -> list[tuple[f.Node, ...]]:
    match node:
        case f.Try():
            return [node.body, node.handlers, node.orelse, node.final]
        case f.Match():
            return [node.cases]
        case f.Handler() | f.Case():
            return [node.body]
    return list(blocks_of(node))


def _is_in(block: tuple[f.Node, ...], node: f.Node) -> bool:
    return bool(block) and block[0].start <= node.start and node.end <= block[-1].end


def _leaves(body: f.Block) -> bool:
    return any(
        isinstance(node, f.Return) or (isinstance(node, f.Jump) and node.kind == "break")
        for node in flat_statements(body)
    )


def _counted(body: f.Block) -> set[str]:
    """What a `while` loop's body changes from round to round."""
    found: set[str] = set()
    for node in flat_statements(body):
        if isinstance(node, f.AugAssign):
            found.update(name for name, _ in target_names(node.target))
    return found


def _dependent(body: f.Block, names: set[str]) -> frozenset[str]:
    """These names, and those that the loop's body computes from them."""
    found = set(names)
    while True:
        before = len(found)
        for node in flat_statements(body):
            match node:
                case f.Assign(value=value) if value is not None and _mentions(value, found):
                    found.update(name for target in node.targets for name, _ in target_names(target))
                case f.For() if _mentions(node.iter, found):
                    found.update(name for name, _ in target_names(node.target))
        if len(found) == before:
            return frozenset(found)


def _mentions(node: f.Expr, names: set[str]) -> bool:
    return any(isinstance(inner, f.Name) and inner.id in names for inner in walk(node))


def _may_suppress(node: f.Expr) -> bool:
    """`with suppress(…)` goes on behind an exception; a driver's object or a lock does not."""
    called = node.func if isinstance(node, f.Call) else node
    name = called.attr if isinstance(called, f.Attribute) else called.id if isinstance(called, f.Name) else ""
    return name in ("suppress", "raises", "ignored")
