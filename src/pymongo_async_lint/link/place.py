"""Where something stands in the project."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True, order=True):
    """A span of a file: a path relative to the project's root (forward slashes), and offsets into the decoded text."""

    path: str
    start: int
    end: int
