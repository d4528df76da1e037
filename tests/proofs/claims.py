"""What the rules' pages say that happens at run time, and the proof of it.

A sentence of a page is proved by the function that is declared with it. An ellipsis in the declaration stands for what the
sentence quotes, such as the text of an exception; the function gets it as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from server import ADA, DELAY, Shop
from stage import Outcome

Proof = Callable[..., None]
"""Asserts that a sentence is true of a run, and of what the shop holds after it."""

PROOFS: dict[str, Proof] = {}


def claim(*sentences: str) -> Callable[[Proof], Proof]:
    """The function is the proof of these sentences."""

    def register(proof: Proof) -> Proof:
        PROOFS.update(dict.fromkeys(sentences, proof))
        return proof

    return register


def declared(sentence: str) -> dict[str, tuple[str, ...]]:
    """As what a page's sentence is declared, which should be one thing, with what it quotes."""
    found = {each: re.fullmatch(re.escape(each).replace("…", "(.+)"), sentence) for each in PROOFS}
    return {each: match.groups() for each, match in found.items() if match}


def prove(sentence: str, run: Outcome, shop: Shop) -> None:
    ((found, quoted),) = declared(sentence).items()
    PROOFS[found](run, shop, *quoted)


# --- errors -----------------------------------------------------------------------------------------------------------


@claim("`…Error: …`")
def raises(run: Outcome, shop: Shop, kind: str, text: str) -> None:
    assert run.error.startswith(f"{kind}Error: {text}")


@claim("Status 500: `…`.")
def fails(run: Outcome, shop: Shop, text: str) -> None:
    assert run.statuses == [500]
    assert text in run.error


@claim("The document is written, then `…`")
def writes_and_raises(run: Outcome, shop: Shop, text: str) -> None:
    assert run.error.startswith(text)
    assert run.sent == ["insert"]
    assert shop["events"].count_documents({}) == 1


@claim("Status 500, though the document has been written.")
def writes_and_fails(run: Outcome, shop: Shop) -> None:
    assert run.statuses == [500]
    assert "'ObjectId' object is not iterable" in run.error
    assert shop["users"].count_documents({"name": "Grace"}) == 1


@claim("Motor runs the insert; its DuplicateKeyError is raised nowhere.")
def loses_the_error(run: Outcome, shop: Shop) -> None:
    assert run.sent == ["find", "insert"]
    assert not run.error
    (logged,) = run.logged
    assert logged.startswith("Future exception was never retrieved (DuplicateKeyError: ")


# --- what is wrong without an error -----------------------------------------------------------------------------------


@claim("No document is written, and no error is raised.")
def writes_nothing(run: Outcome, shop: Shop) -> None:
    assert run.warned == ["RuntimeWarning: coroutine 'AsyncCollection.insert_one' was never awaited"]
    assert not run.sent
    assert not run.error
    assert shop["events"].count_documents({}) == 0


@claim("The list is empty, though there are two users. No error, no warning.")
def lists_nothing(run: Outcome, shop: Shop) -> None:
    assert run.printed == "[]\n"
    assert shop["users"].count_documents({}) == 2
    assert not (run.error or run.warned or run.logged or run.sent)


@claim("The answer is `…`, with status 200.")
def answers(run: Outcome, shop: Shop, body: str) -> None:
    assert (run.statuses, run.body) == ([200], body)
    assert not (run.error or run.sent)


@claim('The answer is `{"taken": true}` for an address that nobody has.')
def finds_a_stranger(run: Outcome, shop: Shop) -> None:
    assert run.body == '{"taken":true}'
    assert not shop["users"].count_documents({"email": "nobody@example.org"})


# --- the event loop, and connections ----------------------------------------------------------------------------------


@claim("The event loop stands still for as long as the server takes.")
def stalls(run: Outcome, shop: Shop) -> None:
    assert run.stalled >= DELAY
    assert run.statuses == [200]


@claim(
    "The event loop serves others while the server works.",
    "A thread waits, not the event loop.",
    "A thread waits, not the event loop. FastAPI runs a plain `def` route in a thread, too.",
    "The answer is right; a thread of Motor's has waited for it.",
)
def keeps_the_loop_free(run: Outcome, shop: Shop) -> None:
    assert run.sent
    assert run.stalled < DELAY
    assert run.statuses == [200]


@claim("Every request opens connections of its own.")
def connects_each_time(run: Outcome, shop: Shop) -> None:
    assert run.connections == [3, 3]  # one for the query, two for the monitors
    assert run.statuses == [200, 200]


@claim("A second request opens no further connection.")
def connects_once(run: Outcome, shop: Shop) -> None:
    assert run.connections == [3, 0]
    assert run.statuses == [200, 200]


# --- code that is right -----------------------------------------------------------------------------------------------


@claim("")
def succeeds(run: Outcome, shop: Shop) -> None:
    assert run.sent


@claim("The document is written.", "The document is written once the coroutine is awaited.")
def writes(run: Outcome, shop: Shop) -> None:
    assert run.sent == ["insert"]
    assert shop["events"].count_documents({}) == 1


@claim("A cursor of sync PyMongo is made for this.")
def lists_both(run: Outcome, shop: Shop) -> None:
    assert run.printed == "['Ada', 'Alan']\n"


@claim("With Motor, the form without `await` is the right one.")
def counts_by_city(run: Outcome, shop: Shop) -> None:
    assert "{'_id': 'London', 'count': 1}\n" in run.printed


@claim("Motor's `start_session()` is a coroutine.")
def counts(run: Outcome, shop: Shop) -> None:
    assert run.printed == "2\n"


@claim("`users.archive` is a collection of its own.")
def counts_both(run: Outcome, shop: Shop) -> None:
    assert run.printed == "2\n0\n"


@claim("A task keeps its result.")
def asks_once(run: Outcome, shop: Shop) -> None:
    assert run.printed == f"{ADA}\n"
    assert run.sent == ["find"]


@claim("The model leaves `_id` out.")
def leaves_the_id_out(run: Outcome, shop: Shop) -> None:
    assert ADA in run.body
    assert "_id" not in run.body
