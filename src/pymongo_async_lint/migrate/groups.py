"""Files that belong together, since an object of Motor's goes from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.modules import ModuleIndex
from pymongo_async_lint.migrate.imports import Names
from pymongo_async_lint.migrate.objects import Objects


class Groups:
    """The connected groups of files."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, path: str) -> str:
        """The file that stands for the group."""
        while (above := self._above.setdefault(path, path)) != path:
            path = above
        return path

    def connect(self, one: str, other: str) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        self._above[second] = first

    def members(self, paths: Iterable[str]) -> list[tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for path in sorted(paths):
            found.setdefault(self.of(path), []).append(path)
        return [tuple(group) for group in found.values()]


def groups_of(objects: Objects, names: Mapping[str, Names], index: ModuleIndex) -> Groups:
    """Connect each file with those that its objects, and the names of Motor's classes, are from."""
    groups = Groups()
    for touch in (*objects.touches, *objects.mixed):
        groups.connect(touch.body.path, touch.owner.origin.path)
    for path, source_path in objects.flows:
        groups.connect(path, source_path)
    for path, one in names.items():
        for node in one.code.nodes:
            if isinstance(node, f.ImportFrom) and (node.module or node.level):
                source = index.resolve(node.module, path, node.level)
                origin = names.get(source) if source is not None else None
                if origin is None or source is None:
                    continue
                if any(name.name in origin.classes for name in node.names) or (node.is_star and origin.classes):
                    groups.connect(path, source)
    return groups
