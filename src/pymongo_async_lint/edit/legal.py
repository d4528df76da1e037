"""Where Python takes `await`, `async for` and `async with`."""

from __future__ import annotations

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.edit.tree import Tree


def can_await(tree: Tree, node: f.Node) -> bool:
    """May an `await` stand in place of this expression, or an `async` in front of this statement?

    Only in an `async def`, and where it leaves the kind of what is around it alone: a generator expression would
    become an asynchronous one. Nested comprehensions take it from Python 3.11 on, which the project may not require.
    Default arguments and decorators could have it, but nobody wants it there.
    """
    comprehensions = 0
    for child, parent in tree.ancestors(node):
        match parent.node:
            case f.FunctionDef():
                return parent.field == "body" and parent.node.is_async
            case f.Lambda() | f.ClassDef() | f.Param() | f.TypeAlias():
                return False
            case f.Case() if parent.field == "pattern":
                return False
            case f.Comprehension() if not _is_evaluated_before(parent.node, child, node):
                comprehensions += 1
                if comprehensions > 1 or not _may_be_async(parent.node):
                    return False
    return False


def can_iterate_asynchronously(tree: Tree, clause: f.ForClause) -> bool:
    """May this clause of a comprehension become `async for`?"""
    return can_await(tree, clause.target)


def _may_be_async(comprehension: f.Comprehension) -> bool:
    return comprehension.kind != "generator" or any(clause.is_async for clause in comprehension.clauses)


def _is_evaluated_before(comprehension: f.Comprehension, child: f.Node, node: f.Node) -> bool:
    """Does the node belong to what the first clause iterates over, which is evaluated outside?"""
    first = comprehension.clauses[0]
    return child is first and first.iter.start <= node.start and node.end <= first.iter.end
