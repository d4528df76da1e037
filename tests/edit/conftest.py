"""One fix of a piece of code, whose place is marked in it: `async def f():\\n    «x.find_one()»`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pymongo_async_lint.capture import capture
from pymongo_async_lint.edit import apply, realise
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.finding import Finding, Fix, FixKind, Severity

Mend = Callable[..., "str | None"]


def finding(fix: Fix) -> Finding:
    return Finding("PMA101", "unawaited-call", Severity.ERROR, fix.place, "", fix=fix)


def places(marked: str) -> tuple[str, list[Place]]:
    """The code without the marks, and the places that they are around."""
    text, found = "", []
    for piece in marked.split("«"):
        inside, mark, behind = piece.rpartition("»")
        if mark:
            found.append(Place("app.py", len(text), len(text) + len(inside)))
        text += inside + behind
    return text, found


@pytest.fixture
def mend() -> Mend:
    """Fixes what is marked, everything in the same way; None if that can't be done. The result is sure to compile."""

    def mend(kind: FixKind, marked: str, *, name: str = "", argument: str = "") -> str | None:
        text, found = places(marked)
        fixes = [Fix(kind, place, True, name, argument) for place in found]
        compile(text, "app.py", "exec", dont_inherit=True)
        realised = realise([finding(fix) for fix in fixes], lambda path: (capture(text), text))
        edits = [edit for item in realised if item.fix is not None for edit in item.fix.edits]
        if not edits:
            return None
        mended = apply(text, edits)
        compile(mended, "app.py", "exec", dont_inherit=True)
        return mended

    return mend


@pytest.fixture
def mend_in_function(mend: Mend) -> Mend:
    """The same for code in an `async def`."""

    def mend_in_function(kind: FixKind, marked: str, *, name: str = "", argument: str = "") -> str | None:
        head = "async def f(c, s, x, y, z):\n    "
        mended = mend(kind, head + marked.replace("\n", "\n    "), name=name, argument=argument)
        return mended and mended.removeprefix(head).replace("\n    ", "\n")

    return mend_in_function
