"""Motor's names and what they are called in Async PyMongo."""

from __future__ import annotations

from msgspec import Struct

from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.drivers.migration import home_of, motor_kind

_ROWS = {
    Kind.CLIENT: "IMP01",
    Kind.DATABASE: "IMP02",
    Kind.COLLECTION: "IMP03",
    Kind.CHANGE_STREAM: "IMP05",
    Kind.SESSION: "IMP06",
    Kind.BUCKET: "IMP07",
    Kind.GRID_IN: "IMP07",
    Kind.GRID_OUT: "IMP07",
    Kind.GRID_OUT_CURSOR: "IMP07",
    Kind.ENCRYPTION: "IMP08",
}

_TORNADO = frozenset({"motor", "motor.motor_tornado"})
_VERSIONS = frozenset({"version", "version_tuple", "get_version_string", "__version__", "_version"})
_BASES = frozenset({"AgnosticBase", "AgnosticBaseCursor", "AgnosticBaseProperties"})
_HANDLERS = frozenset({"motor.web", "motor.aiohttp"})


class Successor(Struct, frozen=True):
    """A class of Async PyMongo that takes the place of one of Motor's."""

    row: str
    kind: Kind
    module: str
    name: str


def successor(path: str) -> Successor | None:
    """What takes the place of the class at a dotted path of Motor's; None if nothing does."""
    kind = motor_kind(path)
    home = home_of(kind) if kind is not None else None
    if kind is None or home is None:
        return None
    old_module, _, old = path.rpartition(".")
    row = "IMP09" if old.startswith("Agnostic") else "IMP11" if old_module in _TORNADO else _ROWS.get(kind, "IMP04")
    module, _, name = home.rpartition(".")
    return Successor(row, kind, module, name)


def row_without_successor(path: str) -> str:
    """The row that tells of a name of Motor's that nothing takes the place of."""
    module, _, name = path.rpartition(".")
    if name in _VERSIONS or module == "motor._version":
        return "IMP12"
    if name in _BASES:
        return "IMP10"
    if module in _HANDLERS or path in _HANDLERS:
        return "IMP14"
    return "IMP13"


def is_motor(module: str) -> bool:
    return module == "motor" or module.startswith("motor.")
