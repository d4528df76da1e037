"""Facts of a file whose statements stand further apart than in its text, so that an edit moves none but its own.

The analysis compares offsets, and tells of them; how far apart two statements are is nothing to it. Where there is room
behind each statement of a module, one that grows leaves all the others where they are, and what is known of these
still holds. Findings are told where things are written: that is what a `Layout` is for.
"""

from __future__ import annotations

from bisect import bisect_right
from types import NoneType
from typing import Any

import msgspec

from pymongo_async_lint.capture import facts as f

ROOM = 1 << 16
"""Characters between two statements of a module; so far may one of them grow until others have to move."""


class Layout(msgspec.Struct, frozen=True):
    """For each part of a file, in order, where it stands in the facts, and where in the text."""

    in_facts: tuple[int, ...]
    in_text: tuple[int, ...]

    def to_text(self, offset: int) -> int:
        return _across(self.in_facts, self.in_text, offset)

    def to_facts(self, offset: int) -> int:
        return _across(self.in_text, self.in_facts, offset)


def _across(known: tuple[int, ...], wanted: tuple[int, ...], offset: int) -> int:
    part = max(bisect_right(known, offset) - 1, 0)
    return offset - known[part] + wanted[part]


def with_room(facts: f.Facts, room: int) -> tuple[f.Facts, Layout]:
    """The same facts with so much room between the statements of the module."""
    ends = [0, *[statement.end for statement in facts.body]]
    in_facts = tuple([end + number * room for number, end in enumerate(ends)])
    body = tuple([moved(statement, number * room) for number, statement in enumerate(facts.body)])
    return f.Facts(facts.schema, body, facts.identifiers), Layout(in_facts, tuple(ends))


_PLACES = frozenset({"start", "end", "name_start"})
_WITHOUT_PLACES = frozenset({str, int, float, bool, NoneType, frozenset})


def moved(value: Any, by: int) -> Any:
    """The same tree, so many characters further behind; the very same where it stays."""
    if not by or type(value) in _WITHOUT_PLACES:
        return value
    if type(value) is tuple:
        return tuple([moved(item, by) for item in value])
    fields = []
    for name in value.__struct_fields__:
        field = getattr(value, name)
        if name in _PLACES:
            field += by
        elif type(field) not in _WITHOUT_PLACES:
            field = moved(field, by)
        fields.append(field)
    return type(value)(*fields)
