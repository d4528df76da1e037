"""PMA401"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Finding, Rule
from pymongo_async_lint.rules.responses.routes import answers_of_routes, raw_documents, way_out


class RawDocument(Rule):
    """A route returns a document as it came from the database, with an ObjectId in `_id`.

    FastAPI can't encode an ObjectId: the request fails with status 500 every time a document is found.

    Limits: speaks only where `_id` is sure to be kept and to be an ObjectId: not behind a projection that leaves it
    out or that isn't written out, an aggregation that may change it, a conversion, a response model, a custom
    response class or encoder, nor where the filter looks for an `_id` that is no ObjectId.
    """

    code, name, since = "PMA401", "raw-document", "0.1.0"
    in_tests = False

    def check(self, answers: Answers) -> Iterator[Finding]:
        for answer in answers_of_routes(answers):
            document = next((d for d in raw_documents(answers, answer.shape) if not d.inserted), None)
            if document is not None:
                yield self.finding(
                    answer.body.place(answer.node),
                    f"the route `{answer.body.scope.name}` returns a document with an ObjectId in `_id`, which "
                    f"can't be encoded "
                    'as JSON (status 500); leave it out with `{"_id": 0}`, or return `str(doc["_id"])`',
                    way_out(answers, document.origin),
                )
