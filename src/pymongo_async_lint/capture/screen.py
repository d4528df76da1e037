"""Which files can matter, told from their bytes alone: nothing is parsed, and nothing but the drivers' words is known.

A file too many costs time, a file missing costs findings; so where a cheap test is in doubt, the file stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_WORDS = (b"mongo", b"motor", b"bson", b"gridfs", b"odmantic")
"""Every file that gets at a driver has one of these."""

_DRIVER_NAME = re.compile(rb"(?<![\w.])(?:pymongo|motor|bson|gridfs)\b")
_IMPORT_BEFORE = re.compile(
    rb"(?:^|[:;])[ \t]*(?:from|import(?:[ \t\\\r\n]+[^#:;]*,)?)[ \t\\\r\n]+\Z",
    re.MULTILINE,
)
"""What stands in front of an imported module, on a line of its own or behind `try:` or `;`."""

_ODM_HANDS_OUT_DRIVER = re.compile(
    rb"""
    ^[ \t]* from [ \t]+ (?: odmantic | umongo | mongomock ) [\w.]* [ \t]+ import [ \t]* (?: \( [^)]* | [^\n]* )
    \b (?: ObjectId | (?: Async )? MongoClient | (?: AsyncIO )? Motor \w+ | bson | pymongo | motor | gridfs ) \b
    | \. get_ (?: pymongo | motor ) _ \w+
    """,
    re.MULTILINE | re.VERBOSE,
)
"""Object-document mappers count where they pass a driver's name on, or hand out the driver's own objects."""

_FROM_IMPORT = re.compile(
    rb"""
    from [ \t\\\r\n]* ( \.* [^\s#;()'"]* ) [ \t\\\r\n]*
    import\b [ \t\\\r\n]* ( \( [^)#]* (?: \#[^\n]* [^)#]* )* \) | [^\n#;\\]* (?: \\\r?\n [^\n#;\\]* )* )
    """,
    re.VERBOSE,
)
_PLAIN_IMPORT = re.compile(rb"import[ \t]+((?:[^\n#;(\\]|\\\r?\n)*)")
_IMPORTED_NAME = re.compile(rb"([\w.\x80-\xff]+)(?:[ \t\\\r\n]+as[ \t\\\r\n]+[\w\x80-\xff]+)?")
_COMMENT = re.compile(rb"#[^\n]*")
_BLANK = b" \t\r\n\\"

_Dotted = tuple[bytes, ...]


def screen(files: Mapping[str, bytes], declares_objects: bool = False) -> frozenset[str]:
    """The files that can hold a driver object, out of all of a project's (paths with forward slashes to content).

    That is each file that imports a driver or has a member only drivers have, and all files that import one of those.
    Without any import of a driver, nothing can matter, unless the settings declare (`declares_objects`) what names are.
    """
    importing = {path for path, data in files.items() if imports_driver(data)}
    if not importing and not declares_objects:
        return frozenset()
    member = _distinctive_member()
    seeds = importing | {path for path, data in files.items() if member.search(data)}
    return frozenset(_with_importers(seeds, files))


def imports_driver(data: bytes) -> bool:
    """Whether a file imports a driver by its own name, or gets at one through an object-document mapper."""
    if not any(word in data for word in _WORDS):
        return False
    for match in _DRIVER_NAME.finditer(data):
        begin = data.rfind(b"\n", 0, match.start())
        while begin > 0 and data[begin - 2 : begin].rstrip(b"\r").endswith(b"\\"):
            begin = data.rfind(b"\n", 0, begin)
        if _IMPORT_BEFORE.search(data, begin + 1, match.start()):
            return True
    return _ODM_HANDS_OUT_DRIVER.search(data) is not None


def _distinctive_member() -> re.Pattern[bytes]:
    from pymongo_async_lint.drivers import DISTINCTIVE_MEMBERS

    return re.compile(rb"\.(?:%s)\b" % "|".join(sorted(DISTINCTIVE_MEMBERS)).encode())


def _with_importers(seeds: set[str], files: Mapping[str, bytes]) -> set[str]:
    """The seeds and, transitively, every file with an import that may mean one of them."""
    modules = {path: _module(path) for path in files}
    stems = {module[-1] for module in modules.values() if module}
    exact: dict[_Dotted, list[str]] = {}
    """Relative imports: who imports just this module."""
    suffixes: dict[bytes, list[tuple[_Dotted, str]]] = {}
    """Absolute imports, by their last part: what is imported, and by whom. Where imports start is not known here, so
    they mean every file whose path ends so."""
    for path, data in files.items():
        if path in seeds:
            continue
        package = modules[path] if path.endswith("__init__.py") else modules[path][:-1]
        for level, name in _imports(data):
            if level:
                exact.setdefault(package[: len(package) - level + 1] + name, []).append(path)
            elif name[-1] in stems:
                suffixes.setdefault(name[-1], []).append((name, path))

    found = set(seeds)
    pending = list(seeds)
    while pending:
        module = modules[pending.pop()]
        importers = list(exact.get(module, ()))
        for name, importer in suffixes.get(module[-1], ()) if module else ():
            if module[-len(name) :] == name:
                importers.append(importer)
        for importer in importers:
            if importer not in found:
                found.add(importer)
                pending.append(importer)
    return found


def _module(path: str) -> _Dotted:
    parts = path.removesuffix(".py").encode(errors="surrogateescape").split(b"/")
    return tuple(parts[:-1] if parts[-1] == b"__init__" else parts)


def _imports(data: bytes) -> Iterator[tuple[int, _Dotted]]:
    """What the file's imports may mean, with the number of leading dots: `from a import b` means a and a.b."""
    # A split by a pattern with two groups gives: text, module, names, text, module, names, …, text.
    pieces = _FROM_IMPORT.split(data)
    for module, names in zip(pieces[1::3], pieces[2::3], strict=True):
        name = module.lstrip(b".")
        level = len(module) - len(name)
        base = tuple(name.split(b".")) if name else ()
        if base or level:
            yield level, base
            for imported in _names(names):
                yield level, (*base, imported)
    for text in pieces[::3]:
        if b"import" in text:
            for names in _PLAIN_IMPORT.findall(text):
                for imported in _names(names):
                    parts = tuple(imported.split(b"."))
                    yield from ((0, parts[:size]) for size in range(1, len(parts) + 1))


def _names(text: bytes) -> list[bytes]:
    """The names of `a as x, b, c`, with or without parentheses."""
    if b"#" in text:
        text = _COMMENT.sub(b"", text)
    parts = text.strip(_BLANK + b"()").split(b",")
    return [match[1] for part in parts if (match := _IMPORTED_NAME.match(part.strip(_BLANK)))]
