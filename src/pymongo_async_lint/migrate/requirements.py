"""Files that say which packages a project needs."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pymongo_async_lint.edit.pieces import edit
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.migrate import toml
from pymongo_async_lint.migrate.records import Found
from pymongo_async_lint.migrate.versions import DRIVERS, LEAST, Bound, as_specifier, is_new_enough
from pymongo_async_lint.rules.finding import Edit

WANTED = f">={LEAST},!=4.15.0,<5"
"""4.15.0 does not get on with uvloop."""

_MESSAGE = "`motor` is past its end of life (2026-05-14); require `pymongo` in its place"
_BY_HAND = "`motor` is required here; require `pymongo` by hand"
_HASHED = "`motor` is pinned by its hashes; require `pymongo`, and make this file anew"
_LOCKED = "`motor` is in this lock file; make it anew from the requirements"

_LISTS = re.compile(r"(?:.*(?:requirements|constraints).*\.(?:txt|in)|requirements/[^/]*\.(?:txt|in))\Z")
_OTHERS = frozenset({"pyproject.toml", "Pipfile", "setup.cfg", "setup.py", "environment.yml", "environment.yaml"})
_TABLED = frozenset({"pyproject.toml", "Pipfile"})
_LOCKS = frozenset({"poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"})

_ASKED = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)[ \t]*(?P<extras>\[[^\]\r\n]*\])?[ \t]*(?P<versions>[^;@#]*)")
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_VERSION = re.compile(r"version\s*=\s*[\"']([^\"']*)[\"']")
_QUOTED = re.compile(r"[\"']([^\"']*)[\"']")
_CONFIGURED = frozenset({"install_requires", "tests_require", "setup_requires"})
_ARRAYS = re.compile(r"(?:^|[.-])(?:dependencies|requires)\b|^dependency-groups\b")
_TABLES = re.compile(r"(?:^|[.-])dependencies\Z|^(?:dev-)?packages\Z")


class Asked(Struct, frozen=True):
    """A package that an entry of a list asks for."""

    requirement: Requirement
    start: int
    end: int
    """Behind the versions: what says when the package is needed is not part of this"""

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)


Rest = dict[int, tuple[int, int]]
"""What goes with an entry that is not needed any more, by the entry's start"""

List = tuple[Sequence[Asked], Rest]


def files_of(folders: Iterable[Path]) -> Iterator[Path]:
    """The files in these folders that ask for packages, and the lock files."""
    for folder in folders:
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.is_file() and (
                    path.name in _OTHERS | _LOCKS or _LISTS.match(path.name) or _LISTS.match(_with_folder(path))
                ):
                    yield path


