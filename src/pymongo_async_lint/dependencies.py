"""Which releases of PyMongo a project asks for: its lock file says, or its requirements do."""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pymongo_async_lint.drivers.releases import ANY, Release, Target, parsed, span_table

PACKAGE = "pymongo"


def target(root: Path, declared: str | None) -> Target:
    """What the setting `pymongo-version` says, else the first of these files at the root that names PyMongo.

    A lock file names one release; requirements may leave a choice, and several files of them may differ: then all known
    releases that any of them allows count. What can't be read or understood is passed over.
    """
    if declared is not None:
        return Target((parsed(declared),), "`pymongo-version`")
    for name, read in _READERS:
        found: dict[str, tuple[Release, ...]] = {}
        for path in sorted(root.glob(name)):
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
                found[path.name] = tuple(read(path.read_text(encoding="utf-8")))
        releases = sorted({release for those in found.values() for release in those})
        if releases:
            return Target(tuple(releases), ", ".join(path for path, those in found.items() if those))
    return ANY


def _locked_toml(text: str) -> Iterator[Release]:
    """`[[package]]` tables, as uv, Poetry, PDM and PEP 751 write them."""
    document = tomllib.loads(text)
    for package in [*document.get("package", ()), *document.get("packages", ())]:
        if _is_ours(package["name"]) and "version" in package:
            yield parsed(package["version"])


def _locked_json(text: str) -> Iterator[Release]:
    """Pipfile.lock"""
    for section in ("default", "develop"):
        for name, package in json.loads(text).get(section, {}).items():
            if _is_ours(name):
                yield from _allowed(package.get("version", ""))


def _required(text: str) -> Iterator[Release]:
    """requirements.txt"""
    for line in text.splitlines():
        yield from _of_requirement(line.partition("#")[0].partition(";")[0])


def _project(text: str) -> Iterator[Release]:
    """The dependencies in pyproject.toml, of the standard or of Poetry."""
    document = tomllib.loads(text)
    project: dict[str, Any] = document.get("project", {})
    for requirement in project.get("dependencies", ()):
        yield from _of_requirement(requirement.partition(";")[0])
    poetry = document.get("tool", {}).get("poetry", {}).get("dependencies", {})
    for name, wanted in poetry.items():
        if _is_ours(name):
            version = wanted.get("version", "") if isinstance(wanted, dict) else wanted
            yield from _allowed(_without_caret(version))


_READERS: tuple[tuple[str, Callable[[str], Iterator[Release]]], ...] = (
    ("uv.lock", _locked_toml),
    ("poetry.lock", _locked_toml),
    ("pdm.lock", _locked_toml),
    ("pylock.toml", _locked_toml),
    ("Pipfile.lock", _locked_json),
    ("requirements*.txt", _required),
    ("pyproject.toml", _project),
)
"""From the most exact to the vaguest."""

_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9._-]+)\s*(?:\[[^]]*\])?\s*\(?(?P<versions>[^)\\]*)")


def _of_requirement(requirement: str) -> Iterator[Release]:
    """`pymongo[srv]>=4.9,<5`"""
    found = _REQUIREMENT.match(requirement)
    if found is not None and _is_ours(found["name"]):
        yield from _allowed(found["versions"].partition("--")[0].strip())


def _allowed(versions: str) -> Iterator[Release]:
    """The one release that is pinned, or all known ones that the bounds leave; none if nothing is said."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if not versions or versions == "*":
        return
    pin = re.fullmatch(r"={2,3}\s*(\d[\w.]*)", versions)
    if pin:
        yield parsed(pin[1])
        return
    try:
        bounds = SpecifierSet(versions)
    except InvalidSpecifier:
        return
    for release in span_table().releases:
        if bounds.contains(release):
            yield parsed(release)


def _without_caret(version: str) -> str:
    """Poetry's `^4.9` and `~4.9`, as the standard has them."""
    found = re.fullmatch(r"([\^~]?)(\d+)(?:\.(\d+))?(.*)", version)
    if found is None or not found[1]:
        return f"=={version}" if version[:1].isdigit() else version
    major, minor = int(found[2]), found[3]
    upper = str(major + 1) if found[1] == "^" or minor is None else f"{major}.{int(minor) + 1}"
    return f">={version[1:]},<{upper}"


def _is_ours(name: str) -> bool:
    return re.sub(r"[-_.]+", "-", name).lower() == PACKAGE
