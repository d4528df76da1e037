"""PMA404"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.link.shapes import Driver
from pymongo_async_lint.rules.base import Answers, Finding, Related, Rule
from pymongo_async_lint.rules.responses.driver_object_returned import words
from pymongo_async_lint.rules.responses.routes import driver_objects, raw_documents


class BsonToJson(Rule):
    """A document with an ObjectId, or an ObjectId itself, is handed to something that makes JSON of it.

    `JSONResponse`, `json.dumps`, `HTTPException(detail=…)` and the like raise a TypeError: ObjectId is not JSON
    serializable.

    Limits: as for PMA401; a call with an encoder of its own (`default=`, `cls=`, `custom_encoder=`) is fine.
    """

    code, name, since = "PMA404", "bson-to-json", "0.1.0"
    in_tests = False

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
                    f"`{sender}` is given {what}, which can't be encoded as JSON, a TypeError; convert it with "
                    f"`str()` first",
                    (Related(place, f"{what} comes from here"),),
                )
