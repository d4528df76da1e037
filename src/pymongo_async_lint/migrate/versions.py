"""Versions of PyMongo and Motor that requirements leave, and what goes with Async PyMongo."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.migrate.records import Found, Kept
from pymongo_async_lint.rules.finding import Edit

LEAST = "4.13.2"
"""The least release that is asked for; the asynchronous API is stable from 4.13."""


def _releases(major: int, minors: Iterable[int] = range(30)) -> list[str]:
    return [f"{major}.{minor}.{patch}" for minor in minors for patch in range(10)]


DRIVERS = {"motor": 3, "pymongo": 4}
"""Their names, and the major version of each that goes with PyMongo 4"""
_FITTING = {"motor": _releases(3, range(7, 30)), "pymongo": [*_releases(4, range(13, 30)), *_releases(5)]}
_TOO_OLD = {
    "motor": "this stays, and before 3.7 does not go with a PyMongo that has Async PyMongo; require `motor>=3.7.1`",
    "pymongo": f"the files that are rewritten need Async PyMongo; require `pymongo>={LEAST}`",
}
_JUMP = (
    "this had left PyMongo 3 only, and 4 lacks what 3 deprecated, for sync code too; PyMongo's guide for it is "
    "https://pymongo.readthedocs.io/en/stable/migrate-to-pymongo4.html"
)


class Bound(Struct, frozen=True):
    """What a file says of the versions of a driver, and where."""

    name: str
    specifier: SpecifierSet
    start: int
    end: int


def is_new_enough(specifier: SpecifierSet) -> bool:
    """Do the bounds leave out all releases before 4.13?"""
    return not _admits(specifier, [*_releases(3), *_releases(4, range(13))])


def _admits(specifier: SpecifierSet, releases: Iterable[str]) -> bool:
    return any(map(specifier.contains, releases))


def report_old_versions(
    path: str, bounds: Iterable[Bound], changed: Collection[Edit], *, moves: bool, found: Found
) -> None:
    """Tell of bounds that stay and leave no release which files that move on can be run with, and of the way from
    PyMongo 3 to 4. `changed` are all edits of requirements; `moves` says whether any file imports Async PyMongo anew.
    """
    gone = [(one.place.start, one.place.end) for one in changed if one.place.path == path]
    jumps = []
    for bound in bounds:
        place = Place(path, bound.start, bound.end)
        if any(start <= bound.start and bound.end <= end for start, end in gone):
            if not _admits(bound.specifier, _releases(DRIVERS[bound.name])):
                jumps.append(place)
        elif moves and not _admits(bound.specifier, _FITTING[bound.name]):
            found.report("DEP01", place, f"`{bound.name}{bound.specifier}`: {_TOO_OLD[bound.name]}")
    if jumps:
        found.report("DEP01", jumps[0], _JUMP, Kept.NOTE)


def as_specifier(written: str) -> SpecifierSet | None:
    """Versions as Poetry has them: `^3.12` leaves what begins with 3, from there on; a bare one only itself."""
    caret = re.fullmatch(r"[\^~](\d+)[\d.]*", written)
    if caret is not None:
        return SpecifierSet(f">={written[1:]},<{int(caret[1]) + 1}")
    try:
        return SpecifierSet(f"=={written}" if written[:1].isdigit() else written)
    except InvalidSpecifier:
        return None