def _with_folder(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def rewrite_requirements(path: str, text: str, found: Found) -> None:
    """Ask for PyMongo in the place of Motor."""
    name = path.rpartition("/")[2]
    if name in _LOCKS:
        _report_first(path, text, r"(?m)^\s*(?:name = )?\"motor\"", _LOCKED, found)
    elif name in ("environment.yml", "environment.yaml"):
        _report_first(path, text, r"(?m)^\s*-\s*[\"']?motor(?![\w-])", _BY_HAND, found)
    elif name == "setup.py":
        _report_setup(path, text, found)
    else:
        for asked, rest in _lists(path, text, found):
            _rewrite_list(path, asked, rest, found)
        if name in _TABLED:
            _rewrite_tables(path, text, found)


def _report_first(path: str, text: str, pattern: str, message: str, found: Found) -> None:
    match = re.search(pattern, text)
    if match is not None:
        found.report("DEP01", Place(path, match.start(), match.end()), message)


def bounds(path: str, text: str) -> Iterator[Bound]:
    """What a file says of the versions of PyMongo and Motor, and where."""
    for asked, _ in _lists(path, text, Found([], [])):
        for one in asked:
            if one.name in DRIVERS and not one.requirement.url:
                yield Bound(one.name, one.requirement.specifier, one.start, one.end)
    for key in _keys(text) if path.rpartition("/")[2] in _TABLED else ():
        value = text[key.start : key.end]
        version = _VERSION.search(value) if value.startswith("{") else _QUOTED.match(value)
        specifier = as_specifier(version[1]) if version is not None else None
        if key.key.lower() in DRIVERS and specifier is not None:
            yield Bound(key.key.lower(), specifier, key.start, key.end)


# --- requirements as the standard has them ----------------------------------------------------------------------------


def _asked(entry: str, start: int) -> Asked | None:
    """The requirement of an entry, if it is one."""
    try:
        requirement = Requirement(entry)
    except InvalidRequirement:
        return None
    match = _ASKED.match(entry, len(entry) - len(entry.lstrip()))
    assert match is not None, entry
    end = match.end("versions") - (len(match["versions"]) - len(match["versions"].rstrip()))
    return Asked(requirement, start + match.start(), start + max(end, match.end("name")))


def _lists(path: str, text: str, found: Found) -> Iterator[List]:
    """The lists of requirements in a file; what is none and asks for Motor all the same is told."""
    name = path.rpartition("/")[2]
    if name == "setup.cfg":
        yield from _configured(path, text, found)
    elif name in _TABLED:
        yield from _arrays(path, text, found)
    elif name not in _OTHERS | _LOCKS:
        yield _lines(path, text, found)


def _rewrite_list(path: str, asked: Sequence[Asked], rest: Rest, found: Found) -> None:
    """Ask for PyMongo in one list."""
    for one in asked:
        if one.name != "motor":
            continue
        place = Place(path, one.start, one.end)
        if one.requirement.url:
            found.report("DEP01", place, _BY_HAND)
            continue
        other = next((other for other in asked if _is_same(one, other)), None)
        extras = sorted(one.requirement.extras | (other.requirement.extras if other else set()))
        new = f"pymongo{'[' + ','.join(extras) + ']' if extras else ''}"
        edits: tuple[Edit, ...]
        if other is None:
            edits = (edit(path, one.start, one.end, new + WANTED),)
        else:
            versions = str(other.requirement.specifier)
            is_new = is_new_enough(other.requirement.specifier)
            changed = new + (versions if is_new else WANTED)
            is_kept = is_new and set(extras) == other.requirement.extras
            edits = (edit(path, *rest[one.start], ""),)
            edits += () if is_kept else (edit(path, other.start, other.end, changed),)
        found.rewrite("DEP01", place, edits, _MESSAGE)


def _is_same(one: Asked, other: Asked) -> bool:
    """Is it PyMongo, needed whenever Motor is?"""
    markers = str(one.requirement.marker), str(other.requirement.marker)
    return other.name == "pymongo" and not other.requirement.url and markers[0] == markers[1]


# --- lines ------------------------------------------------------------------------------------------------------------


def _lines(path: str, text: str, found: Found) -> List:
    """A file of requirements, as pip reads it."""
    asked, rest = [], {}
    for match in re.finditer(r"[^\n]*(?<!\\)(?:\n|\Z)|(?:[^\n]*\\\r?\n)+[^\n]*(?:\n|\Z)", text):
        one = _asked_by_line(path, match[0], match.start(), found)
        if one is not None:
            asked.append(one)
            rest[one.start] = match.span()
    return asked, rest


def _asked_by_line(path: str, line: str, start: int, found: Found) -> Asked | None:
    """What a line asks for; options, and what goes on in the next line, are left to people."""
    entry = _COMMENT.sub("", line.rstrip("\r\n"))
    if "--hash" not in entry and "\\" not in entry and not entry.lstrip().startswith("-"):
        return _asked(entry, start)
    match = re.match(r"\s*(motor)(?![\w.-])|.*\begg=(motor)\b", entry, re.IGNORECASE)
    if match is not None:
        inside = match.span(1) if match[1] else match.span(2)
        place = Place(path, start + inside[0], start + inside[1])
        found.report("DEP01", place, _HASHED if "--hash" in entry else _BY_HAND)
    return None


def _configured(path: str, text: str, found: Found) -> Iterator[List]:
    """setup.cfg: a requirement in each line; where several stand in one line, a person has to look."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    section = key = ""
    asked: list[Asked] = []
    rest: Rest = {}
    lists: list[list[Asked]] = [asked]
    for match in re.finditer(r"[^\n]*(?:\n|\Z)", text):
        line = _COMMENT.sub("", match[0].rstrip("\r\n"))
        heading, assigned = re.match(r"\[([^\]]+)\]", line), re.match(r"(\w[\w.-]*)\s*[=:]\s*", line)
        if heading is not None:
            section, key = heading[1], ""
        elif assigned is not None:
            key = assigned[1]
            lists.append(asked := [])
        is_list = section == "options" and key in _CONFIGURED
        if not is_list and section != "options.extras_require":
            continue
        inside = assigned.end() if assigned is not None else len(line) - len(line.lstrip())
        one = _asked(line[inside:], match.start() + inside) if heading is None else None
        if one is not None and (assigned is None or one.name == "motor"):
            asked.append(one)
            rest[one.start] = match.span() if assigned is None else (match.start() + inside, match.start() + len(line))
        elif heading is None and re.search(r"(?:^|;)\s*motor(?![\w.-])", line[inside:], re.IGNORECASE):
            found.report("DEP01", Place(path, match.start() + inside, match.start() + len(line)), _BY_HAND)
    for entries in lists:
        yield entries, rest


def _report_setup(path: str, text: str, found: Found) -> None:
    """setup.py is a program: where it asks for Motor, a person has to look."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    lines = text.splitlines(keepends=True)
    for node in ast.walk(tree):
        for element in node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else ():
            if isinstance(element, ast.Constant) and isinstance(element.value, str):
                asked = _asked(element.value, 0)
                if asked is not None and asked.name == "motor":
                    column = len(lines[element.lineno - 1].encode()[: element.col_offset].decode())
                    start = sum(map(len, lines[: element.lineno - 1])) + column
                    found.report("DEP01", Place(path, start, start + len("motor") + 1), _BY_HAND)


# --- TOML -------------------------------------------------------------------------------------------------------------


def _arrays(path: str, text: str, found: Found) -> Iterator[List]:
    """`dependencies = ["motor>=3"]`, and what Poetry calls extras, which are names of packages."""
    lists: dict[int, list[Asked]] = {}
    rest: Rest = {}
    for one in toml.texts(text):
        asked = _asked(text[one.start : one.end], one.start)
        if asked is None:
            continue
        if _ARRAYS.search(one.path):
            lists.setdefault(one.array, []).append(asked)
            rest[asked.start] = _with_separator(text, one)
        elif one.path.startswith("tool.poetry.extras.") and asked.name == "motor":
            place = Place(path, one.start, one.end)
            found.rewrite("DEP01", place, (edit(path, one.start, one.end, "pymongo"),), _MESSAGE)
    for entries in lists.values():
        yield entries, rest


def _with_separator(text: str, one: toml.Text) -> tuple[int, int]:
    """The line of an entry, or its quotes and a comma."""
    start, end = one.start - 1, one.end + 1
    line = text.rfind("\n", 0, start) + 1
    newline = text.find("\n", end)
    line_end = len(text) if newline < 0 else newline + 1
    if not text[line:start].strip() and re.fullmatch(r"[ \t]*,?[ \t]*(?:#[^\n]*)?\r?\n?", text[end:line_end]):
        return line, line_end
    comma = re.compile(r"[ \t]*,[ \t]*").match(text, end)
    if comma is not None:
        return start, comma.end()
    before = re.search(r"[ \t]*,[ \t]*\Z", text[:start])
    return (before.start() if before else start), end


def _rewrite_tables(path: str, text: str, found: Found) -> None:
    """`motor = "^3.3"`, as Poetry and Pipenv have it"""
    for name, start, end in toml.headings(text):
        if name.endswith("dependencies.motor"):
            found.report("DEP01", Place(path, start, end), _BY_HAND)
    keys = _keys(text)
    for one in keys:
        if one.key.lower() != "motor":
            continue
        place = Place(path, one.key_start, one.end)
        value = text[one.start : one.end]
        other = next((key for key in keys if key.key.lower() == "pymongo" and key.section == one.section), None)
        edits = _rewritten_key(path, one, value) if other is None else _merged_keys(path, text, one, other)
        if edits:
            found.rewrite("DEP01", place, edits, _MESSAGE)
        else:
            found.report("DEP01", place, _BY_HAND)


def _keys(text: str) -> list[toml.Value]:
    """The keys of tables that ask for packages."""
    return [value for value in toml.values(text) if _TABLES.search(value.section)]


def _rewritten_key(path: str, one: toml.Value, value: str) -> tuple[Edit, ...]:
    new = _with_version(value)
    if not new:
        return ()
    return edit(path, one.key_start, one.key_end, "pymongo"), edit(path, one.start, one.end, new)


def _merged_keys(path: str, text: str, one: toml.Value, other: toml.Value) -> tuple[Edit, ...]:
    """PyMongo is there already: Motor goes, unless it has more to say than a version."""
    new = _with_version(text[other.start : other.end])
    if not new or text[one.start] not in "\"'":
        return ()
    line = text.rfind("\n", 0, one.key_start) + 1
    newline = text.find("\n", one.end)
    return (
        edit(path, line, len(text) if newline < 0 else newline + 1, ""),
        edit(path, other.start, other.end, new),
    )


def _with_version(value: str) -> str:
    """The value of a key with the version that is wanted; empty if it has none."""
    if value.startswith(('"', "'")):
        return f'"{WANTED}"'
    return _VERSION.sub(f'version = "{WANTED}"', value) if value.startswith("{") and _VERSION.search(value) else ""


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
