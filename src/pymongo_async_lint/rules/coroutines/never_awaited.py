"""PMA103"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Finding, Rule
from pymongo_async_lint.rules.coroutines.fate import Fate, cases
from pymongo_async_lint.rules.coroutines.words import await_fix, operation_name, proof


class NeverAwaited(Rule):
    """A coroutine is bound to a name, and never awaited nor handed on, on any path.

    The operation never happens. Type checkers don't see it, since the name is assigned. Motor's calls run all the same,
    their outcome is lost.

    Limits: a coroutine that is stored on an object or handed to code outside of the project is taken to be awaited.
    """

    code, name, since = "PMA103", "never-awaited", "0.1.0"

    def check(self, answers: Answers) -> Iterator[Finding]:
        for case in cases(answers):
            if case.fate is Fate.FORGOTTEN:
                name = operation_name(answers, case.coroutine)
                happens = (
                    "Motor runs it, but its outcome and its errors are lost"
                    if case.coroutine.is_future
                    else "the operation never happens"
                )
                yield self.finding(
                    case.coroutine.site,
                    f"{name} is assigned but never awaited: {happens}; write `await` in front of it",
                    proof(case),
                    await_fix(answers, case.coroutine),
                )
