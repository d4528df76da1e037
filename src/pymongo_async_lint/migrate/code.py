"""One file of the project, as the migration looks at it."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.notebook import SUFFIX as NOTEBOOK
from pymongo_async_lint.edit.tree import Tree, nodes_in
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import Module


class Code:
    """Text, facts and tree of a file."""

    def __init__(self, module: Module, text: str) -> None:
        self.module = module
        self.path = module.path
        self.text = text
        self.is_notebook = self.path.endswith(NOTEBOOK)
        """May an `await` stand outside of any function?"""
        self.facts = module.facts
        self.tree = Tree(module.facts, text)
        self.nodes = tuple(nodes_of(module.facts.body))

    def place(self, node: f.Node) -> Place:
        return Place(self.path, node.start, node.end)

    def written(self, node: f.Node) -> str:
        return self.text[node.start : node.end]

    def function_around(self, node: f.Node) -> f.FunctionDef | None:
        """The innermost `def` whose body holds the node."""
        for _, parent in self.tree.ancestors(node):
            if isinstance(parent.node, f.FunctionDef) and parent.field == "body":
                return parent.node
        return None

    def statement_around(self, node: f.Node) -> f.Node:
        """The simple statement, or the head of a compound one, that the node is part of."""
        found = node
        for child, parent in self.tree.ancestors(node):
            if isinstance(child, f.Statement):
                return child
            found = parent.node
        return found


def nodes_of(body: f.Block) -> Iterator[f.Node]:
    """Every node of a file, annotations too, each before what is in it."""
    stack: list[f.Node] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        inside: list[f.Node] = []
        for field in node.__struct_fields__:
            inside.extend(nodes_in(getattr(node, field)))
        stack.extend(reversed(inside))
