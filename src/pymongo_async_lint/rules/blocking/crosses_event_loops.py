"""PMA205"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.link.around import loops_around, runs_before
from pymongo_async_lint.link.event_loops import EventLoops, Run
from pymongo_async_lint.rules.base import (
    Answers,
    Body,
    Example,
    Finding,
    Related,
    Rule,
    Severity,
    describe,
    led_here,
    origin,
)


class CrossesEventLoops(Rule):
    """One client is used under two event loops.

    An asynchronous client belongs to the event loop that it is first used in. `asyncio.run` makes a new one each time,
    and closes it at the end. Under the second one, Async PyMongo (since 4.12) raises a RuntimeError: Cannot use
    AsyncMongoClient in different event loop. Motor raises: Event loop is closed.

    Limits: only clients that a module makes at import, and loops that are sure to follow each other: two calls of
    `asyncio.run` one after the other, one in a loop, or one in a function that is run again and again (a route, a job).
    """

    code, name, since = "PMA205", "crosses-event-loops", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            import asyncio

            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def count(city):
                print(city, await users.count_documents({"city": city}))


            def main():
                asyncio.run(count("London"))
                asyncio.run(count("Manchester"))  # expect: PMA205
            """,
            happens="The second one raises `RuntimeError: Cannot use AsyncMongoClient in different event loop`.",
        ),
    )
    correct = (
        Example(
            """
            import asyncio

            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def count(*cities):
                for city in cities:
                    print(city, await users.count_documents({"city": city}))


            def main():
                asyncio.run(count("London", "Manchester"))
            """,
            happens="Both numbers are printed.",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        loops = EventLoops(answers)
        adapts = any("get_io_loop" in module.facts.identifiers for module in answers.project.scanned_modules)
        for body in answers.bodies:
            if body.given:
                continue
            runs = list(loops.runs(body))
            for run in runs:
                reason = second_time(answers, body, run, runs)
                client = next(
                    (one for one in run.clients.values() if one.type.flavour is Flavour.ASYNC or not adapts), None
                )
                if reason is None or client is None:
                    continue
                why, links = reason
                type_ = DriverType(client.type.flavour, Kind.CLIENT)
                yield self.finding(
                    body.place(run.call),
                    f"{why} makes another event loop for the same {describe(type_)}, a RuntimeError; run all in one "
                    "event loop, or make the client inside of it",
                    (*links, *origin(client)),
                )


def second_time(answers: Answers, body: Body, run: Run, runs: list[Run]) -> tuple[str, tuple[Related, ...]] | None:
    """Why there is an event loop before this one, in the same process, that has used the client."""
    for other in runs:
        if other.clients.keys() & run.clients.keys() and runs_before(body.scope.body, other.call, run.call):
            return "this", (Related(body.place(other.call), "the client is used in this event loop first"),)
    for loop in loops_around(body.scope.body, run.call):
        if not loop.ends_early and not isinstance(loop.node, f.Comprehension):
            return "each round of the loop", (Related(body.place(loop.node), "the loop"),)
    chain = answers.places.repeated(body.scope)
    if chain is not None:
        return f"each run of `{body.scope.name}`", led_here(chain)
    return None
