"""PMA109"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Flavour, Kind, Span, Target
from pymongo_async_lint.link.flow import Missing, Use
from pymongo_async_lint.link.shapes import Proof
from pymongo_async_lint.rules.base import (
    DRIVER_NAMES,
    Answers,
    Example,
    Finding,
    Rule,
    called,
    one,
    origin,
    without_arguments,
)
from pymongo_async_lint.rules.coroutines.renaming import renaming
from pymongo_async_lint.rules.coroutines.words import longer_name, similar_name


class UnknownMethod(Rule):
    """A method is called that the driver does not have: a typo, a removed, a sync-only or a Motor-only member.

    On a client, database or collection every unknown name is a sub-object, so the mistake goes unnoticed until it is
    called.

    Where the project's lock file, its requirements or `pymongo-version` tell the PyMongo that it runs with, a method
    that only later releases have is reported, too.

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
            """,
            happens="There are two users.",
        ),
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
    fix_safety = (
        "Safe for another spelling (`insertOne`), and for a new name that takes the same arguments (`count`): the "
        "call raises an error as it is. Unsafe for what gives another result than the old method did, and for "
        "guesses."
    )

    options = ("pymongo-version",)

    def check(self, answers: Answers) -> Iterator[Finding]:
        target = answers.project.told.target
        for body in answers.bodies:
            if body.given:
                continue
            for missing in body.flow.missing:
                owner = missing.owner
                if owner.proof is Proof.ANNOTATED:
                    continue
                if owner.type.flavour is not Flavour.ASYNC and drivers.replacement_of_member(owner.type, missing.name):
                    continue  # what older releases had may be what the project has
                yield self.finding(
                    body.place(missing.node),
                    message(missing),
                    origin(owner),
                    renaming(body.place(missing.node), missing),
                )
            for use in body.flow.uses:
                if use.member.since is not None and not target.has(Span(use.member.since)):
                    yield self.finding(body.place(use.node), too_new(use, target), origin(use.owner))


def too_new(use: Use, target: Target) -> str:
    return (
        f"{called(use.node, use.owner, use.member.name)} came with PyMongo {use.member.since}, and the project has "
        f"{target}: the call raises an error; require a newer one"
    )


def message(missing: Missing) -> str:
    type_ = missing.owner.type
    what = one(type_)
    error = "a TypeError" if drivers.protocols(type_).dynamic_attributes else "an AttributeError"
    receiver = written(missing)
    if not missing.name:
        return f"{receiver or what} is {what}, which can't be called: it raises {error}; call a method of it"
    subject = f"{receiver} is {what}, which" if receiver else what
    hint = suggestion(type_, missing.name)
    return f"{subject} has no method `{missing.name}`: the call raises {error}; {hint}"


def written(missing: Missing) -> str | None:
    """The object that is called, or that lacks the method, as the code writes it."""
    node = missing.node.func if isinstance(missing.node, f.Call) else missing.node
    if missing.name and isinstance(node, f.Attribute):
        node = node.value
    name = without_arguments(node)
    return name and f"`{name}`"


def suggestion(type_: DriverType, name: str) -> str:
    """What to write instead, or who has such a method."""
    renamed = drivers.replacement_of_member(type_, name)
    if renamed is not None:
        return f"write `{renamed}`"
    for kind in (Kind.COLLECTION, Kind.DATABASE, Kind.CLIENT):
        owner = DriverType(type_.flavour, kind)
        renamed = name if drivers.member(owner, name) else drivers.replacement_of_member(owner, name)
        if renamed is not None:
            return f"call `{renamed}` on {one(owner)}"
    longer = longer_name(type_, name)
    if longer:
        return f"write `{longer}`"
    similar = similar_name(type_, name)
    if similar:
        return f"did you mean `{similar}`?"
    others = [other for other in DRIVER_NAMES if drivers.member(DriverType(other, type_.kind), name) is not None]
    return f"only {DRIVER_NAMES[others[0]]} has it" if others else "check its name"
