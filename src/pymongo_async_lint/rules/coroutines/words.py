"""Phrases that the rules on coroutines share."""

from __future__ import annotations

import difflib

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.link.shapes import Coroutine
from pymongo_async_lint.rules.base import Answers, Related, called, origin
from pymongo_async_lint.rules.coroutines.fate import Case

AWAIT_IT = "write `await` in front of it"


def operation_name(answers: Answers, coroutine: Coroutine) -> str:
    """ "`db.users.find_one()`", or the helper that hands it out, or that calls it with what it is passed."""
    assert coroutine.owner is not None
    node = answers.nodes.get(coroutine.site)
    name = called(node, coroutine.owner, coroutine.member) if node is not None else f"`{coroutine.member}()`"
    if coroutine.site in answers.kept_by_callees:
        return f"`{coroutine.member}`, which {name} calls on what it gets here,"
    return f"`{coroutine.member}`, handed out by {name}," if coroutine.via else name


def way_out(answers: Answers, coroutine: Coroutine) -> str:
    """What to do: an `await` can stand in an `async def` only."""
    inside = coroutine.via[0] if coroutine.site in answers.kept_by_callees else coroutine.site
    body = answers.body_at(inside)
    node = body.scope.node if body is not None and isinstance(body.scope, Function) else None
    if not isinstance(node, f.FunctionDef) or node.is_async:
        return AWAIT_IT
    return f"make `{node.name}` an `async def`, and {AWAIT_IT}"


def proof(case: Case) -> tuple[Related, ...]:
    """Where the coroutine comes from, what is done with it, and where the driver object was made."""
    coroutine = case.coroutine
    assert coroutine.owner is not None
    links = [Related(place, f"`{coroutine.member}` is called here") for place in coroutine.via[-1:]]
    links.extend(Related(place, "and returned without being awaited") for place in coroutine.via[:-1])
    if case.use is not None and case.use.operation.op is not Op.DISCARD:
        links.append(Related(case.use.place, f"the coroutine is {case.use.operation.op.value} here"))
    return (*links, *origin(coroutine.owner))


def longer_name(type_: DriverType, name: str) -> str | None:
    """The one method whose name goes on where this one ends."""
    longer = [member for member in drivers.member_names(type_) if member.startswith(f"{name}_")]
    return longer[0] if len(longer) == 1 else None


def similar_name(type_: DriverType, name: str) -> str | None:
    """The method with the most similar name, if there is one at all."""
    similar = difflib.get_close_matches(name.lower(), drivers.member_names(type_), 1, 0.75)
    return similar[0] if similar else None
