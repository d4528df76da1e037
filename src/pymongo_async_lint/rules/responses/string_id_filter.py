"""PMA406"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Kind
from pymongo_async_lint.link import known
from pymongo_async_lint.link.arguments import argument
from pymongo_async_lint.link.constants import written
from pymongo_async_lint.link.flow import Use
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.requests import text_parameters
from pymongo_async_lint.link.shapes import External, members
from pymongo_async_lint.rules.base import Answers, Body, Example, Finding, Related, Rule, Severity, called


class StringIdFilter(Rule):
    """A route looks for an `_id` with the text that it got, in a collection whose ids are ObjectIds.

    An ObjectId never equals a string, so nothing is found, changed or deleted, and there is no error.

    Limits: only parameters annotated `str` in the route itself, and only collections in which the project looks for
    ObjectIds elsewhere, or stores them, and never stores another `_id` of its own.
    """

    code, name, since = "PMA406", "string-id-filter", "0.1.0"
    severity = Severity.WARNING
    preview = True
    in_tests = False
    mistakes = (
        Example(
            """
            from bson import ObjectId
            from fastapi import FastAPI, HTTPException
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.delete("/users/{user_id}")
            async def delete(user_id: str):
                result = await users.delete_one({"_id": user_id})  # expect: PMA406
                return {"deleted": result.deleted_count}


            @app.get("/users/{user_id}")
            async def show(user_id: str):
                if not ObjectId.is_valid(user_id):
                    raise HTTPException(404)
                return await users.find_one({"_id": ObjectId(user_id)}, {"_id": 0})
            """,
            happens="Nothing is deleted, whatever the id.",
            request="DELETE /users/65f0c0ffee65f0c0ffee65f0",
        ),
    )
    correct = (
        Example(
            """
            from bson import ObjectId
            from fastapi import FastAPI, HTTPException
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.delete("/users/{user_id}")
            async def delete(user_id: str):
                if not ObjectId.is_valid(user_id):
                    raise HTTPException(404)
                result = await users.delete_one({"_id": ObjectId(user_id)})
                return {"deleted": result.deleted_count}
            """,
            happens="The user with this id is deleted, if there is one.",
            request="DELETE /users/65f0c0ffee65f0c0ffee65f0",
        ),
    )

    def check(self, answers: Answers) -> Iterator[Finding]:
        bodies = [body for body in answers.bodies if not body.given]
        object_ids, own_ids = known_ids(answers, bodies)
        for body in bodies:
            parameters = text_parameters(answers, body)
            for use in body.flow.uses if parameters else ():
                wanted = filtered_id(use)
                collection = use.owner.name
                if not isinstance(wanted, f.Name) or wanted.id not in parameters or collection is None:
                    continue
                if collection in object_ids and collection not in own_ids:
                    yield self.finding(
                        body.place(use.node),
                        f"{called(use.node, use.owner, use.member.name)} compares `_id`, an ObjectId, with the text "
                        f"`{wanted.id}`: nothing ever matches; write `ObjectId({wanted.id})`",
                        (Related(object_ids[collection], "an ObjectId is looked for, or stored, here"),),
                    )


def known_ids(answers: Answers, bodies: list[Body]) -> tuple[dict[str, Place], set[str]]:
    """The collections in which ObjectIds are looked for, and those that get an `_id` of the project's own."""
    object_ids: dict[str, Place] = {}
    own_ids: set[str] = set()
    for body in bodies:
        for use in body.flow.uses:
            if use.owner.type.kind is not Kind.COLLECTION or use.owner.name is None or body.scope.is_test:
                continue
            wanted = filtered_id(use)
            if wanted is not None and makes_object_id(answers, body, wanted):
                object_ids.setdefault(use.owner.name, body.place(use.node))
            document = argument(use, "document") or argument(use, "replacement")
            stored = id_in(written(answers.project, body.scope, document)) if document is not None else None
            if stored is not None and makes_object_id(answers, body, stored):
                object_ids.setdefault(use.owner.name, body.place(use.node))
            elif stored is not None:
                own_ids.add(use.owner.name)
    return object_ids, own_ids


def filtered_id(use: Use) -> f.Expr | None:
    """What a filter that is written out compares `_id` with."""
    if use.owner.type.kind is not Kind.COLLECTION:
        return None
    filter_ = argument(use, "filter")
    return id_in(filter_) if filter_ is not None else None


def id_in(document: f.Expr) -> f.Expr | None:
    for entry in document.entries if isinstance(document, f.Dict) else ():
        if isinstance(entry.key, f.Constant) and entry.key.value == "_id":
            return entry.value
    return None


def makes_object_id(answers: Answers, body: Body, node: f.Expr) -> bool:
    value = written(answers.project, body.scope, node)
    if not isinstance(value, f.Call) or not isinstance(value.func, f.Name | f.Attribute):
        return False
    shape = answers.project.static(value.func, body.scope)
    return any(isinstance(one, External) and one.dotted in known.OBJECT_IDS for one in members(shape))
