"""PMA601"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.link.arguments import argument, passed
from pymongo_async_lint.link.flow import CallSite
from pymongo_async_lint.link.parallel import Group, Job, groups
from pymongo_async_lint.link.scopes import path_key
from pymongo_async_lint.link.shapes import Driver, members
from pymongo_async_lint.link.transactions import Transactions
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Related, Rule

MAX_DEPTH = 4
"""A session is followed through so many calls down to the driver's."""


class ParallelInTransaction(Rule):
    """Operations of one transaction run at the same time, which MongoDB does not support.

    The driver sends them over several connections at once. Which of them starts the transaction is left to chance, and
    the server may refuse those that reach it before that one, or may hold it for a conflict; neither PyMongo nor Motor
    checks for it.

    The rule looks at what `asyncio.gather` and its like or one task group get: calls of the driver with the same
    `session=`, and calls of the project's functions that pass it on to the driver.

    Limits: only where a transaction is sure to be under way: in the block of `start_transaction()`, behind a call of
    it, in a callback of `with_transaction`, and in functions that these hand their session to. Sessions without a
    transaction, and a session of its own for each operation, stay silent.
    """

    code, name, since = "PMA601", "parallel-in-transaction", "0.1.0"
    mistakes = (
        Example(
            """
            import asyncio

            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")
            shop = client.shop


            async def main():
                async with client.start_session() as session:
                    async with await session.start_transaction():
                        await asyncio.gather(  # expect: PMA601
                            shop.orders.insert_one({"total": 1}, session=session),
                            shop.events.insert_one({"kind": "order"}, session=session),
                        )
            """,
            happens="Both inserts are on their way at the same time, one of them with the start of the transaction.",
            needs="a replica set",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")
            shop = client.shop


            async def main():
                async with client.start_session() as session:
                    async with await session.start_transaction():
                        await shop.orders.insert_one({"total": 1}, session=session)
                        await shop.events.insert_one({"kind": "order"}, session=session)
            """,
            happens="The second insert is sent once the first one is done.",
            needs="a replica set",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        transactions = Transactions(answers)
        for body in answers.bodies:
            if body.given:
                continue
            for group in groups(answers, body):
                shared = shared_session(answers, body, group)
                if shared is None:
                    continue
                transaction = transactions.around(body.scope, shared[0].call)
                if transaction is None and not transactions.begun_by_hand(body, shared[0].call):
                    continue
                chain = transaction.chain if transaction is not None else ()
                yield self.finding(
                    body.place(group.node) if isinstance(group.node, f.Call) else body.place(shared[-1].call),
                    f"`{group.name}` runs operations of one transaction at the same time, which MongoDB does not "
                    "support: some may fail, or miss the transaction; await them one after the other",
                    (
                        *(
                            Related(
                                place, "the transaction starts here" if index == 0 else "its session is passed here"
                            )
                            for index, place in enumerate(chain)
                        ),
                        *(Related(body.place(job.call), "one of the operations") for job in shared),
                    ),
                )


def shared_session(answers: Answers, body: Body, group: Group) -> list[Job] | None:
    """The jobs of a group that use one and the same session, if they are more than one."""
    by_session: dict[str, list[Job]] = {}
    for job in group.jobs:
        key = session_of(answers, body, job.call)
        if key is not None:
            by_session.setdefault(key, []).append(job)
    for key, jobs in by_session.items():
        root = key.split(".")[0]
        is_one_of_many = any(job.loop is not None and root in job.loop.names for job in jobs)
        if not is_one_of_many and (len(jobs) > 1 or jobs[0].loop is not None):
            return jobs
    return None


def session_of(answers: Answers, body: Body, call: f.Call) -> str | None:
    """The session, as it is written, that a call uses for an operation of the driver."""
    for use in body.flow.uses:
        if use.node is call:
            session = argument(use, "session")
            return path_key(session) if session is not None else None
    for site in body.flow.calls:
        if site.node is call and site.function.is_async:
            for name, shape in site.bound:
                if any(isinstance(one, Driver) and one.type.kind is Kind.SESSION for one in members(shape)):
                    given = passed(answers.project, site).get(name)
                    if given is not None and uses_session(answers, site, name, MAX_DEPTH):
                        return path_key(given)
    return None


def uses_session(answers: Answers, site: CallSite, name: str, depth: int) -> bool:
    """Does the function, or one that it calls, give the session to an operation?"""
    flow = answers.project.flow(site.function, ())
    for use in flow.uses:
        session = argument(use, "session")
        if isinstance(session, f.Name) and session.id == name:
            return True
    for inner in flow.calls if depth else ():
        for param, given in passed(answers.project, inner).items():
            if isinstance(given, f.Name) and given.id == name and uses_session(answers, inner, param, depth - 1):
                return True
    return False
