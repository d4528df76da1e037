"""PMA302"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.around import Loop, around, loops_around
from pymongo_async_lint.link.flow import Construction
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Related, Rule, Severity, describe


class ClientInLoop(Rule):
    """A client is made in each round of a loop, always with the same arguments.

    Each client opens its own pool and monitors: three connections for one query, and the handshakes with them. One
    client, made before the loop, serves all rounds.

    Limits: silent where something depends on the round (a client for each server), where the loop can end early (an
    attempt to connect, until it works), and where the clients are collected.
    """

    code, name, since = "PMA302", "client-in-loop", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient


            async def main():
                for city in ("London", "Manchester"):
                    client = AsyncMongoClient("mongodb://localhost")  # expect: PMA302
                    print(city, await client.shop.users.count_documents({"city": city}))
                    await client.close()
            """,
            happens="Each round opens connections of its own.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient


            async def main():
                async with AsyncMongoClient("mongodb://localhost") as client:
                    for city in ("London", "Manchester"):
                        print(city, await client.shop.users.count_documents({"city": city}))
            """,
            happens="All rounds share the connections of one client.",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            for construction in body.flow.constructions if not body.given else ():
                loop = next((one for one in reversed(loops_around(body.scope.body, construction.node))), None)
                if loop is not None and is_the_same_each_time(body, construction, loop):
                    yield self.finding(
                        body.place(construction.node),
                        f"a new {describe(construction.driver.type)} is made in each round of the loop, with "
                        "connections of its own; make one before the loop",
                        (Related(body.place(loop.node), "the loop"),),
                    )


def is_the_same_each_time(body: Body, construction: Construction, loop: Loop) -> bool:
    if construction.is_guarded or loop.ends_early or isinstance(loop.node, f.Comprehension):
        return False
    if any(loop.changes(given.value) for given in construction.node.args):
        return False
    holders = around(body.scope.body, construction.node)
    inner = holders[-1] if holders else None
    is_collected = isinstance(inner, f.Call | f.Yield | f.Sequence | f.Dict) or (
        isinstance(inner, f.Assign) and any(isinstance(target, f.Subscript) for target in inner.targets)
    )
    return not is_collected
