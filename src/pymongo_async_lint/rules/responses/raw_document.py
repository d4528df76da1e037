"""PMA401"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule
from pymongo_async_lint.rules.responses.routes import answers_of_routes, raw_documents, way_out


class RawDocument(Rule):
    """A route returns a document as it came from the database, with an ObjectId in `_id`.

    FastAPI can't encode an ObjectId: whenever a document is found, the request fails with status 500.

    Limits: speaks only where `_id` is sure to be there and to be an ObjectId: not behind a projection that leaves it
    out or that isn't written out, an aggregation that may change it, a conversion, a response model, a custom response
    class or encoder, nor where the filter looks for an `_id` that is no ObjectId.
    """

    code, name, since = "PMA401", "raw-document", "0.1.0"
    in_tests = False
    mistakes = (
        Example(
            {
                "app.py": """
                    from fastapi import FastAPI

                    from store import find_user

                    app = FastAPI()


                    @app.get("/users/{email}")
                    async def show_user(email: str):
                        return await find_user(email)  # expect: PMA401
                    """,
                "store.py": """
                    from pymongo import AsyncMongoClient

                    users = AsyncMongoClient("mongodb://localhost").shop.users


                    async def find_user(email: str):
                        return await users.find_one({"email": email})
                    """,
            },
            request="GET /users/ada@example.org",
            happens="Status 500: `TypeError(\"'ObjectId' object is not iterable\")`.",
        ),
    )
    correct = (
        Example(
            """
            from fastapi import FastAPI
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            @app.get("/users/{email}")
            async def show_user(email: str):
                return await users.find_one({"email": email}, {"_id": 0})
            """,
            request="GET /users/ada@example.org",
        ),
        Example(
            """
            from fastapi import FastAPI
            from pydantic import BaseModel
            from pymongo import AsyncMongoClient

            app = FastAPI()
            users = AsyncMongoClient("mongodb://localhost").shop.users


            class User(BaseModel):
                name: str
                email: str


            @app.get("/users", response_model=list[User])
            async def list_users():
                return await users.find({}).limit(20).to_list()
            """,
            request="GET /users",
            happens="The model leaves `_id` out.",
        ),
    )
    options = ("objects", "converters")

    def check(self, answers: Answers) -> Iterator[Finding]:
        for answer in answers_of_routes(answers):
            document = next((d for d in raw_documents(answers, answer.shape) if not d.inserted), None)
            if document is not None:
                yield self.finding(
                    answer.body.place(answer.node),
                    f"the route `{answer.body.scope.name}` returns a document with an ObjectId in `_id`, which can't "
                    'be encoded as JSON (status 500); leave it out with `{"_id": 0}`, or return `str(doc["_id"])`',
                    way_out(answers, document.origin),
                )
