"""From a dotted name, as an import statement writes it, to the project's file."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from pymongo_async_lint.drivers import is_driver_module
from pymongo_async_lint.frameworks import PACKAGES


def module_parts(path: str) -> tuple[str, ...]:
    """`a/b/c.py` is a.b.c and `a/b/__init__.py` is a.b, seen from the project's root."""
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return tuple(parts)


class ModuleIndex:
    """Which file an import means. Import roots are inferred: settings, `src`, packages' parents, the importer's
    folders."""

    def __init__(self, paths: Iterable[str], src: Iterable[str] = ()) -> None:
        self.by_last: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self.packages: set[tuple[str, ...]] = set()
        self.by_parts: dict[tuple[str, ...], str] = {}
        for path in paths:
            parts = module_parts(path)
            if path.endswith("__init__.py"):
                self.packages.add(parts)
            if not parts:
                continue
            if parts not in self.by_parts or path.endswith("__init__.py"):
                self.by_parts[parts] = path
            self.by_last.setdefault(parts[-1], []).append((parts, path))
        self.roots = {tuple(root.strip("/").split("/")) for root in src if root not in ("", ".")}
        self._resolved: dict[tuple[str, tuple[str, ...]], str | None] = {}

    def resolve(self, dotted: str, importer: str, level: int = 0) -> str | None:
        """The file that `dotted`, imported in the file `importer` behind `level` dots, means; None if it is not
        ours."""
        folder = tuple(importer.split("/")[:-1])
        if level - 1 > len(folder):
            return None
        if level:
            base = folder[: len(folder) - (level - 1)] if level > 1 else folder
            return self.by_parts.get(base + tuple(part for part in dotted.split(".") if part))
        key = (dotted, folder)
        if key not in self._resolved:
            self._resolved[key] = self._absolute(tuple(dotted.split(".")), folder)
        found = self._resolved[key]
        return found if found != importer else None  # `redis.py` that imports `redis` means the library

    def _absolute(self, parts: tuple[str, ...], folder: tuple[str, ...]) -> str | None:
        if parts[0] in sys.stdlib_module_names or is_driver_module(parts[0]):
            return None
        size = len(parts)
        best: tuple[tuple[int, int, int], str] | None = None
        for candidate, path in self.by_last.get(parts[-1], ()):
            if candidate[-size:] != parts:
                continue
            root = candidate[:-size]
            if root in self.roots:
                rank = 0
            elif root == folder[: len(root)]:
                rank = 1 if root not in self.packages else 3
            elif root not in self.packages and parts[0] not in PACKAGES:
                rank = 2
            else:
                continue
            common = 0
            for ours, theirs in zip(root, folder, strict=False):
                if ours != theirs:
                    break
                common += 1
            score = (rank, -common, len(root))
            if best is None or score < best[0]:
                best = (score, path)
        return best[1] if best is not None else None
