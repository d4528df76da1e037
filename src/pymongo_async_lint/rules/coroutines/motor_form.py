"""PMA104"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.rules.base import Answers, Finding, Rule
from pymongo_async_lint.rules.coroutines.fate import Fate, cases
from pymongo_async_lint.rules.coroutines.words import await_fix, operation_name, proof


class MotorForm(Rule):
    """The coroutine of `aggregate`, `watch`, `list_indexes` and the like is used as the cursor it would give.

    With Motor `async for doc in coll.aggregate(…)` is right; with Async PyMongo `aggregate` is a coroutine, and the
    same line raises a TypeError, `coll.aggregate(…).to_list()` an AttributeError.

    Limits: as for PMA102.
    """

    code, name, since = "PMA104", "motor-form", "0.1.0"

    def check(self, answers: Answers) -> Iterator[Finding]:
        for case in cases(answers):
            if case.fate is Fate.CURSOR_FORM:
                assert case.use is not None
                operation = case.use.operation
                form = {Op.ASYNC_ITERATE: "`async for` over it", Op.ASYNC_WITH: "`async with` on it"}.get(
                    operation.op, f"`.{operation.detail}` of it"
                )
                error = "an AttributeError" if operation.op is Op.ATTRIBUTE else "a TypeError"
                name = operation_name(answers, case.coroutine)
                yield self.finding(
                    case.coroutine.site,
                    f"{name} is a coroutine, and {form} is {error}: await it first, `(await …)`",
                    proof(case),
                    await_fix(answers, case.coroutine),
                )
