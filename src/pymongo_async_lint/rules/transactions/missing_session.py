"""PMA602"""

from __future__ import annotations

from collections.abc import Iterator, Set

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import How, Kind
from pymongo_async_lint.link.arguments import may_give
from pymongo_async_lint.link.around import around, goes_on_to
from pymongo_async_lint.link.flow import Use
from pymongo_async_lint.link.scopes import flat_statements, walk
from pymongo_async_lint.link.transactions import ENDS, Transaction, Transactions
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Fix, FixKind, Related, Rule, called
from pymongo_async_lint.rules.operations import WRITES


class MissingSession(Rule):
    """A write in the body of a transaction lacks `session=`, so it is no part of the transaction.

    The server commits such a write at once, on its own: it stays when the transaction is rolled back, and others see it
    before the transaction ends. A callback of `with_transaction` may run several times, and the write with it.

    A read without `session=` does not see what the transaction has written. Many are meant so, and they cost less, so
    only those that the setting `session-reads` names are reported.

    The body is the block of `async with session.start_transaction()`, or of a context manager of the project that
    yields inside of one, the callback of `with_transaction`, and the functions of the project that these hand their
    session to.

    Limits: a write that shows that it stands outside on purpose stays silent: with `session=None`, in an `except` or
    `finally` block, behind `abort_transaction()`, or in a branch that asks for the session. So do all of a project that
    binds sessions to a context (`session.bind()`), and what is done with another client. A transaction without a
    block, between `await session.start_transaction()` and `commit_transaction()`, is not looked into.
    """

    code, name, since = "PMA602", "missing-session", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")
            shop = client.shop


            async def main():
                async with client.start_session() as session:
                    async with await session.start_transaction():
                        await shop.orders.insert_one({"email": "alan@example.org"}, session=session)
                        await shop.events.insert_one({"kind": "order"})  # expect: PMA602
                        await session.abort_transaction()
            """,
            happens="The order is rolled back; the event stays.",
            needs="a replica set",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")
            shop = client.shop


            async def pay(session):
                await shop.events.insert_one({"kind": "paid"})  # expect: PMA602
                await shop.orders.update_many({}, {"$set": {"paid": True}}, session=session)
                raise ValueError("the card was declined")


            async def main():
                async with client.start_session() as session:
                    try:
                        await session.with_transaction(pay)
                    except ValueError:
                        print("rolled back")
            """,
            happens="No order is paid; the event says that they are.",
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
                        await shop.orders.insert_one({"email": "alan@example.org"}, session=session)
                        await shop.events.insert_one({"kind": "order"}, session=session)
                        await session.abort_transaction()
            """,
            happens="Both are rolled back.",
            needs="a replica set",
        ),
    )
    fix_safety = "Unsafe: a write may be outside of the transaction on purpose, such as a log that survives a rollback."
    options = ("objects", "session-reads")

    def check(self, answers: Answers) -> Iterator[Finding]:
        transactions = Transactions(answers)
        if transactions.binds:
            return
        clients = made_clients(answers)
        for body in answers.bodies:
            if body.given or body.scope not in transactions.by_scope:
                continue
            for use in body.flow.uses:
                transaction = transactions.around(body.scope, use.node)
                if transaction is None or may_give(use, "session"):
                    continue
                if is_write(use):
                    outcome = "the write is committed at once, and stays after a rollback"
                elif is_read(use, answers.project.told.session_reads):
                    outcome = "the read does not see what the transaction has written"
                else:
                    continue
                if is_of_another_client(use, transaction, clients) or is_outside_on_purpose(body, use, transaction):
                    continue
                yield self.finding(
                    body.place(use.node),
                    f"{called(use.node, use.owner, use.member.name)} is no part of its transaction: "
                    f"{outcome}; pass `session=`",
                    tuple(
                        Related(place, "the transaction starts here" if index == 0 else "its session is passed here")
                        for index, place in enumerate(transaction.chain)
                    ),
                    session_fix(body, use, transaction),
                )


def session_fix(body: Body, use: Use, transaction: Transaction) -> Fix | None:
    """`session=s`, where the session has one name."""
    if len(transaction.names) != 1:
        return None
    (name,) = transaction.names
    return Fix(FixKind.ADD_ARGUMENT, body.place(use.node), False, argument=f"session={name}")


def is_write(use: Use) -> bool:
    return use.member.name in WRITES and use.owner.type.kind in (Kind.COLLECTION, Kind.CLIENT)


def is_read(use: Use, wanted: Set[str]) -> bool:
    return use.member.name in wanted and use.owner.type.kind is Kind.COLLECTION


def made_clients(answers: Answers) -> set[object]:
    """Where the project makes its clients, tests aside."""
    return {
        construction.driver.origin
        for body in answers.bodies
        if not body.scope.is_test
        for construction in body.flow.constructions
    }


def is_of_another_client(use: Use, transaction: Transaction, clients: set[object]) -> bool:
    """Only the objects of the client that started the session can take part in its transaction."""
    if use.owner.type.flavour is not transaction.session.type.flavour:
        return True
    return len(clients) > 1 and use.owner.origin != transaction.session.origin


def is_outside_on_purpose(body: Body, use: Use, transaction: Transaction) -> bool:
    """Does the code around the write say that it knows what it does?"""
    holders = [holder for holder in around(body.scope.body, use.node) if transaction.holds(holder)]
    for holder in holders:
        match holder:
            case f.Handler():
                return True
            case f.Try(final=final) if final and final[0].start <= use.node.start:
                return True
            case f.If(test=test) | f.Conditional(test=test):
                if asks_for_session(test, transaction):
                    return True
    for statement in flat_statements(transaction.block):
        if (
            isinstance(statement, f.If)
            and statement.end <= use.node.start
            and asks_for_session(statement.test, transaction)
        ):
            return True
    if not any(isinstance(holder, f.Await) for holder in holders) and use.member.how is not How.METHOD:
        return True
    return any(
        other.owner.type.kind is Kind.SESSION
        and other.member.name in ENDS
        and transaction.holds(other.node)
        and other.node.end <= use.node.start
        and goes_on_to(body.scope.body, other.node, use.node)
        for other in body.flow.uses
    )


def asks_for_session(test: f.Expr, transaction: Transaction) -> bool:
    return any(isinstance(inner, f.Name) and inner.id in transaction.names for inner in walk(test))
