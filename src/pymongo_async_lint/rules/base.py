"""What all rules have in common."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.link.answers import Answers, Body
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.shapes import Driver, Proof
from pymongo_async_lint.rules.example import Example
from pymongo_async_lint.rules.finding import Finding, Fix, FixKind, Related, Severity


class Rule:
    """One kind of mistake. The subclass is the one source of what is said of it: its tests, its page, `explain`.

    The docstring is the page: a first paragraph with the reason, what happens at run time, and at the end what the rule
    leaves alone on purpose, in a paragraph that begins with `Limits:`.
    """

    code: str
    """`PMA` and three digits. Never changes its meaning."""
    name: str
    """In kebab-case; the file and the class are named so, too."""
    since: str
    """The release that it came with."""
    severity = Severity.ERROR
    preview = False
    """Does it run with `--preview` only, or when a selection names it or its family?"""
    only_when_named = False
    """Does it run only when a selection names it or its family, whether with `--preview` or without?"""
    in_tests = True
    """Does the rule speak in code whose only place is a test?"""
    mistakes: tuple[Example, ...]
    correct: tuple[Example, ...]
    """The same code put right, and what looks like the mistake and is none."""
    fix_safety = ""
    """Where there are fixes: "Safe: …" or "Unsafe: …", with the reason. Two sentences where it depends."""
    options: tuple[str, ...] = ()
    """The keys of the settings that change what this rule finds."""

    def check(self, answers: Answers) -> Iterator[Finding]:
        raise NotImplementedError

    def finding(self, place: Place, message: str, related: tuple[Related, ...] = (), fix: Fix | None = None) -> Finding:
        seen: dict[Place, Related] = {}
        for link in related:
            if (link.place.path, link.place.start) != (place.path, place.start):
                seen.setdefault(link.place, link)
        return Finding(self.code, self.name, self.severity, place, message, tuple(seen.values()), fix)


def origin(driver: Driver) -> tuple[Related, ...]:
    """Where we know a driver object from."""
    how = {
        Proof.CONSTRUCTED: "made here",
        Proof.ANNOTATED: "annotated here",
        Proof.DECLARED: "declared in the settings",
    }[driver.proof]
    client = driver.type.kind if driver.proof is Proof.ANNOTATED else Kind.CLIENT
    if driver.proof is Proof.DECLARED:
        return ()
    if driver.type.kind in _ROOTS:
        client = driver.type.kind
    return (Related(driver.origin, f"the {describe(DriverType(driver.type.flavour, client))} is {how}"),)


_ROOTS = frozenset({Kind.ENCRYPTION})


def led_here(chain: tuple[Place, ...]) -> tuple[Related, ...]:
    """By which calls a function gets run, from where a framework is told of the first one."""
    return tuple(
        Related(place, "registered here" if index == 0 else "which calls") for index, place in enumerate(chain)
    )


def describe(type_: DriverType) -> str:
    """ "`AsyncCollection`" and the like."""
    return f"`{drivers.class_name(type_)}`"


def called(node: f.Node, owner: Driver, member: str) -> str:
    """A call by receiver and member, never by its arguments: "`db.users.find_one()`"."""
    return f"`{without_arguments(node) or f'{drivers.class_name(owner.type)}.{member}()'}`"


def named(node: f.Node, driver: Driver) -> str:
    """A driver object as the code writes it, and what it is: "`db.users` (an `AsyncCollection`)"."""
    what = one(driver.type)
    name = without_arguments(node)
    return f"`{name}` ({what})" if name else what


def one(type_: DriverType) -> str:
    """ "an `AsyncCollection`" and the like."""
    return with_article(drivers.class_name(type_))


def with_article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} `{name}`"


def without_arguments(node: f.Node) -> str | None:
    """Names, attributes and calls as they are written: "self.db[…].users.find()". None for all else."""
    found = _chain(node)
    return found if found is not None and len(found) <= MOST_QUOTED else None


MOST_QUOTED = 60
"""Longer expressions are not quoted in messages."""


def _chain(node: f.Node) -> str | None:
    match node:
        case f.Name(id=name):
            return name
        case f.Attribute(value=value, attr=attr):
            before, after = _chain(value), f".{attr}"
        case f.Call(func=func):
            before, after = _chain(func), "()"
        case f.Subscript(value=value):
            before, after = _chain(value), "[…]"
        case f.Await(value=value):
            inner = _chain(value)
            return f"(await {inner})" if inner else None
        case _:
            return None
    return before and before + after


DRIVER_NAMES = {Flavour.ASYNC: "Async PyMongo", Flavour.SYNC: "PyMongo", Flavour.MOTOR: "Motor"}


__all__ = [
    "Answers",
    "Body",
    "Example",
    "Finding",
    "Fix",
    "FixKind",
    "Place",
    "Related",
    "Rule",
    "Severity",
    "called",
    "describe",
    "led_here",
    "named",
    "one",
    "origin",
    "with_article",
    "without_arguments",
]
