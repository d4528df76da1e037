"""Which files can matter, told from their bytes alone: nothing is parsed, and nothing but the drivers' words is known.

A file too many costs time, a file missing costs findings; so where a cheap test is in doubt, the file stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_WORDS = (b"mongo", b"motor", b"bson", b"gridfs", b"odmantic")
"""Every file that gets at a driver has one of these."""

_DRIVER_NAME = re.compile(rb"(?<![\w.])(?:pymongo|motor|bson|gridfs)\b")
_IMPORT_BEFORE = re.compile(
    rb"(?:^(?:\xef\xbb\xbf)?|[:;])[ \t]*(?:from|import(?:[ \t\\\r\n]+[^#:;]*,)?)[ \t\\\r\n]+\Z",
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


def screen(files: Mapping[str, bytes], objects: Iterable[str] = ()) -> frozenset[str]:
    """The files that can hold a driver object, out of all of a project's (paths with forward slashes to content).

    That is each file that imports a driver or has a member only drivers have, and all that mention names through which
    one of those hands out what it gets from the driver. Without any import of a driver, nothing can matter, unless the
    settings declare what names are: `objects`, as "module:name".
    """
    importing = {path for path, data in files.items() if imports_driver(data)}
    declared = frozenset(name.rpartition(":")[2].encode(errors="surrogateescape") for name in objects)
    if not importing and not declared:
        return frozenset()
    from pymongo_async_lint.capture.spread import Spread

    member = _distinctive_member()
    using = {path for path, data in files.items() if member.search(data)}
    return frozenset(Spread(files, importing, member, using, declared).relevant)


def may_get_at_driver(data: bytes) -> bool:
    """Whether a file has one of the words that it takes to import a driver; the cheapest of all tests."""
    return any(word in data for word in _WORDS)


def imports_driver(data: bytes) -> bool:
    """Whether a file imports a driver by its own name, or gets at one through an object-document mapper."""
    if not may_get_at_driver(data):
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
