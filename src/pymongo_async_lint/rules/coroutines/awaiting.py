"""Where to put the `await` that is missing, and whether that is safe."""

from __future__ import annotations

from pymongo_async_lint.link.answers import Answers, Done
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.shapes import Coroutine, Driver, members
from pymongo_async_lint.rules.coroutines.fate import Case, Fate, is_response
from pymongo_async_lint.rules.finding import Fix, FixKind

FAILING = frozenset(
    {
        Op.ARITHMETIC,
        Op.ASYNC_ITERATE,
        Op.ASYNC_WITH,
        Op.ATTRIBUTE,
        Op.CALL,
        Op.CONTAINS,
        Op.ITERATE,
        Op.LENGTH,
        Op.SUBSCRIPT,
        Op.UNPACK,
        Op.WITH,
    }
)
"""What raises an error when it is done with a coroutine."""


def await_fix(answers: Answers, case: Case) -> Fix | None:
    """`await` in front of the call that makes the coroutine, or that hands it out.

    None where other code awaits the same coroutine, and where the same line gets something else for other callers.
    """
    coroutine = case.coroutine
    done = answers.done_to.get(coroutine.site, [])
    if any(item.operation.op in (Op.AWAIT, Op.SCHEDULE) for item in done) or answers.gives_result_at(coroutine.site):
        return None
    if coroutine.via:
        is_for_one_caller = any(item.body.given for item in done)
        return None if is_for_one_caller else _through_functions(answers, coroutine)
    is_safe = is_only_a_result(answers, done) and not is_removal(coroutine.member) and not is_in_background(case)
    fix = _await(answers, coroutine.site, is_safe)
    if fix is not None and case.fate is Fate.USED and not any(isinstance(r, Driver) for r in members(coroutine.result)):
        # `await users.find_one({})["name"]`: no part of a result can be awaited itself.
        return Fix(FixKind.MOVE_AWAIT, fix.place, fix.is_safe, otherwise=fix)
    return fix


def is_only_a_result(answers: Answers, done: list[Done]) -> bool:
    """Can nobody else await it? What fails on a coroutine shows that the result is meant, wherever it goes besides."""
    return any(item.operation.op in FAILING for item in done) or not any(
        item.operation.op in (Op.ESCAPE, Op.STORE, Op.RETURN) and not is_response(answers, item) for item in done
    )


def is_removal(member: str) -> bool:
    """Would the call, which has never run so far, remove more than one document?"""
    return member.startswith("drop") or member == "delete_many"


def is_in_background(case: Case) -> bool:
    """Motor runs what nobody awaits: that may be just what is wanted."""
    return case.coroutine.is_future and case.fate in (Fate.THROWN_AWAY, Fate.FORGOTTEN)


def _through_functions(answers: Answers, coroutine: Coroutine) -> Fix | None:
    """In the innermost `async def` that hands it out, if none of those that call it awaits what it gets; else here.

    Never safe: code outside of the project may call it too, and on other paths it may give something else.
    """
    here = _await(answers, coroutine.site, False)
    for place in reversed(coroutine.via):
        body = answers.body_at(place)
        if body is not None and body.is_async:
            if any(item.operation.op in (Op.AWAIT, Op.SCHEDULE) for item in answers.done_to_results_of(place)):
                break
            return Fix(FixKind.ADD_AWAIT, place, False, otherwise=here)
    return here


def _await(answers: Answers, place: Place, is_safe: bool) -> Fix | None:
    body = answers.body_at(place)
    return Fix(FixKind.ADD_AWAIT, place, is_safe) if body is not None and body.is_async else None
