"""PMA201"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Finding, Rule, called, describe, origin


class SyncDriverInAsync(Rule):
    """Sync PyMongo is called, or its cursor iterated, inside `async def`.

    The whole event loop waits for the server: no other request is served until the answer is there (measured: a command
    of 500 ms stalls the loop for 506 ms, Async PyMongo for 6 ms).

    Limits: `find()` alone does no I/O and is fine; iterating its cursor is not. A sync annotation on a value that gets
    awaited somewhere proves nothing. Code that only runs where there is no event loop stays silent.
    """

    code, name, since = "PMA201", "sync-driver-in-async", "0.1.0"
    in_tests = False

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given or not body.is_async:
                continue
            for node, owner, member, _ in answers.blocking_operations(body.flow):
                if member == "iteration":
                    what = f"iterating a {describe(owner.type)} of sync PyMongo"
                else:
                    what = f"{called(node, owner, member)} of sync PyMongo"
                yield self.finding(
                    body.place(node),
                    f"{what} blocks the event loop inside `async def {body.scope.name}`; "
                    "use AsyncMongoClient, or run it in a thread",
                    origin(owner),
                )
