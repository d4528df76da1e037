"""Which releases of PyMongo a project may run with, and which of them have a member, module or name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

SPANS_FILE = Path(__file__).parent / "data" / "spans.json"

Release = tuple[int, ...]


class Span(msgspec.Struct, frozen=True, array_like=True):
    """The releases that have something: `since` is the first one, `until` the first without it; None is without end."""

    since: str | None
    until: str | None = None


class SpanTable(msgspec.Struct, frozen=True):
    """The contents of the spans' file."""

    releases: list[str]
    """The releases that were looked into, from the oldest on"""
    spans: dict[str, Span]
    """By dotted path, the modules and public names that some of these releases lack"""


class Target(msgspec.Struct, frozen=True):
    """The releases that a project may run with, and how that is known. Without releases, it is any."""

    releases: tuple[Release, ...] = ()
    source: str = ""

    def has(self, span: Span) -> bool:
        """May the project run with a release that has this?"""
        return not self.releases or any(
            (span.since is None or parsed(span.since) <= release)
            and (span.until is None or release < parsed(span.until))
            for release in self.releases
        )

    def __str__(self) -> str:
        """ "PyMongo 4.12.1 at most (pyproject.toml)"; there are no words for any release."""
        newest = ".".join(map(str, max(self.releases)))
        return f"PyMongo {newest}{' at most' if len(self.releases) > 1 else ''} ({self.source})"


ANY = Target()


@cache
def span_table() -> SpanTable:
    return msgspec.json.decode(SPANS_FILE.read_bytes(), type=SpanTable)


def span_of(module: str, name: str | None) -> Span:
    """The releases that have a module, or a name in it."""
    spans = span_table().spans
    if name is not None and f"{module}.{name}" in spans:
        return spans[f"{module}.{name}"]
    while module:
        if module in spans:
            return spans[module]
        module = module.rpartition(".")[0]
    return Span(None)


def parsed(release: str) -> Release:
    """ "4.12.1" -> (4, 12, 1); what comes behind the numbers is left out."""
    numbers = []
    for part in release.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)
