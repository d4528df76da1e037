"""What the rules' pages say that happens at run time, and the proof of it.

A sentence of a page is proved by the function that is declared with it. An ellipsis in the declaration stands for what the
sentence quotes, such as the text of an exception; the function gets it as an argument.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from server import ADA, ADA_ID, ALAN, DELAY, Shop
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


@claim("`…Error: …`", "The second one raises `…Error: …`.")
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


@claim("The event is stored, then `…`")
def stores_outside_of_the_transaction(run: Outcome, shop: Shop, text: str) -> None:
    assert run.error == text
    assert shop["events"].count_documents({"kind": "paid"}) == 1


@claim("Status 500, though the document has been written.")
def writes_and_fails(run: Outcome, shop: Shop) -> None:
    assert run.statuses == [500]
    assert "'ObjectId' object is not iterable" in run.error
    assert shop["users"].count_documents({"name": "Grace"}) == 1


@claim("`bson.errors.InvalidId`: the response is a 500.")
def fails_for_a_bad_id(run: Outcome, shop: Shop) -> None:
    assert run.statuses == [500]
    assert run.error.startswith("InvalidId: ")


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


@claim("The number is printed, but not one name.")
def spends_the_cursor(run: Outcome, shop: Shop) -> None:
    assert run.printed == "2 users\n"
    assert not (run.error or run.warned)


@claim("A UserWarning; the pool keeps its default size of 100.")
def ignores_the_option(run: Outcome, shop: Shop) -> None:
    assert run.warned[0].startswith("UserWarning: Unknown option: max_pool_size")
    assert run.printed == "100\n"


@claim("Nothing is deleted, whatever the id.")
def deletes_nothing(run: Outcome, shop: Shop) -> None:
    assert run.sent == ["delete"]
    assert run.body == '{"deleted":0}'
    assert shop["users"].count_documents({"_id": ADA_ID}) == 1


@claim("Ada is logged in with any address but the one that is sent.")
def lets_a_stranger_in(run: Outcome, shop: Shop) -> None:
    assert run.body == '{"welcome":"Ada"}'
    assert run.commands[0]["filter"]["email"] == {"$ne": "x"}


# --- transactions -----------------------------------------------------------------------------------------------------


@claim("Both inserts are on their way at the same time, one of them with the start of the transaction.")
def sends_both_at_once(run: Outcome, shop: Shop) -> None:
    assert run.sent[:2] == ["insert", "insert"]
    assert run.at_once == 2
    assert ["startTransaction" in command for command in run.commands[:2]] == [True, False]


@claim("The second insert is sent once the first one is done.")
def sends_one_after_the_other(run: Outcome, shop: Shop) -> None:
    assert run.sent == ["insert", "insert", "commitTransaction"]
    assert run.at_once == 1


@claim("The order is rolled back; the event stays.")
def keeps_the_event(run: Outcome, shop: Shop) -> None:
    assert shop["orders"].count_documents({"email": ALAN}) == 0
    assert shop["events"].count_documents({"kind": "order"}) == 1


@claim("No order is paid; the event says that they are.")
def keeps_the_wrong_event(run: Outcome, shop: Shop) -> None:
    assert run.printed == "rolled back\n"
    assert shop["orders"].count_documents({"paid": True}) == 0
    assert shop["events"].count_documents({"kind": "paid"}) == 1


@claim("Both are rolled back.")
def keeps_nothing(run: Outcome, shop: Shop) -> None:
    assert len(run.sent) == 3
    assert run.sent[-1] == "abortTransaction"
    assert shop["orders"].count_documents({"$or": [{"email": ALAN}, {"paid": True}]}) == 0
    assert shop["events"].count_documents({}) == 0


@claim("The event is rolled back.")
def keeps_no_event(run: Outcome, shop: Shop) -> None:
    assert not run.error
    assert run.sent == ["insert", "abortTransaction"]
    assert shop["events"].count_documents({}) == 0


# --- the event loop, connections, and queries ----------------------------------------------------------------------------------


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


@claim("Each round opens connections of its own.")
def connects_each_round(run: Outcome, shop: Shop) -> None:
    assert run.connections[0] > 3
    assert run.sent == ["aggregate", "endSessions"] * 2


@claim("All rounds share the connections of one client.")
def connects_for_all_rounds(run: Outcome, shop: Shop) -> None:
    assert run.connections[0] <= 3
    assert run.sent == ["aggregate", "aggregate", "endSessions"]


@claim("The client is still open after the shutdown.")
def stays_open(run: Outcome, shop: Shop) -> None:
    assert "endSessions" not in run.sent


@claim("The client is closed at shutdown.")
def closes(run: Outcome, shop: Shop) -> None:
    assert run.sent[-1] == "endSessions"


@claim("The three queries are sent one after the other, over one connection.")
def queues(run: Outcome, shop: Shop) -> None:
    assert run.body == "[1,1,0]"
    assert len(run.sent) == 3
    assert run.at_once == 1


@claim("Two orders cost three queries.")
def asks_for_each_order(run: Outcome, shop: Shop) -> None:
    assert shop["orders"].count_documents({}) == 2
    assert run.sent == ["find"] * 3


@claim("Two queries, however many orders there are.")
def asks_twice(run: Outcome, shop: Shop) -> None:
    assert run.sent == ["find"] * 2
    assert run.commands[1]["filter"] == {"email": {"$in": [ADA, ADA]}}


@claim("Each request sends `createIndexes` before its query.")
def indexes_each_time(run: Outcome, shop: Shop) -> None:
    assert run.sent == ["createIndexes", "find"]


@claim("The index is made once, at start-up.")
def indexes_once(run: Outcome, shop: Shop) -> None:
    assert run.sent == ["createIndexes", "find", "endSessions"]


@claim("Every document of the collection is read for each request.")
def reads_all(run: Outcome, shop: Shop) -> None:
    assert run.body == '["Ada","Alan"]'
    assert run.commands[0]["filter"] == {}
    assert not run.commands[0].get("limit")


@claim("No more than 50 documents are read.")
def reads_a_page(run: Outcome, shop: Shop) -> None:
    assert run.commands[0]["limit"] == 50  # `to_list(50)` alone has the server send up to 101


@claim("The response is a 422.")
def refuses_a_body(run: Outcome, shop: Shop) -> None:
    assert run.statuses == [422]
    assert not run.sent


# --- code that is right -----------------------------------------------------------------------------------------------


@claim("")
def succeeds(run: Outcome, shop: Shop) -> None:
    assert run.sent
    assert all(status == 200 for status in run.statuses)


@claim(
    "The document is written.",
    "The document is written: there is nothing to hide.",
    "The document is written once the coroutine is awaited.",
)
def writes(run: Outcome, shop: Shop) -> None:
    assert run.sent == ["insert"]
    assert shop["events"].count_documents({}) == 1


@claim("A cursor of sync PyMongo is made for this.")
def lists_both(run: Outcome, shop: Shop) -> None:
    assert run.printed == "['Ada', 'Alan']\n"


@claim("With Motor, the form without `await` is the right one.")
def counts_by_city(run: Outcome, shop: Shop) -> None:
    assert "{'_id': 'London', 'count': 1}\n" in run.printed


@claim("Both names are printed.")
def prints_names(run: Outcome, shop: Shop) -> None:
    assert run.printed == "Ada\nAlan\n"


@claim("Both queries run at the same time.")
def asks_at_once(run: Outcome, shop: Shop) -> None:
    assert run.printed == "London Manchester\n"
    assert run.at_once == 2


@claim("Motor's `start_session()` is a coroutine.", "There are two users.")
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


@claim("The number and the names are printed.")
def prints_both(run: Outcome, shop: Shop) -> None:
    assert run.printed == "2 users\nAda\nAlan\n"
    assert run.sent == ["find"]


@claim("The query is sent twice.")
def rewinds(run: Outcome, shop: Shop) -> None:
    assert run.printed == "2 users\nAda\nAlan\n"
    assert run.sent == ["find", "find"]


@claim("Both numbers are printed.")
def counts_in_one_loop(run: Outcome, shop: Shop) -> None:
    assert run.printed == "London 1\nManchester 1\n"


@claim("The pool holds 5 to 20 connections.")
def keeps_a_pool(run: Outcome, shop: Shop) -> None:
    assert run.printed == "2\n"


@claim("The answer holds the id of the new event, with status 201.")
def answers_with_the_id(run: Outcome, shop: Shop) -> None:
    assert run.statuses == [201]
    event = shop["events"].find_one({"kind": "login"})
    assert event is not None and run.body == f'{{"id":"{event["_id"]}"}}'


@claim("The response is a 404.")
def answers_not_found(run: Outcome, shop: Shop) -> None:
    assert run.statuses == [404]


@claim("The user with this id is deleted, if there is one.")
def deletes_ada(run: Outcome, shop: Shop) -> None:
    assert run.body == '{"deleted":1}'
    assert shop["users"].count_documents({"_id": ADA_ID}) == 0
