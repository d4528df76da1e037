"""Files that say which packages a project needs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from pymongo_async_lint.edit.pieces import edit
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.migrate.records import Found

LEAST = "4.13.2"
WANTED = f">={LEAST},!=4.15.0,<5"
"""The asynchronous API is stable from 4.13; 4.15.0 does not get on with uvloop."""

_MESSAGE = "`motor` is past its end of life (2026-05-14); require `pymongo` in its place"

_NAMES = re.compile(
    r"(?:.*requirements.*\.(?:txt|in)|pyproject\.toml|setup\.cfg|setup\.py|Pipfile)\Z|requirements/[^/]*\.(?:txt|in)\Z"
)
_LOCKS = frozenset({"poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"})

_ENDS = r"(?=[\s\"',;#\])]|\Z)"
_SPEC = re.compile(
    r"(?<![\w./@:=-])(?P<name>[Mm]otor|[Pp]y[Mm]ongo)[ \t]*(?P<extras>\[[\w\s,.-]*\])?[ \t]*"
    r"(?P<versions>(?:(?:[<>=!~]=?=?)[ \t]*[\w.*+!-]+[ \t]*,?[ \t]*)*)" + _ENDS
)
_KEY = re.compile(
    r"^(?P<key>[\"']?(?P<name>[Mm]otor|[Pp]y[Mm]ongo)[\"']?)[ \t]*=[ \t]*(?P<value>[^\r\n#]*?)[ \t]*(?:#.*)?$",
    re.MULTILINE,
)
_EXTRAS = re.compile(r"extras\s*=\s*\[([^\]]*)\]")
_VERSION = re.compile(r"version\s*=\s*[\"'][^\"']*[\"']")


class Required(Struct, frozen=True):
    """A package that a file asks for."""

    name: str
    extras: tuple[str, ...]
    versions: str
    start: int
    end: int


def files_of(folders: Iterable[Path]) -> Iterator[Path]:
    """The files in these folders that ask for packages, and the lock files."""
    for folder in folders:
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                short = f"{path.parent.name}/{path.name}"
                if path.is_file() and (_NAMES.match(path.name) or _NAMES.match(short) or path.name in _LOCKS):
                    yield path


def rewrite_requirements(path: str, text: str, found: Found) -> None:
    """Ask for PyMongo in the place of Motor."""
    name = path.rpartition("/")[2]
    if name in _LOCKS:
        match = re.search(r"(?m)^\s*(?:name = )?\"motor\"", text)
        if match is not None:
            place = Place(path, match.start(), match.end())
            found.report("DEP01", place, "`motor` is in this lock file; make it anew from the requirements")
        return
    if name == "setup.py":
        for required in _required(text):
            if required.name == "motor":
                _rewrite_one(path, text, required, (), found)
        return
    if name == "Pipfile" or name == "pyproject.toml":
        _rewrite_tables(path, text, found)
    if name != "Pipfile":
        wanted = [one for one in _required(text) if _is_requirement(path, text, one)]
        others = [one for one in wanted if one.name == "pymongo"]
        for required in wanted:
            if required.name == "motor":
                _rewrite_one(path, text, required, others, found)


def _required(text: str) -> Iterator[Required]:
    for match in _SPEC.finditer(text):
        extras = tuple(word.strip() for word in (match["extras"] or "").strip("[]").split(",") if word.strip())
        end = match.start() + len(match[0].rstrip(" \t,"))
        yield Required(canonicalize_name(match["name"]), extras, match["versions"].strip(" \t,"), match.start(), end)


def _is_requirement(path: str, text: str, one: Required) -> bool:
    """Is it no word of a comment, no key of a table?"""
    line = text.rfind("\n", 0, one.start) + 1
    before = text[line : one.start]
    if path.endswith(".toml"):
        return (
            before.rstrip(" \t").endswith(('"', "'"))
            and text[one.end : one.end + 1] in "\"'; "
            and not re.match(r"\s*[\"']?\w[\w.-]*[\"']?\s*=\s*[\"']\Z", before)
        )
    return not before.strip()


def _rewrite_one(path: str, text: str, one: Required, others: Iterable[Required], found: Found) -> None:
    """A requirement as the standard has it: `motor[srv]>=3`"""
    place = Place(path, one.start, one.end)
    other = next((other for other in others if _is_in_same_list(path, text, one, other)), None)
    extras = sorted({*one.extras, *(other.extras if other else ())})
    new = f"pymongo{'[' + ','.join(extras) + ']' if extras else ''}"
    if other is None:
        found.rewrite("DEP01", place, (edit(path, one.start, one.end, new + WANTED),), _MESSAGE)
        return
    versions = other.versions if _is_new_enough(other.versions) else WANTED
    start, end = _with_separator(path, text, one)
    edits = edit(path, start, end, ""), edit(path, other.start, other.end, f"{new}{versions}")
    found.rewrite("DEP01", place, edits, _MESSAGE)


def _is_in_same_list(path: str, text: str, one: Required, other: Required) -> bool:
    between = text[min(one.end, other.end) : max(one.start, other.start)]
    return "]" not in re.sub(r"\[[\w\s,.-]*\]", "", between) and not re.search(r"(?m)^\[|^\w+\s*=", between)


def _with_separator(path: str, text: str, one: Required) -> tuple[int, int]:
    """What goes with the requirement: its line, or its quotes and comma."""
    line = text.rfind("\n", 0, one.start) + 1
    newline = text.find("\n", one.end)
    end = len(text) if newline < 0 else newline + 1
    if not path.endswith(".toml") or re.fullmatch(r"[ \t]*[\"'][^\"']*[\"'],?[ \t]*\r?\n?", text[line:end]):
        return line, end
    quote = text[one.start - 1]
    behind = text.index(quote, one.end) + 1
    comma = re.compile(r"[ \t]*,[ \t]*").match(text, behind)
    if comma is not None:
        return one.start - 1, comma.end()
    before = re.search(r"[ \t]*,[ \t]*\Z", text[: one.start - 1])
    return (before.start() if before else one.start - 1), behind


def _is_new_enough(versions: str) -> bool:
    """Do these bounds leave out all releases before 4.13?"""
    try:
        specifiers = Requirement(f"pymongo{versions}").specifier
    except InvalidRequirement:
        return False
    old = [f"{major}.{minor}.{patch}" for major in (3, 4) for minor in range(13) for patch in range(10)]
    return not any(specifiers.contains(Version(release)) for release in old)


def _rewrite_tables(path: str, text: str, found: Found) -> None:
    """`motor = "^3.3"`, as Poetry and Pipenv have it"""
    keys = [match for match in _KEY.finditer(text) if _is_in_dependencies(text, match.start())]
    for match in keys:
        if match["name"].lower() != "motor":
            continue
        place = Place(path, match.start("key"), match.end("value"))
        section = _section(text, match.start())
        other = next(
            (one for one in keys if one["name"].lower() == "pymongo" and _section(text, one.start()) == section), None
        )
        extras = [word for word in (_EXTRAS.search(match["value"]) or ["", ""])[1].split(",") if word.strip()]
        if other is None:
            value = match["value"]
            versions = f'"{WANTED}"'
            new = _VERSION.sub(f"version = {versions}", value) if value.startswith("{") else versions
            edits = (
                edit(path, match.start("key"), match.end("key"), "pymongo"),
                edit(path, match.start("value"), match.end("value"), new),
            )
            found.rewrite("DEP01", place, edits, _MESSAGE)
        elif extras:
            found.report("DEP01", place, "`motor` has extras; move them to `pymongo`, and take `motor` out")
        else:
            end = text.find("\n", match.end())
            edits = (
                edit(path, match.start(), len(text) if end < 0 else end + 1, ""),
                edit(path, other.start("value"), other.end("value"), f'"{WANTED}"'),
            )
            found.rewrite("DEP01", place, edits, _MESSAGE)


def _section(text: str, offset: int) -> str:
    """The heading of the table that an offset lies in."""
    headings = [match[1] for match in re.finditer(r"(?m)^\[\[?([^\]\n]+)\]", text[:offset])]
    return headings[-1] if headings else ""


def _is_in_dependencies(text: str, offset: int) -> bool:
    section = _section(text, offset)
    return "dependencies" in section or section in ("packages", "dev-packages")


def has_new_beanie(texts: Iterable[tuple[str, str]]) -> bool:
    """Do the requirements leave only releases of Beanie that use Async PyMongo?"""
    found = [
        bool(re.search(r"(?:>=|==|~=|\^|~|=\s*\")\s*\^?(?:[2-9]|\d\d)\b", match[0]))
        or match[0].strip(" \t\"',").lower() == "beanie"
        for _, text in texts
        for match in re.finditer(r"(?im)^[ \t\"']*beanie\b[^\n]*$", text)
    ]
    return bool(found) and all(found)


def still_parses(path: str, text: str) -> bool:
    """Is it still TOML, if it has to be?"""
    if not path.endswith((".toml", "Pipfile")):
        return True
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
