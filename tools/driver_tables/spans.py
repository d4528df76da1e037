"""From which release of PyMongo on, and until which, its modules and public names are there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from driver_tables.names import Source
from driver_tables.types import release_key
from pymongo_async_lint.drivers.releases import Span, SpanTable

PACKAGES = ("pymongo", "bson", "gridfs")


def spans(folder: Path) -> SpanTable:
    """The table for the releases that are installed in folders of their own, named by their versions.

    Whatever all of them have is left out, and so is a name that is there as long as its module is.
    """
    releases = sorted((path.name for path in folder.iterdir()), key=release_key)
    found: dict[str, set[int]] = {}
    public: set[str] = set()
    for number, release in enumerate(releases):
        for package in PACKAGES:
            source = Source(folder / release, package)
            for module, path in source.modules.items():
                own = {f"{module}.{name}" for name in source.names(module)}
                for there in own.union(with_packages(module)):
                    found.setdefault(there, set()).add(number)
                public.update(with_packages(module), (f"{module}.{name}" for name in defined(path)))
    table: dict[str, Span] = {}
    for path, numbers in sorted(found.items()):
        first, last = min(numbers), max(numbers)
        is_whole = len(numbers) == last - first + 1
        if path not in public or is_private(path) or not is_whole or len(numbers) == len(releases):
            continue
        if found.get(path.rpartition(".")[0]) != numbers:
            until = minor(releases[last + 1]) if last + 1 < len(releases) else None
            table[path] = Span(minor(releases[first]) if first else None, until)
    return SpanTable(releases, table)


def with_packages(module: str) -> Iterator[str]:
    """The module and the packages around it; a folder without `__init__.py` can be imported, too."""
    while module:
        yield module
        module = module.rpartition(".")[0]


def defined(path: Path) -> Iterator[str]:
    """The functions and classes that a file defines itself, and what it exports."""
    if path.suffix != ".py":
        return
    for statement in ast.parse(path.read_bytes()).body:
        match statement:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                for node in ast.walk(value):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value


def is_private(path: str) -> bool:
    return any(part.startswith("_") for part in path.split("."))


def minor(release: str) -> str:
    """ "4.9.2" -> "4.9": names come and go with minor releases."""
    return ".".join(release.split(".")[:2])
