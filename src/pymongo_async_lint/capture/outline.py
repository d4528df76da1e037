"""What a file's bytes tell of its imports and of the pieces of code in it, by a few patterns and without a parse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

_FROM_IMPORT = re.compile(
    rb"""
    from [ \t\\\r\n]* ( \.* [^\s#;()'"]* ) [ \t\\\r\n]*
    import\b [ \t\\\r\n]* ( \( [^)#]* (?: \#[^\n]* [^)#]* )* \) | [^\n#;\\]* (?: \\\r?\n [^\n#;\\]* )* )
    """,
    re.VERBOSE,
)
_PLAIN_IMPORT = re.compile(rb"import[ \t]+((?:[^\n#;(\\]|\\\r?\n)*)")
_IMPORTED_NAME = re.compile(rb"([\w.\x80-\xff]+|\*)(?:[ \t\\\r\n]+as[ \t\\\r\n]+([\w\x80-\xff]+))?")
_COMMENT = re.compile(rb"#[^\n]*")
_BLANK = b" \t\r\n\\"

_WORD = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
_AT_MARGIN = re.compile(rb"^[A-Za-z_@\x80-\xff]", re.MULTILINE)
_IS_DEFINITION = re.compile(rb"@|(?:async[ \t]+)?def\b|class\b")
_IS_IMPORT = re.compile(rb"import\b(?![^\n]*;)|pass\s*\Z")
_DEFINED = re.compile(rb"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+([\w\x80-\xff]+)", re.MULTILINE)
_ASSIGNED = re.compile(rb"^[ \t]*([\w\x80-\xff, \t]+?)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_METHOD = re.compile(rb"^([ \t]+)(?:async[ \t]+)?def[ \t]+([\w\x80-\xff]+)", re.MULTILINE)
_IS_BLOCK = re.compile(rb"(?:if|elif|else|try|except|finally|with|for|while|async|match)\b")
_IS_CLASS = re.compile(rb"^class[ \t]", re.MULTILINE)
_IS_ASYNC = re.compile(rb"^[ \t]*async[ \t]+def", re.MULTILINE)
_GIVES_A_VALUE = re.compile(
    rb"^[^#\n]*?\b(?: yield\b | return[ \t]+(?! (?:None|True|False|\d+) [ \t\r]* (?:\#|$) ) \S )",
    re.MULTILINE | re.VERBOSE,
)

Dotted = tuple[bytes, ...]


class Import(NamedTuple):
    """One name that an import binds."""

    bound: bytes
    level: int
    """The number of leading dots."""
    module: Dotted
    name: bytes | None
    """What is imported from the module, perhaps `*`; None where the module itself is."""


class Unit:
    """A piece of code: a function, a method, what else a class says, or a statement at the margin."""

    __slots__ = ("_gives", "cls", "member", "names", "text", "words")

    def __init__(self, names: tuple[bytes, ...], text: bytes, cls: bytes | None = None, member: bytes | None = None):
        self.names = names
        """The names of the module that it binds; a method's is its class's."""
        self.text = text
        self.cls = cls
        self.member = member
        self.words = frozenset(_WORD.findall(text))
        self._gives: bool | None = None

    @property
    def gives(self) -> bool:
        """Can it matter to a caller what happens in here? An `async def` that returns nothing neither blocks its
        caller nor hands anything out."""
        if self._gives is None:
            is_function = self.member is not None or (self.cls is None and _IS_DEFINITION.match(self.text) is not None)
            self._gives = not is_function or not _IS_ASYNC.search(self.text) or bool(_GIVES_A_VALUE.search(self.text))
        return self._gives


class Outline:
    """The imports and units of one file; each worked out when it is first asked for."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.module = module_of(path)
        self.package = self.module if path.endswith("__init__.py") else self.module[:-1]
        self._units: list[Unit] | None = None
        self.classes: dict[bytes, list[Unit]] = {}
        """The units of each class."""
        self._by_word: dict[bytes, list[Unit]] = {}

    @property
    def units(self) -> list[Unit]:
        if self._units is None:
            self._units = list(_units(_FROM_IMPORT.sub(b"pass", self.data)))
            for unit in self._units:
                if unit.cls is not None:
                    self.classes.setdefault(unit.cls, []).append(unit)
                for word in unit.words:
                    self._by_word.setdefault(word, []).append(unit)
        return self._units

    @property
    def is_cut(self) -> bool:
        """Are the units known already?"""
        return self._units is not None

    def has_any(self, words: Iterable[bytes]) -> bool:
        """Does any of these stand in the file, perhaps as a part of a longer word?"""
        return any(word in self.data for word in words)

    def mentioning(self, *words: bytes) -> list[Unit]:
        """The units in which all of these words stand."""
        assert self.units is not None
        first, *others = words
        found = self._by_word.get(first, [])
        return [unit for unit in found if unit.words.issuperset(others)] if others else found


def module_of(path: str) -> Dotted:
    parts = path.removesuffix(".py").encode(errors="surrogateescape").split(b"/")
    return tuple(parts[:-1] if parts[-1] == b"__init__" else parts)


def imports(data: bytes) -> Iterator[Import]:
    """All imports of a file, wherever they stand."""
    # A split by a pattern with two groups gives: text, module, names, text, module, names, …, text.
    pieces = _FROM_IMPORT.split(data)
    for module, names in zip(pieces[1::3], pieces[2::3], strict=True):
        base = module.lstrip(b".")
        level = len(module) - len(base)
        dotted = tuple(base.split(b".")) if base else ()
        if dotted or level:
            for name, alias in _names(names):
                yield Import(alias or name, level, dotted, name)
    for text in pieces[::3]:
        if b"import" in text:
            for names in _PLAIN_IMPORT.findall(text):
                for name, alias in _names(names):
                    parts = tuple(name.split(b"."))
                    if alias:
                        yield Import(alias, 0, parts, None)
                    else:
                        yield from (Import(parts[0], 0, parts[:size], None) for size in range(1, len(parts) + 1))


def _names(text: bytes) -> Iterator[tuple[bytes, bytes | None]]:
    """The names of `a as x, b, c`, with or without parentheses, and what they are imported as."""
    if b"#" in text:
        text = _COMMENT.sub(b"", text)
    for part in text.strip(_BLANK + b"()").split(b","):
        match = _IMPORTED_NAME.match(part.strip(_BLANK))
        if match:
            yield match[1], match[2]


def _units(data: bytes) -> Iterator[Unit]:
    for text in _pieces(data, [match.start() for match in _AT_MARGIN.finditer(data)]):
        if _IS_IMPORT.match(text):
            continue
        if not _IS_DEFINITION.match(text):
            yield Unit(tuple(_names_of_statement(text)), text)
            continue
        name = _DEFINED.search(text)
        names_bound = (name[1],) if name else ()
        if name is None or not _IS_CLASS.search(text):
            yield Unit(names_bound, text)
            continue
        methods = list(_METHOD.finditer(text))
        indent = min((len(method[1]) for method in methods), default=0)
        starts = {match.start(): match[2] for match in methods if len(match[1]) == indent}
        first, *others = _pieces(text, [0, *starts])
        yield Unit(names_bound, first, name[1])
        for other in others:
            method = _METHOD.match(other)
            assert method is not None
            yield Unit(names_bound, other, name[1], method[2])


def _names_of_statement(text: bytes) -> set[bytes]:
    assigned = _ASSIGNED.findall(text) if _IS_BLOCK.match(text) else [text.partition(b"=")[0].partition(b":")[0]]
    return {*_DEFINED.findall(text), *(name for names in assigned for name in _WORD.findall(names))}


def _pieces(text: bytes, starts: list[int]) -> Iterator[bytes]:
    """The text, cut where pieces start; not within a string of several lines, and not behind a decorator."""
    begin = None
    for start, end in pairwise((*starts, len(text))):
        if begin is None:
            begin = start
        piece = text[begin:end]
        is_decorator = piece.startswith(b"@") and not _DEFINED.search(piece)
        if not is_decorator and piece.count(b'"""') % 2 == 0 and piece.count(b"'''") % 2 == 0:
            yield piece
            begin = None
    if begin is not None:
        yield text[begin:]
