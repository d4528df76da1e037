"""PMA111"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.shapes import Coroutine
from pymongo_async_lint.rules.base import Answers, Finding, Related, Rule
from pymongo_async_lint.rules.coroutines.words import operation_name


class AwaitedTwice(Rule):
    """The same coroutine is awaited a second time.

    `RuntimeError: cannot reuse already awaited coroutine`. Motor's futures and tasks may be awaited again, and stay
    silent; after a migration to Async PyMongo such code breaks.

    Limits: only where every path to the second `await` goes through the first one, on the same name.
    """

    code, name, since = "PMA111", "awaited-twice", "0.1.0"

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            for operation in body.flow.operations if not body.given else ():
                subject = operation.subject
                if operation.op is Op.AWAIT and isinstance(subject, Coroutine) and subject.is_spent:
                    yield self.finding(
                        body.place(operation.node),
                        f"{operation_name(answers, subject)} has been awaited already: a second `await` raises a "
                        f"RuntimeError; "
                        "keep the result instead",
                        (Related(subject.site, "the coroutine is made here"),),
                    )
