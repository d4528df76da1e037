"""PMA403"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import Flavour, Kind
from pymongo_async_lint.link.shapes import CURSORS, Driver, Plain, is_object_id, members
from pymongo_async_lint.rules.base import Answers, Example, Finding, Fix, FixKind, Rule, one, origin, with_article
from pymongo_async_lint.rules.responses.ids import id_fix
from pymongo_async_lint.rules.responses.routes import Answer, answers_of_routes, driver_objects, way_out


class DriverObjectReturned(Rule):
    """A route returns a write result, a cursor, a collection or an ObjectId.

    None of these can be encoded as JSON: status 500. An `AsyncCursor` is worse: it is answered as an empty object.

    Limits: as for PMA401.
    """

    code, name, since = "PMA403", "driver-object-returned", "0.1.0"
    in_tests = False
    mistakes = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.post("/users")
            async def add_user(name: str):
                result = await users.insert_one({"name": name})
                return {"id": result.inserted_id}  # expect: PMA403
            """,
            request="POST /users?name=Grace",
            happens="Status 500, though the document has been written.",
        ),
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users")
            async def list_users():
                return users.find({}, {"_id": 0}).limit(20)  # expect: PMA403
            """,
            request="GET /users",
            happens="The answer is `{}`, with status 200.",
        ),
    )
    correct = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.post("/users")
            async def add_user(name: str):
                result = await users.insert_one({"name": name})
                return {"id": str(result.inserted_id)}
            """,
            request="POST /users?name=Grace",
        ),
    )
    fix_safety = (
        "Safe for `str(result.inserted_id)`: every answer was an error before. Unsafe for the result or the cursor "
        "itself, since another answer may be meant."
    )
    options = ("objects", "converters")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for answer in answers_of_routes(answers):
            found = next(driver_objects(answers, answer.shape), None)
            if found is None:
                continue
            route = answer.body.scope.name
            if isinstance(found, Driver):
                happens, instead = "can't be encoded as JSON (status 500)", "return data"
                if found.type.kind in CURSORS:
                    instead = "return what `await ….to_list()` gives"
                    if drivers.protocols(found.type).silently_empty:
                        happens = "is answered as an empty object"
                message = f"the route `{route}` returns {one(found.type)}, which {happens}; {instead}"
                links = origin(found)
            else:
                what, instead = words(found)
                message = f"the route `{route}` returns {what}, which can't be encoded as JSON (status 500); {instead}"
                links = way_out(answers, found.origin) if found.origin is not None else ()
            yield self.finding(answer.body.place(answer.node), message, links, answer_fix(answer, found))


def answer_fix(answer: Answer, found: Driver | Plain) -> Fix | None:
    if isinstance(found, Plain):
        return id_fix(answer.body, answer.node, answer.shape, found)
    if members(answer.shape) != (found,) or drivers.member(found.type, "to_list") is None:
        return None
    argument = "None" if found.type.flavour is Flavour.MOTOR else ""
    return Fix(FixKind.TO_LIST, answer.body.place(answer.node), False, argument=argument)


def words(plain: Plain) -> tuple[str, str]:
    if is_object_id(plain):
        return "an ObjectId", "return `str(…)` of it"
    name = "".join(word.capitalize() for word in plain.kind.removeprefix("own_").split("_"))
    instead = "return `str(result.inserted_id)`" if plain.kind == "insert_one_result" else "return its counts"
    return with_article(name), instead


__all__ = ["DriverObjectReturned", "Kind"]
