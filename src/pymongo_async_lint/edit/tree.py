"""The facts of one file with the way from each node up to the module, and the text that they are about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from pymongo_async_lint.capture import facts as f

TRIVIA = re.compile(r"(?:[ \n\t\r\f]++|#[^\r\n]*+|\\[\r\n])*+")
"""Blanks, ends of lines and comments between two tokens."""

_ELSEWHERE = frozenset({"annotation", "returns"})
"""Fields whose expressions may stand in a string: their places are not those of the text."""


class Parent(msgspec.Struct, frozen=True):
    """The node above another one, and the field that holds it."""

    node: f.Node
    field: str


class Tree:
    """Finds the expressions of a file by their place, and what is around them."""

    def __init__(self, facts: f.Facts, text: str) -> None:
        self.text = text
        self._body = facts.body
        self._starts = [statement.start for statement in facts.body]
        self._entered: set[int] = set()
        self._parents: dict[int, Parent] = {}
        self._at: dict[tuple[int, int], list[f.Node]] = {}

    def _enter(self, offset: int) -> None:
        """Look through the statements of the module that an offset may lie in, unless that is done."""
        behind = bisect_right(self._starts, offset)
        for number in (behind - 1, behind):  # decorators stand in front of what they decorate
            if 0 <= number < len(self._body) and number not in self._entered:
                self._entered.add(number)
                self._look_through(self._body[number])

    def _look_through(self, statement: f.Statement) -> None:
        stack: list[f.Node] = [statement]
        while stack:
            node = stack.pop()
            self._at.setdefault((node.start, node.end), []).append(node)
            for field in node.__struct_fields__:
                if field in _ELSEWHERE:
                    continue
                for child in nodes_in(getattr(node, field)):
                    self._parents[id(child)] = Parent(node, field)
                    stack.append(child)

    def expression(self, start: int, end: int) -> f.Expr | None:
        """The expression of this span, the innermost one if there are several."""
        self._enter(start)
        found = [node for node in self._at.get((start, end), ()) if isinstance(node, f.Expr)]
        return found[-1] if found else None

    def node(self, start: int, end: int, *types: type[f.Node]) -> f.Node | None:
        """The node of this span that is one of these types."""
        self._enter(start)
        return next((node for node in self._at.get((start, end), ()) if isinstance(node, types)), None)

    def parent(self, node: f.Node) -> Parent | None:
        """What is above a node; None for the statements of the module."""
        self._enter(node.start)
        return self._parents.get(id(node))

    def ancestors(self, node: f.Node) -> Iterator[tuple[f.Node, Parent]]:
        """Each node on the way up, from this one on, with what is above it."""
        parent = self.parent(node)
        while parent is not None:
            yield node, parent
            node = parent.node
            parent = self.parent(node)

    def is_followed_by(self, offset: int, token: str) -> bool:
        return self.text.startswith(token, self.behind_trivia(offset))

    def behind_trivia(self, offset: int) -> int:
        """Where the next token starts."""
        found = TRIVIA.match(self.text, offset)
        assert found is not None  # it matches nothing as well
        return found.end()

    def needs_blank_before(self, offset: int) -> bool:
        """Would a word that is inserted here become one with the word in front of it?"""
        return offset > 0 and (self.text[offset - 1].isalnum() or self.text[offset - 1] == "_")


def nodes_in(value: object) -> tuple[f.Node, ...]:
    """The nodes that a field of a node holds."""
    if isinstance(value, f.Node):
        return (value,)
    if isinstance(value, tuple):
        return tuple(item for item in value if isinstance(item, f.Node))
    return ()
