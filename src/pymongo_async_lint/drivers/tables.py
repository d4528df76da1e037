"""Look-up in the tables of driver types and their members."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from pymongo_async_lint.drivers.vocabulary import DriverType, Flavour, How, Kind, Member, Protocols

TYPES_FILE = Path(__file__).parent / "data" / "types.json"

DISTINCTIVE_WORDS = frozenset({"aggregate"})
"""Methods with a name of one word that is distinctive all the same"""

COMMON_NAMES = frozenset(
    {
        "add_option",
        "append_metadata",
        "batch_size",
        "delete_key",
        "get_io_loop",
        "get_key",
        "get_keys",
        "get_version",
        "new_file",
        "remove_option",
        "server_info",
        "with_options",
    }
)
"""Methods with a name of several words that objects of many other libraries have too"""

SUCCESSORS: dict[Kind, dict[str, str]] = {
    Kind.CLIENT: {"database_names": "list_database_names", "disconnect": "close"},
    Kind.DATABASE: {"collection_names": "list_collection_names"},
    Kind.COLLECTION: {
        "count": "count_documents",
        "ensure_index": "create_index",
        "find_and_modify": "find_one_and_update",
        "group": "aggregate",
        "initialize_ordered_bulk_op": "bulk_write",
        "initialize_unordered_bulk_op": "bulk_write",
        "inline_map_reduce": "aggregate",
        "insert": "insert_one",
        "map_reduce": "aggregate",
        "remove": "delete_one",
        "save": "replace_one",
        "update": "update_one",
    },
    **{
        kind: {"each": "to_list", "fetch_next": "next", "next_object": "next"}
        for kind in (Kind.CURSOR, Kind.COMMAND_CURSOR, Kind.GRID_OUT_CURSOR)
    },
}
"""Members that PyMongo 2 and 3 or Motor had, and what does their work now"""


class TypeTable(msgspec.Struct, frozen=True):
    """All that is known of one driver type."""

    class_name: str
    """The name that users know, such as "AsyncCollection" """
    paths: tuple[str, ...]
    """Every dotted path under which the class, or a class that behaves like it, can be imported"""
    protocols: Protocols
    members: tuple[Member, ...]


class TypeTables(msgspec.Struct, frozen=True):
    """The contents of the tables' file."""

    releases: dict[str, str]
    """The release of each package that the tables were made from"""
    types: dict[Flavour, dict[Kind, TypeTable]]


@cache
def type_tables() -> TypeTables:
    return msgspec.json.decode(TYPES_FILE.read_bytes(), type=TypeTables)


def member(type: DriverType, name: str) -> Member | None:
    """The member of that name; None if there is none, in which case attribute access may make a sub-object."""
    return _members(type).get(name)


def class_name(type: DriverType) -> str:
    """The name of the class that users know: "AsyncCollection", "Collection", "AsyncIOMotorCollection".

    Raises:
        KeyError: the flavour has no such kind.
    """
    return type_tables().types[type.flavour][type.kind].class_name


def type_of_class(dotted: str) -> DriverType | None:
    """The type of the instances of the class at an importable path, such as "pymongo.database.Database"."""
    return _types_by_path().get(dotted)


def protocols(type: DriverType) -> Protocols:
    """What the language lets one do with an object of that type.

    Raises:
        KeyError: the flavour has no such kind.
    """
    return type_tables().types[type.flavour][type.kind].protocols


@cache
def distinctive_members() -> frozenset[str]:
    """The names of all methods that hardly any other library has: two words and more, but no common ones."""
    return frozenset(
        member.name
        for kinds in type_tables().types.values()
        for table in kinds.values()
        for member in table.members
        if member.how not in (How.PROPERTY, How.AWAITABLE_PROPERTY)
        and ("_" in member.name or member.name in DISTINCTIVE_WORDS)
        and member.name not in COMMON_NAMES
    )


def member_names(type: DriverType) -> frozenset[str]:
    """The names of all members of a type."""
    return frozenset(_members(type))


def replacement_of_member(type: DriverType, name: str) -> str | None:
    """The member that does what one did that older releases or Motor have under another name; None if none does."""
    successor = SUCCESSORS.get(type.kind, {}).get(name)
    return successor if successor in _members(type) else None


@cache
def _members(type: DriverType) -> dict[str, Member]:
    table = type_tables().types[type.flavour].get(type.kind)
    return {member.name: member for member in table.members} if table else {}


@cache
def _types_by_path() -> dict[str, DriverType]:
    return {
        path: DriverType(flavour, kind)
        for flavour, kinds in type_tables().types.items()
        for kind, table in kinds.items()
        for path in table.paths
    }
