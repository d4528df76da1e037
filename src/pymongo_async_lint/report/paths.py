"""Paths as other programs want them: relative to one root, whatever folder the check was started in."""

from __future__ import annotations

import contextlib
import os
from urllib.parse import quote

from msgspec import structs

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.result import Result


def seen_from_root(result: Result) -> Result:
    """The same result with all paths relative to its root."""
    if result.root == ".":
        return result

    def path(path: str) -> str:
        with contextlib.suppress(ValueError):  # another drive
            return os.path.relpath(path, result.root).replace(os.sep, "/")
        return path

    def place(place: Place) -> Place:
        return structs.replace(place, path=path(place.path))

    return structs.replace(
        result,
        findings=tuple(finding.relocated(place) for finding in result.findings),
        problems=tuple(structs.replace(problem, path=path(problem.path)) for problem in result.problems),
        stale=tuple(
            structs.replace(stale, path=path(stale.path), baseline=path(stale.baseline)) for stale in result.stale
        ),
        sources={path(name): text for name, text in result.sources.items()},
    )


def uri(path: str) -> str:
    """A relative URI reference to the file."""
    return quote(path)
