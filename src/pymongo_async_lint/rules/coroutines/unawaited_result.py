"""PMA102"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule
from pymongo_async_lint.rules.coroutines.awaiting import await_fix
from pymongo_async_lint.rules.coroutines.fate import Case, Fate, cases
from pymongo_async_lint.rules.coroutines.words import operation_name, proof, way_out


class UnawaitedResult(Rule):
    """A coroutine is used as if it were its result.

    A coroutine is always true and equal to nothing: a check for an existing user finds one every time. It has no keys
    and no attributes of a document, so `doc["name"]` raises a `TypeError`. A route that returns it answers with an
    error. An `async def` with the annotation `-> dict` that returns it leaves its caller with a coroutine after the
    caller's own `await`.

    Limits: what happens to a coroutine in code outside of the project is not known, and not reported.
    """

    code, name, since = "PMA102", "unawaited-result", "0.1.0"
    mistakes = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/taken/{email}")
            async def is_taken(email: str):
                if users.find_one({"email": email}):  # expect: PMA102
                    return {"taken": True}
                return {"taken": False}
            """,
            request="GET /taken/nobody@example.org",
            happens='The answer is `{"taken": true}` for an address that nobody has.',
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                user = users.find_one({"name": "Ada"})  # expect: PMA102
                print(user["email"])
            """,
            happens="`TypeError: 'coroutine' object is not subscriptable`",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print(await users.find_one({"name": "Ada"})["email"])  # expect: PMA102
            """,
            happens="`TypeError: 'coroutine' object is not subscriptable`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                if await users.find_one({"name": "Ada"}):
                    print("there is an Ada")
            """,
        ),
        Example(
            """
            import asyncio

            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                ada, alan = await asyncio.gather(
                    users.find_one({"name": "Ada"}),
                    users.find_one({"name": "Alan"}),
                )
                print(ada["email"], alan["email"])
            """,
        ),
    )
    fix_safety = (
        "Safe: what uses the coroutine needs its result; only inside of `async def`. Unsafe for what removes more "
        "than one document and has never run so far, where a coroutine that is only tested or compared goes "
        "elsewhere, too, and where it comes out of a function of the project."
    )
    options = ("objects", "schedulers")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for case in cases(answers):
            if case.fate in (Fate.USED, Fate.RETURNED):
                name = operation_name(answers, case.coroutine)
                kind = "a future" if case.coroutine.is_future else "a coroutine"
                yield self.finding(
                    case.coroutine.site,
                    f"{name} is not awaited, so {kind} is {effect(case)}; {way_out(answers, case.coroutine)}",
                    proof(case),
                    await_fix(answers, case),
                )


EFFECTS = {
    Op.TRUTH: "tested for truth, and always true",
    Op.COMPARE: "compared, and never equal to what is meant",
    Op.SUBSCRIPT: "subscripted, which raises a TypeError",
    Op.ITERATE: "iterated, which raises a TypeError",
    Op.ASYNC_ITERATE: "iterated with `async for`, which raises a TypeError",
    Op.WITH: "entered with `with`, which raises a TypeError",
    Op.ASYNC_WITH: "entered with `async with`, which raises a TypeError",
    Op.CONTAINS: "searched with `in`, which raises a TypeError",
    Op.LENGTH: "measured with `len()`, which raises a TypeError",
    Op.FORMAT: "formatted as text, in place of its result",
    Op.CALL: "called, which raises a TypeError",
    Op.UNPACK: "unpacked, which raises a TypeError",
    Op.ARITHMETIC: "used as an operand, which raises a TypeError",
    Op.RETURN: "what the route returns, which can't be encoded as JSON",
    Op.RESPOND: "sent as a response, which can't be encoded",
}


def effect(case: Case) -> str:
    assert case.use is not None
    operation = case.use.operation
    if case.fate is Fate.RETURNED:
        return f"what `await {case.use.body.scope.name}()` gives, against its annotation"
    if operation.op is Op.ATTRIBUTE:
        return f"asked for `.{operation.detail}`, which raises an AttributeError"
    if operation.op is Op.ARGUMENT or (operation.op is Op.RESPOND and operation.detail):
        return f"passed to `{operation.detail}`, in place of its result"
    return EFFECTS[operation.op]
