"""The table of the ways from Motor to Async PyMongo, row by row."""

from __future__ import annotations

import enum
from functools import cache
from pathlib import Path

import msgspec

from pymongo_async_lint.drivers.modules import home_table
from pymongo_async_lint.drivers.tables import member, type_of_class, type_tables
from pymongo_async_lint.drivers.vocabulary import AWAITABLE, DriverType, Flavour, How, Kind

MIGRATION_FILE = Path(__file__).parent / "data" / "migration.json"


class Action(enum.StrEnum):
    """What a row asks for."""

    REWRITE = "rewrite"
    REPORT = "report"
    """A person has to decide."""
    NONE = "none"
    """Both drivers agree."""


class Row(msgspec.Struct, frozen=True):
    """One difference between the drivers, or a place where there is none."""

    id: str
    code: str
    """The code of the family that it belongs to, PMA901 to PMA909; empty where there is nothing to do."""
    action: Action
    motor: str
    pymongo: str
    advice: str
    """What to do, in words for the user"""
    members: tuple[str, ...]
    """The members that it is about, as "collection.aggregate"; some rows depend on more than that."""


class MigrationTable(msgspec.Struct, frozen=True):
    """The contents of the table's file."""

    motor: str
    pymongo: str
    rows: tuple[Row, ...]


@cache
def migration_table() -> MigrationTable:
    return msgspec.json.decode(MIGRATION_FILE.read_bytes(), type=MigrationTable)


@cache
def migration_rows() -> dict[str, Row]:
    """The rows by their ids."""
    return {row.id: row for row in migration_table().rows}


@cache
def _rows_by_member() -> dict[str, Row]:
    return {name: row for row in migration_table().rows for name in row.members}


def row_of_member(kind: Kind, name: str) -> Row | None:
    """The row that is about this member of Motor's; None if nothing changes."""
    return _rows_by_member().get(f"{kind}.{name}")


@cache
def gains_await(kind: Kind, name: str) -> bool:
    """Is it plain in Motor, and to be awaited in Async PyMongo?"""
    motor, asynchronous = _hows(kind, name)
    return motor is not None and motor not in AWAITABLE and asynchronous in AWAITABLE


@cache
def loses_await(kind: Kind, name: str) -> bool:
    """Is it to be awaited in Motor, and plain in Async PyMongo?"""
    motor, asynchronous = _hows(kind, name)
    return motor in AWAITABLE and asynchronous is not None and asynchronous not in AWAITABLE


def successor_kind(kind: Kind) -> Kind:
    """What Async PyMongo has for such an object of Motor's."""
    return Kind.COMMAND_CURSOR if kind is Kind.LATENT_CURSOR else kind


def home_of(kind: Kind) -> str | None:
    """Where Async PyMongo's class of that kind is best imported from, as a dotted path; None if it is private."""
    table = type_tables().types[Flavour.ASYNC].get(successor_kind(kind))
    return home_table().homes.get(table.class_name) if table else None


def motor_kind(dotted: str) -> Kind | None:
    """The kind of object that a class of Motor's makes, by the path that it is imported from."""
    found = type_of_class(dotted)
    return found.kind if found is not None and found.flavour is Flavour.MOTOR else None


def _hows(kind: Kind, name: str) -> tuple[How | None, How | None]:
    old = member(DriverType(Flavour.MOTOR, kind), name)
    new = member(DriverType(Flavour.ASYNC, successor_kind(kind)), name)
    return old.how if old else None, new.how if new else None
