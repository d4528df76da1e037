"""Comments, strings and names that speak of Motor."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.migrate.records import Found, Kept

_WORD = re.compile(r"\w*(?:motor|agnostic(?:client|database|collection|cursor|base))\w*", re.IGNORECASE)


def report_mentions(path: str, text: str, told: Iterable[tuple[int, int]], found: Found) -> None:
    """Tell of each line that speaks of Motor and that neither a rewrite nor another report is about."""
    spans = sorted(told)
    lines: set[int] = set()
    for match in _WORD.finditer(text):
        if any(start <= match.start() and match.end() <= end for start, end in spans):
            continue
        line = text.count("\n", 0, match.start())
        if line not in lines:
            lines.add(line)
            place = Place(path, match.start(), match.end())
            found.report("TXT01", place, f"`{match[0]}`: this speaks of Motor", Kept.MENTION)
