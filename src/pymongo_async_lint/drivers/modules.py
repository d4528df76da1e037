"""Which modules and names the drivers' packages have had."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

PACKAGES = frozenset({"pymongo", "bson", "gridfs", "motor"})

MODULES_FILE = Path(__file__).parent / "data" / "modules.json"
HOMES_FILE = Path(__file__).parent / "data" / "homes.json"

MODULE_ATTRIBUTES = frozenset(
    {
        "__all__",
        "__annotations__",
        "__builtins__",
        "__cached__",
        "__class__",
        "__dict__",
        "__doc__",
        "__file__",
        "__loader__",
        "__name__",
        "__package__",
        "__path__",
        "__spec__",
    }
)
"""Names that every module or package has"""

MISTAKEN_PARTS = {
    "_async": "asynchronous",
    "aio": "asynchronous",
    "async_": "asynchronous",
    "asyncio": "asynchronous",
    "sync": "synchronous",
}
"""How people misspell the part of a module path that tells the two APIs apart"""


class ModuleTables(msgspec.Struct, frozen=True):
    """The contents of the modules' file."""

    releases: dict[str, list[str]]
    """The releases of each distribution whose names are in here"""
    modules: dict[str, str]
    """All names, submodules among them, that a module has had in any of these releases, with a space between them"""


class HomeTable(msgspec.Struct, frozen=True):
    """The contents of the homes' file."""

    releases: dict[str, str]
    """The release of each distribution that the table was made from"""
    homes: dict[str, str]
    """The path under which a public name is best imported"""


@cache
def module_tables() -> ModuleTables:
    return msgspec.json.decode(MODULES_FILE.read_bytes(), type=ModuleTables)


@cache
def home_table() -> HomeTable:
    return msgspec.json.decode(HOMES_FILE.read_bytes(), type=HomeTable)


def is_driver_module(dotted: str) -> bool:
    """Whether a module, existing or not, would belong to one of the drivers' packages."""
    return dotted.partition(".")[0] in PACKAGES


@cache
def module_names(dotted: str) -> frozenset[str] | None:
    """All names that a module has had in any supported release, or None if none of them has such a module."""
    names = module_tables().modules.get(dotted)
    return None if names is None else MODULE_ATTRIBUTES.union(names.split())


def replacement(dotted_module: str, name: str | None) -> str | None:
    """Where a name imported from a module, or the module itself (`name` is None), really lives.

    None if the import is right as it is, or if it isn't known what was meant.
    """
    path = f"{dotted_module}.{name}" if name else dotted_module
    if _exists(path):
        return None
    home = home_table().homes.get(path.rpartition(".")[2])
    if home:
        return home
    mended = ".".join(MISTAKEN_PARTS.get(part, part) for part in path.split("."))
    return mended if is_driver_module(path) and _exists(mended) else None


def _exists(path: str) -> bool:
    module, _, name = path.rpartition(".")
    return module_names(path) is not None or name in (module_names(module) or ())
