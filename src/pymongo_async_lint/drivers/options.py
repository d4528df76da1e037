"""Which options a client takes, as keywords and in the address."""

from __future__ import annotations

import difflib
import enum
from functools import cache
from pathlib import Path

import msgspec

OPTIONS_FILE = Path(__file__).parent / "data" / "options.json"

CLOSE = 0.8
"""How much a name must look like an option's to be taken for its misspelling"""


class Takes(enum.StrEnum):
    """Which values an option takes."""

    ANY = "any"
    """Something that the tables don't describe"""
    FLAG = "flag"
    """True, False, "true" or "false" """
    COUNT = "count"
    """A whole number from 0 on"""
    POSITIVE = "positive"
    """A whole number from 1 on"""
    DURATION = "duration"
    """A number above 0"""
    DURATION_OR_ZERO = "duration_or_zero"


class Option(msgspec.Struct, frozen=True, array_like=True):
    """An option of a client. PyMongo does not mind upper and lower case."""

    name: str
    in_address: bool
    """Can it stand in the address too? All of them are keywords."""
    takes: Takes
    since: str | None
    """The PyMongo release it appeared in, if that is later than 4.9"""


class OptionTable(msgspec.Struct, frozen=True):
    """The contents of the options' file."""

    releases: list[str]
    """The releases of PyMongo whose options are in here"""
    options: list[Option]
    removed: dict[str, str | None]
    """Options of PyMongo 3 that none of the releases from 4.9 on has, and what takes their place"""


@cache
def option_table() -> OptionTable:
    return msgspec.json.decode(OPTIONS_FILE.read_bytes(), type=OptionTable)


@cache
def _options() -> dict[str, Option]:
    return {option.name.lower(): option for option in option_table().options}


def option(name: str) -> Option | None:
    """The option of that name, in whatever case it is written; None if no supported release has it."""
    return _options().get(name.lower())


def is_removed_option(name: str) -> bool:
    """Is it an option of PyMongo 3 that is gone?"""
    return name.lower() in option_table().removed


def replacement_of_option(name: str) -> str | None:
    """The option that is meant by a name that isn't one: the successor of a removed one, or the nearest one."""
    if is_removed_option(name):
        return option_table().removed[name.lower()]
    joined = name.lower().replace("_", "").replace("-", "")
    by_letters = {known.replace("_", ""): known for known in _options()}
    near = difflib.get_close_matches(joined, by_letters, n=1, cutoff=CLOSE)
    return _options()[by_letters[near[0]]].name if near else None
