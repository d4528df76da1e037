"""What each MongoDB driver offers: tables made from the real packages, which are never imported here."""

from __future__ import annotations

from pymongo_async_lint.drivers.modules import is_driver_module, module_names, replacement
from pymongo_async_lint.drivers.options import Option, Takes, is_removed_option, option, replacement_of_option
from pymongo_async_lint.drivers.releases import Span, Target, parsed, span_of
from pymongo_async_lint.drivers.tables import (
    class_name,
    distinctive_members,
    member,
    member_names,
    protocols,
    replacement_of_member,
    type_of_class,
)
from pymongo_async_lint.drivers.vocabulary import AWAITABLE, DriverType, Flavour, How, Kind, Member, Protocols

__all__ = [
    "AWAITABLE",
    "DISTINCTIVE_MEMBERS",
    "DriverType",
    "Flavour",
    "How",
    "Kind",
    "Member",
    "Option",
    "Protocols",
    "Span",
    "Takes",
    "Target",
    "class_name",
    "is_driver_module",
    "is_removed_option",
    "member",
    "member_names",
    "module_names",
    "option",
    "parsed",
    "protocols",
    "replacement",
    "replacement_of_member",
    "replacement_of_option",
    "span_of",
    "type_of_class",
]

DISTINCTIVE_MEMBERS: frozenset[str]
"""Methods that hardly any other library has: a file that holds one may use a driver that it never imports."""


def __getattr__(name: str) -> frozenset[str]:
    """The tables are read when they are first asked for."""
    if name == "DISTINCTIVE_MEMBERS":
        return distinctive_members()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
