"""The tables of modules and names, collected from one installed release after the other."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import inspect
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from driver_tables.introspection import import_if_possible
from driver_tables.types import Installed, release_key
from pymongo_async_lint.drivers.modules import MODULE_ATTRIBUTES, HomeTable, ModuleTables, module_tables

DISTRIBUTIONS = {
    "pymongo": ("pymongo", "bson", "gridfs"),
    "motor": ("motor",),
    # No driver, but its package is called like PyMongo's, and projects import from it what PyMongo's does not have.
    "bson": ("bson",),
}
"""The packages of each distribution whose names are collected"""


def installed_names() -> ModuleTables:
    """The names of all modules of the installed distributions."""
    releases: dict[str, list[str]] = {}
    modules: dict[str, set[str]] = {}
    for name, packages in DISTRIBUTIONS.items():
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        releases[name] = [distribution.version]
        for package in packages:
            source = Source(Path(str(distribution.locate_file(""))), package)
            for module in source.modules:
                modules.setdefault(module, set()).update(source.names(module), source.live_names(module))
    return ModuleTables(releases, {module: _joined(names - MODULE_ATTRIBUTES) for module, names in modules.items()})


def merged(old: ModuleTables, new: ModuleTables) -> ModuleTables:
    return ModuleTables(
        {
            name: sorted({*old.releases.get(name, ()), *new.releases.get(name, ())}, key=release_key)
            for name in DISTRIBUTIONS
            if name in old.releases or name in new.releases
        },
        {
            module: _joined({*old.modules.get(module, "").split(), *new.modules.get(module, "").split()})
            for module in sorted({*old.modules, *new.modules})
        },
    )


def _joined(names: Iterable[str]) -> str:
    return " ".join(sorted(names))


class Source:
    """A package on disk. It is read rather than imported, since old releases do not run on new interpreters."""

    def __init__(self, root: Path, package: str) -> None:
        self.modules: dict[str, Path] = {}
        for path in sorted(root.joinpath(package).rglob("*")):
            stem = path.name.partition(".")[0]
            if path.suffix in (".py", ".so", ".pyd") and stem.isidentifier():
                parts = path.relative_to(root).parts[:-1]
                self.modules[".".join(parts if stem == "__init__" else (*parts, stem))] = path
        self._names: dict[str, set[str]] = {}

    def names(self, module: str) -> set[str]:
        """All names that a module's source binds, whatever the branch they stand in, and its submodules."""
        if module not in self._names:
            # Known before it is complete, as modules may import everything from each other.
            found = self._names[module] = set(self._submodules(module))
            path = self.modules[module]
            if path.suffix == ".py":
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", SyntaxWarning)
                    tree = ast.parse(path.read_bytes())
                for name in bound_names(tree.body):
                    if isinstance(name, str):
                        found.add(name)
                    else:
                        found.update(self._starred(module, name))
        return self._names[module]

    def live_names(self, module: str) -> set[str]:
        """The names of the module when it is imported; none if it cannot be, or if another release is imported."""
        live = import_if_possible(module)
        if live is None or Path(str(live.__file__)) != self.modules[module]:
            return set()
        return set(dir(live))

    def _submodules(self, package: str) -> Iterator[str]:
        for module in self.modules:
            parent, _, name = module.rpartition(".")
            if parent == package:
                yield name

    def _starred(self, module: str, statement: ast.ImportFrom) -> set[str]:
        """What `from x import *` may bring."""
        target = statement.module or ""
        if statement.level:
            package = module.split(".")
            if self.modules[module].name != "__init__.py":
                package.pop()
            del package[len(package) - statement.level + 1 :]
            target = ".".join([*package, *filter(None, [target])])
        if target in self.modules:
            return self.names(target)
        return set(dir(importlib.import_module(target)))


def bound_names(body: Iterable[ast.stmt]) -> Iterator[str | ast.ImportFrom]:
    """The names that statements bind in their own scope; an import of everything is handed on as it is."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Global):
                        yield from inner.names
                continue
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                yield node
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    yield alias.asname or alias.name.partition(".")[0]
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                for inner in ast.walk(value):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        yield inner.value
        pending.extend(ast.iter_child_nodes(node))


def installed_homes() -> HomeTable:
    """Where the public names of the installed packages are best imported from."""
    installed = Installed()
    candidates: dict[str, list[str]] = {}
    for flavour, kind in installed.classes:
        for path in installed.paths(flavour, kind):
            module, _, name = path.rpartition(".")
            if hasattr(import_if_possible(module), name):
                candidates.setdefault(name, []).append(path)
    for module in module_tables().modules:
        live = import_if_possible(module)
        exported = getattr(live, "__all__", ())
        for name, value in vars(live).items() if live else ():
            if name in exported or (inspect.isclass(value) and value.__module__ == module and not is_inner(module)):
                candidates.setdefault(name, []).append(f"{module}.{name}")
    return HomeTable(
        installed.releases,
        {name: min(paths, key=home_rank) for name, paths in sorted(candidates.items()) if not name.startswith("_")},
    )


def is_inner(module: str) -> bool:
    """Whether users import from a module only what the drivers' types name."""
    return module.startswith("motor") or ".asynchronous" in module or ".synchronous" in module or "._" in module


def home_rank(path: str) -> tuple[bool, bool, int, str]:
    """The lowest of a name's paths is the best: public, and in the module that defines or exports the name."""
    module, _, name = path.rpartition(".")
    live = importlib.import_module(module)
    is_at_home = name in getattr(live, "__all__", ()) or getattr(getattr(live, name), "__module__", None) == module
    return ".synchronous." in path, not is_at_home, path.count("."), path
