"""PMA402"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule
from pymongo_async_lint.rules.responses.ids import copy_fix
from pymongo_async_lint.rules.responses.routes import answers_of_routes, raw_documents, way_out


class InsertedDictReturned(Rule):
    """A route returns the dictionary that it has handed to `insert_one` or `insert_many`.

    The driver puts an `_id` with an ObjectId into the dictionary that it is given. Returned from the route, the request
    fails with status 500, after the document has been written.

    Limits: as for PMA401. A dictionary with an `_id` of its own stays silent.
    """

    code, name, since = "PMA402", "inserted-dict-returned", "0.1.0"
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
                user = {"name": name}
                await users.insert_one(user)
                return user  # expect: PMA402
            """,
            request="POST /users?name=Grace",
            happens="Status 500, though the document has been written.",
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
                user = {"name": name}
                result = await users.insert_one({**user})
                return {"id": str(result.inserted_id), **user}
            """,
            request="POST /users?name=Grace",
        ),
    )
    fix_safety = (
        "Unsafe: the answer has no `_id`, nor does any code behind the insert that reads it from the dictionary."
    )
    options = ("converters",)

    def check(self, answers: Answers) -> Iterator[Finding]:
        for answer in answers_of_routes(answers):
            document = next((d for d in raw_documents(answers, answer.shape) if d.inserted), None)
            if document is not None:
                yield self.finding(
                    answer.body.place(answer.node),
                    f"the route `{answer.body.scope.name}` returns the dictionary it has inserted, with the ObjectId "
                    "that the driver put into it: JSON can't encode it (status 500); insert a copy: `{**data}`",
                    way_out(answers, document.origin),
                    copy_fix(answers, document.origin),
                )
