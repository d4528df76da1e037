"""Where the strings, and the values of keys, stand in a TOML file: edits leave all the rest of it as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\r\n]*)
    |(?P<string>\"{3}(?:\\.|[^\\])*?\"{3}|'{3}.*?'{3}|\"(?:\\.|[^"\\\r\n])*\"|'[^'\r\n]*')
    |(?P<newline>\r?\n)
    |(?P<mark>[\[\]{},=])
    |(?P<word>[^\s\[\]{},=\#"']+)""",
    re.VERBOSE | re.DOTALL,
)
_PART = r"(?:[\w-]+|\"[^\"\r\n]*\"|'[^'\r\n]*')"
_KEY = re.compile(rf"[ \t]*(?P<key>{_PART}(?:[ \t]*\.[ \t]*{_PART})*)")
_HEADING = re.compile(r"[ \t]*\[\[?[ \t]*(?P<name>[^\]\r\n]+?)[ \t]*\]\]?")


class Value(Struct, frozen=True):
    """A key at the beginning of a line, and what it is set to."""

    section: str
    key: str
    key_start: int
    key_end: int
    start: int
    end: int


class Text(Struct, frozen=True):
    """A string in an array, without its quotes."""

    path: str
    """The names of the tables and of the key that it is under, with dots between them"""
    array: int
    """Where the innermost array around it begins"""
    start: int
    end: int


def values(text: str) -> Iterator[Value]:
    """All keys that have a line of their own, in order."""
    section, offset = "", 0
    while offset < len(text):
        heading, key = _HEADING.match(text, offset), _KEY.match(text, offset)
        if heading is not None:
            section = _plain(heading["name"])
        elif key is not None:
            equals = re.compile(r"[ \t]*=[ \t]*").match(text, key.end())
            if equals is not None:
                end = _end_of_value(text, equals.end())
                yield Value(section, _plain(key["key"]), key.start("key"), key.end("key"), equals.end(), end)
                offset = end
        newline = text.find("\n", offset)
        offset = newline + 1 if newline >= 0 else len(text)


def headings(text: str) -> Iterator[tuple[str, int, int]]:
    """The names of the tables, and where these stand."""
    inside = [(value.start, value.end) for value in values(text)]
    for match in re.finditer(rf"(?m)^{_HEADING.pattern}", text):
        if not any(start <= match.start() < end for start, end in inside):
            yield _plain(match["name"]), match.start("name"), match.end("name")


def texts(text: str) -> Iterator[Text]:
    """The strings in arrays, those of inline tables too."""
    for value in values(text):
        path = f"{value.section}.{value.key}".strip(".")
        arrays: list[int] = []
        for token in _TOKEN.finditer(text, value.start, value.end):
            if token[0] == "[":
                arrays.append(token.start())
            elif token[0] == "]":
                arrays = arrays[:-1]
            elif token["string"] and arrays and token[0][:3] not in ('"""', "'''"):
                yield Text(path, arrays[-1], token.start() + 1, token.end() - 1)


def _end_of_value(text: str, offset: int) -> int:
    """Where a value ends: with its line, or with its last bracket."""
    depth, end = 0, offset
    for token in _TOKEN.finditer(text, offset):
        if token["newline"] or token["comment"]:
            if not depth:
                break
            continue
        depth += (token[0] in ("[", "{")) - (token[0] in ("]", "}"))
        end = token.end()
    return end


def _plain(key: str) -> str:
    """A key without quotes and blanks."""
    return ".".join(part.strip(" \t\"'") for part in key.split("."))
