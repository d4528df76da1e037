"""Which code runs inside of a transaction, and with which session."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.link.answers import Answers, Body
from pymongo_async_lint.link.around import Step, steps_to
from pymongo_async_lint.link.flow import CallSite, Op
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import Function, Scope, expressions_of, walk
from pymongo_async_lint.link.shapes import Driver, Shape, members

ENDS = frozenset({"commit_transaction", "abort_transaction", "end_session"})

MAX_CHAIN = 8
"""A session is followed through so many calls."""


class Transaction(msgspec.Struct, frozen=True):
    """The block of a `with`, or a whole function that gets run in a transaction: `chain` leads to it from where the
    transaction starts. `names` are those under which the body knows the session."""

    scope: Scope
    block: f.Block
    session: Driver
    names: frozenset[str]
    chain: tuple[Place, ...]

    def holds(self, node: f.Node) -> bool:
        return bool(self.block) and self.block[0].start <= node.start and node.end <= self.block[-1].end


class Transactions:
    """All transactions of a project: blocks of `async with session.start_transaction()` and of context managers that
    yield inside of one, callbacks of `with_transaction`, and the functions that these hand their session to."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.by_scope: dict[Scope, list[Transaction]] = {}
        self.binds = False
        """Does the project bind sessions to a context (`session.bind()`)? Then operations find theirs by themselves."""
        pending: list[Transaction] = []
        self._bodies: dict[Scope, Body] = {}
        for body in answers.bodies:
            if not body.given:
                self._bodies[body.scope] = body
                pending.extend(self._begun_in(body))
        while pending:
            transaction = pending.pop()
            found = self.by_scope.setdefault(transaction.scope, [])
            if any(one.block is transaction.block for one in found):
                continue
            found.append(transaction)
            if len(transaction.chain) < MAX_CHAIN:
                pending.extend(self._handed_on(transaction))
                pending.extend(self._yielded_to(transaction))

    def around(self, scope: Scope, node: f.Node) -> Transaction | None:
        """The transaction that the node of this body runs in."""
        return next((one for one in self.by_scope.get(scope, ()) if one.holds(node)), None)

    def begun_by_hand(self, body: Body, node: f.Node) -> bool:
        """Does the body call `start_transaction` before the node, and end it after it only?"""
        begun = False
        for use in sorted(body.flow.uses, key=lambda use: use.node.start):
            if use.owner.type.kind is Kind.SESSION and use.node.end <= node.start:
                if use.member.name == "start_transaction":
                    begun = True
                elif use.member.name in ENDS:
                    begun = False
        return begun

    def _begun_in(self, body: Body) -> Iterator[Transaction]:
        for operation in body.flow.operations:
            subject = operation.subject
            if operation.op in (Op.WITH, Op.ASYNC_WITH) and isinstance(subject, Driver):
                self.binds = self.binds or subject.type.kind is Kind.BOUND_SESSION
                statement = _with_of(steps_to(body.scope.body, operation.node))
                if subject.type.kind is Kind.TRANSACTION and statement is not None:
                    names = frozenset(_session_names(operation.node))
                    yield Transaction(body.scope, statement.body, subject, names, (body.place(operation.node),))
        for use in body.flow.uses:
            self.binds = self.binds or (use.owner.type.kind is Kind.SESSION and use.member.name == "bind")
            if use.owner.type.kind is Kind.SESSION and use.member.name == "with_transaction":
                for site in body.flow.calls:
                    if site.node is use.node:
                        yield self._of_call(site, use.owner, (body.place(use.node),))

    def _yielded_to(self, transaction: Transaction) -> Iterator[Transaction]:
        """The blocks of `async with atomic()`, where the project's `atomic` yields inside of a transaction."""
        function = transaction.scope
        if not isinstance(function, Function) or not self.answers.project.is_context_manager(function):
            return
        yields = [node for node in expressions_of(function.body) if isinstance(node, f.Yield)]
        if len(yields) != 1 or not transaction.holds(yields[0]):
            return
        for body in self._bodies.values():
            for site in body.flow.calls:
                if site.function is function:
                    steps = steps_to(body.scope.body, site.node)
                    statement = steps[-1].node if steps else None
                    item = next((i for i in _items(statement) if i.value is site.node), None)
                    if isinstance(statement, f.With) and item is not None:
                        names = frozenset({item.target.id} if isinstance(item.target, f.Name) else ())
                        chain = (*transaction.chain, body.place(site.node))
                        yield Transaction(body.scope, statement.body, transaction.session, names, chain)

    def _of_call(self, site: CallSite, session: Driver, chain: tuple[Place, ...]) -> Transaction:
        names = frozenset(name for name, shape in site.bound if _session(shape) is not None)
        return Transaction(site.function, site.function.body, session, names, chain)

    def _handed_on(self, transaction: Transaction) -> Iterator[Transaction]:
        """The functions that get the session of a transaction."""
        body = self._bodies.get(transaction.scope)
        for site in body.flow.calls if body is not None else ():
            if not transaction.holds(site.node) or site.function.is_generator:
                continue
            session = next((found for _, shape in site.bound if (found := _session(shape)) is not None), None)
            if session is not None and isinstance(site.function, Function):
                assert body is not None
                yield self._of_call(site, session, (*transaction.chain, body.place(site.node)))


def _session(shape: Shape) -> Driver | None:
    return next((one for one in members(shape) if isinstance(one, Driver) and one.type.kind is Kind.SESSION), None)


def _items(node: f.Node | None) -> tuple[f.WithItem, ...]:
    return node.items if isinstance(node, f.With) else ()


def _with_of(steps: list[Step]) -> f.With | None:
    """The statement whose context manager the node is."""
    return next((step.node for step in reversed(steps) if isinstance(step.node, f.With)), None)


def _session_names(node: f.Node) -> Iterator[str]:
    """The session's name in `session.start_transaction()`."""
    for inner in walk(node) if isinstance(node, f.Expr) else ():
        if isinstance(inner, f.Attribute) and inner.attr == "start_transaction":
            for name in walk(inner.value):
                if isinstance(name, f.Name):
                    yield name.id
