"""What literals mean: strings, without the credentials they may hold, and numbers."""

from __future__ import annotations

import re
from unicodedata import lookup

LONGEST_STRING = 1000
"""Characters that are kept of a string; the analysis looks at names, addresses and keys, none of which is longer."""

_PREFIX = re.compile(r"[a-zA-Z]*")
_ESCAPE = re.compile(
    r"\\(?:(?P<newline>\n)|(?P<octal>[0-7]{1,3})|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})"
    r"|U(?P<U>[0-9a-fA-F]{8})|N\{(?P<name>[^{}]*)\}|(?P<letter>[\\'\"abfnrtv]))"
)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_CREDENTIALS = re.compile(r"(://)[^\s/][^\s]*@")
_UNFINISHED_CREDENTIALS = re.compile(r"(mongodb(?:\+srv)?://)[^\s/@:,]+:(?!\d{1,5}(?:[/?,]|\Z))[^\s/@]*")
_LARGEST_INTEGER = 2**64 - 1


def string_value(literal: str) -> str | None:
    """The value of a string literal without f-prefix, None if it is one of bytes.

    Users and passwords of URLs are replaced by `***`, and lone surrogates, which no text file can hold, by U+FFFD.
    """
    prefix = "" if literal[0] in "'\"" else _PREFIX.match(literal)[0].lower()  # type: ignore[index]
    if "b" in prefix:
        return None
    quotes = 3 if literal.startswith(('"""', "'''"), len(prefix)) else 1
    value = literal[len(prefix) + quotes : -quotes]
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if "\\" in value and "r" not in prefix:
        value = _SURROGATE.sub("\ufffd", _ESCAPE.sub(_unescape, value))
    return value


def presentable(value: str) -> str:
    """A string's value as facts keep it: without the user and the password of a URL, and cut where it is very long."""
    if "://" in value:
        value = _CREDENTIALS.sub(r"\1***@", value)
        value = _UNFINISHED_CREDENTIALS.sub(r"\1***", value)
    return value if len(value) <= LONGEST_STRING else value[:LONGEST_STRING]


def integer_value(literal: str) -> int | None:
    """The value of an integer literal, None if it takes more than 64 bits."""
    if len(literal) > 100:
        return None
    value = int(literal, 0)
    return value if value <= _LARGEST_INTEGER else None


def _unescape(match: re.Match[str]) -> str:
    kind = match.lastgroup
    assert kind is not None  # every alternative is a group
    text = match[kind]
    if kind == "letter":
        return _LETTERS.get(text, text)
    if kind == "newline":
        return ""
    if kind == "name":
        try:
            return lookup(text)
        except KeyError:
            return match[0]
    code = int(text, 8 if kind == "octal" else 16)
    return chr(code) if code <= 0x10FFFF else match[0]
