"""PMA103"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule
from pymongo_async_lint.rules.coroutines.awaiting import await_fix
from pymongo_async_lint.rules.coroutines.fate import Fate, cases
from pymongo_async_lint.rules.coroutines.words import operation_name, proof, way_out


class NeverAwaited(Rule):
    """A coroutine is bound to a name, and never awaited nor handed on, on any path.

    The operation never happens. Type checkers are content, since the name is assigned. Motor's calls run all the same,
    but their outcome is lost, errors included.

    Limits: a coroutine that is stored on an object, or handed to code outside of the project, is taken to be awaited.
    """

    code, name, since = "PMA103", "never-awaited", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            events = AsyncMongoClient("mongodb://localhost").shop.events


            async def main():
                result = events.insert_one({"kind": "login"})  # expect: PMA103
                print("stored")
            """,
            happens="No document is written, and no error is raised.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            events = AsyncMongoClient("mongodb://localhost").shop.events


            async def main():
                result = await events.insert_one({"kind": "login"})
                print("stored", result.inserted_id)
            """,
            happens="The document is written.",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            events = AsyncMongoClient("mongodb://localhost").shop.events


            async def main():
                storing = events.insert_one({"kind": "login"})
                print("storing")
                await storing
            """,
            happens="The document is written once the coroutine is awaited.",
        ),
    )
    fix_safety = (
        "Safe: once it is awaited, the call does what it says; only inside of `async def`. Unsafe for what removes "
        "more than one document and has never run so far, for Motor's calls, which may run in the background on "
        "purpose, and where a function of the project hands the coroutine out."
    )
    options = ("objects", "schedulers")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for case in cases(answers):
            if case.fate is Fate.FORGOTTEN:
                name = operation_name(answers, case.coroutine)
                happens = (
                    ": Motor runs it, but its outcome and its errors are lost"
                    if case.coroutine.is_future
                    else ", so it never runs"
                )
                yield self.finding(
                    case.coroutine.site,
                    f"{name} is assigned but never awaited{happens}; {way_out(answers, case.coroutine)}",
                    proof(case),
                    await_fix(answers, case),
                )
