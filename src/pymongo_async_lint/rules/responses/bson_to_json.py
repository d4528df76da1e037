"""PMA404"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.shapes import Driver
from pymongo_async_lint.rules.base import Answers, Example, Finding, Related, Rule
from pymongo_async_lint.rules.responses.driver_object_returned import words
from pymongo_async_lint.rules.responses.ids import id_fix
from pymongo_async_lint.rules.responses.routes import driver_objects, raw_documents


class BsonToJson(Rule):
    """A document with an ObjectId, or an ObjectId itself, is handed to something that makes JSON of it.

    `JSONResponse`, `json.dumps`, `HTTPException(detail=…)` and their like raise a `TypeError`.

    Limits: as for PMA401. A call with an encoder of its own (`default=`, `cls=`, `custom_encoder=`) stays silent.
    """

    code, name, since = "PMA404", "bson-to-json", "0.1.0"
    in_tests = False
    mistakes = (
        Example(
            """
            from fastapi import FastAPI
            from fastapi.responses import JSONResponse
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users/{email}")
            async def show_user(email: str):
                return JSONResponse(await users.find_one({"email": email}))  # expect: PMA404
            """,
            request="GET /users/ada@example.org",
            happens="Status 500: `TypeError: Object of type ObjectId is not JSON serializable`.",
        ),
        Example(
            """
            from fastapi import FastAPI
            from fastapi.responses import JSONResponse
            from pymongo import AsyncMongoClient

            app = FastAPI()
            events = AsyncMongoClient("mongodb://localhost").shop.events


            @app.post("/logins")
            async def log_in():
                result = await events.insert_one({"kind": "login"})
                return JSONResponse({"id": result.inserted_id}, status_code=201)  # expect: PMA404
            """,
            request="POST /logins",
            happens="Status 500: `TypeError: Object of type ObjectId is not JSON serializable`.",
        ),
    )
    correct = (
        Example(
            """
            from fastapi import FastAPI
            from fastapi.responses import JSONResponse
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users/{email}")
            async def show_user(email: str):
                user = await users.find_one({"email": email})
                return JSONResponse({**user, "_id": str(user["_id"])})
            """,
            request="GET /users/ada@example.org",
        ),
        Example(
            """
            from fastapi import FastAPI
            from fastapi.responses import JSONResponse
            from pymongo import AsyncMongoClient

            app = FastAPI()
            events = AsyncMongoClient("mongodb://localhost").shop.events


            @app.post("/logins")
            async def log_in():
                result = await events.insert_one({"kind": "login"})
                return JSONResponse({"id": str(result.inserted_id)}, status_code=201)
            """,
            request="POST /logins",
            happens="The answer holds the id of the new event, with status 201.",
        ),
        Example(
            """
            import json

            from pymongo import AsyncMongoClient

            users = AsyncMongoClient("mongodb://localhost").shop.users


            async def main():
                print(json.dumps(await users.find_one({"name": "Ada"}), default=str))
            """,
        ),
    )
    fix_safety = (
        "Safe for `str(result.inserted_id)`: it raises an error as it is. Unsafe for the result itself, since "
        "something else may be meant."
    )
    options = ("objects", "converters")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for body in answers.bodies:
            if body.given:
                continue
            for response in body.flow.responses:
                sender = response.sender.rpartition(".")[2]
                document = next(raw_documents(answers, response.shape), None)
                value = next((v for v in driver_objects(answers, response.shape) if not isinstance(v, Driver)), None)
                if document is not None:
                    what, place = "a document with an ObjectId in `_id`", document.origin
                elif value is not None and value.origin is not None:
                    what, place = words(value)[0], value.origin
                else:
                    continue
                yield self.finding(
                    body.place(response.node),
                    f"`{sender}` is given {what}, which can't be encoded as JSON: it raises a TypeError; "
                    "convert it with `str()` first",
                    (Related(place, f"{what} comes from here"),),
                    id_fix(body, response.node, response.shape, value) if value is not None else None,
                )
