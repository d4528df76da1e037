"""PMA109"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import DriverType, Flavour
from pymongo_async_lint.link.shapes import Proof
from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule, called, describe, origin


class UnknownMethod(Rule):
    """A method is called that the driver does not have: a typo, a removed, a sync-only or a Motor-only member.

    On a client, database or collection every unknown name is a sub-object, so the mistake goes unnoticed until it is
    called.

    Limits: with sync PyMongo and Motor, members that older releases had stay silent. Sub-collections
    (`users.archive.find()`) are no mistakes.
    """

    code, name, since = "PMA109", "unknown-method", "0.1.0"
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print(await users.count())  # expect: PMA109
            """,
            happens="`TypeError: 'AsyncCollection' object is not callable.`",
        ),
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")


            async def main():
                loop = client.get_io_loop()  # expect: PMA109
                print(loop.time())
            """,
            happens="`TypeError: 'AsyncDatabase' object is not callable`",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print(await users.count_documents({}))
                print(await users.archive.count_documents({}))
            """,
            happens="`users.archive` is a collection of its own.",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given:
                continue
            for missing in body.flow.missing:
                owner = missing.owner
                if owner.proof is Proof.ANNOTATED:
                    continue
                near = suggestion(owner.type, missing.name)
                if owner.type.flavour is not Flavour.ASYNC and drivers.replacement_of_member(owner.type, missing.name):
                    continue  # what older releases had may be what the project has
                yield self.finding(
                    body.place(missing.node),
                    f"{called(missing.node, owner, missing.name)}: {describe(owner.type)} has no method "
                    f"`{missing.name}`, calling it raises {error(owner.type)}{f'; `{near}` is meant?' if near else ''}",
                    origin(owner),
                )


def error(type_: DriverType) -> str:
    return "a TypeError" if drivers.protocols(type_).dynamic_attributes else "an AttributeError"


def suggestion(type_: DriverType, name: str) -> str | None:
    renamed = drivers.replacement_of_member(type_, name)
    if renamed is not None:
        return renamed
    near = difflib.get_close_matches(name.lower(), drivers.member_names(type_), 1, 0.75)
    return near[0] if near else None
