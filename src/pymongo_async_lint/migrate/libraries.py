"""Libraries that need Motor, or know it by name."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers.migration import migration_rows
from pymongo_async_lint.edit.pieces import edit
from pymongo_async_lint.link.modules import ModuleIndex
from pymongo_async_lint.migrate.code import Code
from pymongo_async_lint.migrate.records import Found, Kept

_BLOCKING = {"odmantic": "EXT01", "umongo": "EXT02", "fastapi_users_db_mongodb": "EXT05"}

_BEANIE_1 = {
    "get_motor_collection": "get_pymongo_collection",
    "motor_db": "pymongo_db",
    "motor_collection": "pymongo_collection",
    "motor_cursor": "get_cursor()",
    "from_motor_index_information": "from_pymongo_index_information",
}

_LISTENERS = frozenset(
    {"CommandListener", "ServerListener", "TopologyListener", "ServerHeartbeatListener", "ConnectionPoolListener"}
)


def blocked_files(codes: Mapping[str, Code], index: ModuleIndex, has_new_beanie: bool, found: Found) -> set[str]:
    """The files that use a library which needs Motor."""
    rows = migration_rows()
    blocked: set[str] = set()
    for code in codes.values():
        for node in code.nodes:
            if not isinstance(node, f.Import | f.ImportFrom):
                continue
            for package in _packages(node):
                if _is_own(package, code, index):
                    continue
                row = _BLOCKING.get(package)
                if package == "beanie" and not has_new_beanie:
                    row = "EXT03"
                if row is not None:
                    blocked.add(code.path)
                    found.report(row, code.place(node), rows[row].advice, Kept.BLOCKED)
    return blocked


def report_libraries(codes: Mapping[str, Code], has_new_beanie: bool, found: Found) -> None:
    """What libraries and settings around Motor need."""
    rows = migration_rows()
    for code in codes.values():
        uses_beanie = any(
            isinstance(node, f.Import | f.ImportFrom) and "beanie" in _packages(node) for node in code.nodes
        )
        for node in code.nodes:
            match node:
                case f.Import() | f.ImportFrom() if "mongomock_motor" in _packages(node):
                    found.report("IMP15", code.place(node), rows["IMP15"].advice)
                case f.Constant(value="MOTOR_MAX_WORKERS"):
                    found.report("ENV01", code.place(node), rows["ENV01"].advice)
                case f.ClassDef(bases=bases):
                    for base in bases:
                        name = base.value.attr if isinstance(base.value, f.Attribute) else getattr(base.value, "id", "")
                        if name in _LISTENERS:
                            found.report("LSN01", code.place(base), f"`{name}`: {rows['LSN01'].advice}", Kept.NOTE)
                case f.Attribute(attr=old) if old in _BEANIE_1 and (uses_beanie or old != "motor_db"):
                    _rename_for_beanie(code, node, has_new_beanie, found)


def _rename_for_beanie(code: Code, node: f.Attribute, has_new_beanie: bool, found: Found) -> None:
    row = migration_rows()["EXT04"]
    if not has_new_beanie:
        found.report("EXT04", code.place(node), f"`{node.attr}`: {row.advice} (`{_BEANIE_1[node.attr]}`)")
        return
    start = node.end - len(node.attr)
    new = _BEANIE_1[node.attr]
    message = f"`{node.attr}` is a name of Beanie 1; write `{new}`"
    found.rewrite("EXT04", code.place(node), (edit(code.path, start, node.end, new),), message)


def _is_own(package: str, code: Code, index: ModuleIndex) -> bool:
    """Is the project itself this library?"""
    return (index.resolve(package, code.path) or code.path).endswith(f"{package}/__init__.py")


def _packages(node: f.Import | f.ImportFrom) -> set[str]:
    if isinstance(node, f.ImportFrom):
        return set() if node.level else {node.module.partition(".")[0]}
    return {name.name.partition(".")[0] for name in node.names}
