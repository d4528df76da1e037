"""PMA402"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Finding, Rule
from pymongo_async_lint.rules.responses.routes import answers_of_routes, raw_documents, way_out


class InsertedDictReturned(Rule):
    """A route returns the dictionary that it has handed to `insert_one` or `insert_many`.

    The driver writes an `_id` with an ObjectId into the dictionary itself, so returning it fails with status 500.

    Limits: as for PMA401; a copy (`insert_one({**data})`) and a dictionary with an `_id` of its own are fine.
    """

    code, name, since = "PMA402", "inserted-dict-returned", "0.1.0"
    in_tests = False

    def check(self, answers: Answers) -> Iterator[Finding]:
        for answer in answers_of_routes(answers):
            document = next((d for d in raw_documents(answers, answer.shape) if d.inserted), None)
            if document is not None:
                yield self.finding(
                    answer.body.place(answer.node),
                    f"the route `{answer.body.scope.name}` returns the dictionary it has inserted: the driver has "
                    f"put an ObjectId "
                    "into it, which can't be encoded as JSON (status 500); insert a copy: `{**data}`",
                    way_out(answers, document.origin),
                )
