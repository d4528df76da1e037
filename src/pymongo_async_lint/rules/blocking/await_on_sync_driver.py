"""PMA203"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.flow import Op
from pymongo_async_lint.link.shapes import Driver, Proof
from pymongo_async_lint.rules.base import Answers, Finding, Place, Rule, called, describe, origin
from pymongo_async_lint.rules.operations import driver_operations


class AwaitOnSyncDriver(Rule):
    """`await`, `async for` or `async with` on an object of sync PyMongo.

    The call blocks and is carried out; then `await` raises a TypeError on its result: the document is written, and the
    request fails all the same.

    Limits: an object that is only annotated as sync stays silent, since real code annotates async values so.
    """

    code, name, since = "PMA203", "await-on-sync-driver", "0.1.0"

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given:
                continue
            for use in body.flow.uses:
                if use.is_awaited and is_proved(use.owner):
                    yield self.finding(
                        Place(body.path, use.node.start, use.node.end),
                        f"{called(use.node, use.owner, use.member.name)} of sync PyMongo can't be awaited: it is "
                        f"carried out, "
                        "then a TypeError follows; use AsyncMongoClient",
                        origin(use.owner),
                    )
        for done, driver in driver_operations(answers, {Op.AWAIT, Op.ASYNC_ITERATE, Op.ASYNC_WITH}):
            if is_proved(driver):
                how = {Op.AWAIT: "await", Op.ASYNC_ITERATE: "async for", Op.ASYNC_WITH: "async with"}[done.operation.op]
                yield self.finding(
                    done.place,
                    f"`{how}` on a {describe(driver.type)} of sync PyMongo raises a TypeError; use AsyncMongoClient",
                    origin(driver),
                )


def is_proved(driver: Driver) -> bool:
    return driver.type.flavour is Flavour.SYNC and driver.proof is not Proof.ANNOTATED
