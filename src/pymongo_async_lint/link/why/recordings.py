"""All recordings of a project, made when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.flow import Given
from pymongo_async_lint.link.scopes import Function, Scope, flat_statements
from pymongo_async_lint.link.shapes import UNKNOWN, Shape
from pymongo_async_lint.link.why.record import Explained, Recording

if TYPE_CHECKING:
    from pymongo_async_lint.link.project import Project


class Recordings:
    def __init__(self, project: Project) -> None:
        self.project = project
        self._made: dict[tuple[Scope, Given], Recording] = {}

    def of(self, scope: Scope, given: Given) -> Recording:
        key = scope, given
        if key not in self._made:
            self._made[key] = Recording(self.project, scope, given)
        return self._made[key]

    def shape(self, recording: Recording, node: Explained) -> Shape:
        """What an expression, a parameter or an imported name is."""
        scope = recording.scope
        if isinstance(node, f.Param):
            if not isinstance(scope, Function):
                return UNKNOWN
            given = dict(recording.given)
            return given[node.name] if node.name in given else self.project.param(scope, node.name, None)
        if isinstance(node, f.ImportedName):
            statement = import_of(scope, node)
            if statement is not None:
                return self.project.imported_name(statement, node.name, scope.module)
            dotted = node.name if node.alias else node.name.split(".")[0]
            return self.project.imported_module(dotted, scope.module)
        return recording.shape(node)


def import_of(scope: Scope, name: f.ImportedName) -> f.ImportFrom | None:
    """The `from … import` that the name is part of; None for a plain import."""
    for node in flat_statements(scope.body):
        if isinstance(node, f.ImportFrom) and any(imported is name for imported in node.names):
            return node
    return None
