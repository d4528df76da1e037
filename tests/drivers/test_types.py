"""Look-up by type and member."""

from __future__ import annotations

import importlib
import itertools

import gridfs
import pymongo
import pytest
from driver_tables.knowledge import NO_ROUND_TRIP
from pymongo.asynchronous.collection import AsyncCollection

from pymongo_async_lint.drivers import (
    DISTINCTIVE_MEMBERS,
    DriverType,
    Flavour,
    How,
    Kind,
    Member,
    class_name,
    member,
    member_names,
    protocols,
    replacement_of_member,
    type_of_class,
)
from pymongo_async_lint.drivers.tables import SUCCESSORS, type_tables

TYPES = [DriverType(flavour, kind) for flavour, kinds in type_tables().types.items() for kind in kinds]
CURSORS = (Kind.CURSOR, Kind.RAW_CURSOR, Kind.COMMAND_CURSOR, Kind.RAW_COMMAND_CURSOR, Kind.GRID_OUT_CURSOR)


def found(flavour: Flavour, kind: Kind, name: str) -> Member:
    result = member(DriverType(flavour, kind), name)
    assert result is not None
    return result


def test_kinds_of_each_flavour() -> None:
    everywhere = set(Kind) - {Kind.LATENT_CURSOR, Kind.BOUND_SESSION, Kind.GRIDFS}
    of = {flavour: {type_.kind for type_ in TYPES if type_.flavour is flavour} for flavour in Flavour}
    assert of[Flavour.ASYNC] == of[Flavour.SYNC] == everywhere | {Kind.BOUND_SESSION, Kind.GRIDFS}
    assert of[Flavour.MOTOR] == everywhere | {Kind.LATENT_CURSOR}


@pytest.mark.parametrize(
    ("flavour", "kind", "name"),
    [
        (Flavour.ASYNC, Kind.CLIENT, "AsyncMongoClient"),
        (Flavour.ASYNC, Kind.COLLECTION, "AsyncCollection"),
        (Flavour.ASYNC, Kind.SESSION, "AsyncClientSession"),
        (Flavour.SYNC, Kind.COLLECTION, "Collection"),
        (Flavour.SYNC, Kind.BUCKET, "GridFSBucket"),
        (Flavour.MOTOR, Kind.COLLECTION, "AsyncIOMotorCollection"),
        (Flavour.MOTOR, Kind.LATENT_CURSOR, "AsyncIOMotorLatentCommandCursor"),
    ],
)
def test_class_names(flavour: Flavour, kind: Kind, name: str) -> None:
    assert class_name(DriverType(flavour, kind)) == name


def test_a_kind_that_the_flavour_does_not_have() -> None:
    nowhere = DriverType(Flavour.ASYNC, Kind.LATENT_CURSOR)
    assert member(nowhere, "to_list") is None
    assert member_names(nowhere) == frozenset()
    with pytest.raises(KeyError):
        class_name(nowhere)
    with pytest.raises(KeyError):
        protocols(nowhere)


@pytest.mark.parametrize(
    ("kind", "name", "how", "returns"),
    [
        (Kind.CLIENT, "start_session", How.METHOD, "driver:session"),
        (Kind.CLIENT, "close", How.COROUTINE, "none"),
        (Kind.CLIENT, "address", How.AWAITABLE_PROPERTY, "any"),
        (Kind.CLIENT, "is_primary", How.AWAITABLE_PROPERTY, "bool"),
        (Kind.CLIENT, "primary", How.AWAITABLE_PROPERTY, "any"),
        (Kind.CLIENT, "nodes", How.PROPERTY, "any"),
        (Kind.CLIENT, "get_database", How.METHOD, "driver:database"),
        (Kind.CLIENT, "bulk_write", How.COROUTINE, "client_bulk_write_result"),
        (Kind.CLIENT, "watch", How.COROUTINE, "driver:change_stream"),
        (Kind.CLIENT, "next", How.METHOD, "never"),
        (Kind.DATABASE, "command", How.COROUTINE, "dict"),
        (Kind.DATABASE, "with_options", How.METHOD, "driver:database"),
        (Kind.DATABASE, "client", How.PROPERTY, "driver:client"),
        (Kind.DATABASE, "list_collection_names", How.COROUTINE, "list"),
        (Kind.COLLECTION, "find", How.METHOD, "driver:cursor"),
        (Kind.COLLECTION, "find_raw_batches", How.METHOD, "driver:raw_cursor"),
        (Kind.COLLECTION, "find_one", How.COROUTINE, "document?"),
        (Kind.COLLECTION, "find_one_and_update", How.COROUTINE, "document?"),
        (Kind.COLLECTION, "aggregate", How.COROUTINE, "driver:command_cursor"),
        (Kind.COLLECTION, "aggregate_raw_batches", How.COROUTINE, "driver:raw_command_cursor"),
        (Kind.COLLECTION, "list_indexes", How.COROUTINE, "driver:command_cursor"),
        (Kind.COLLECTION, "insert_one", How.COROUTINE, "insert_one_result"),
        (Kind.COLLECTION, "distinct", How.COROUTINE, "values"),
        (Kind.COLLECTION, "count_documents", How.COROUTINE, "int"),
        (Kind.COLLECTION, "create_index", How.COROUTINE, "str"),
        (Kind.COLLECTION, "database", How.PROPERTY, "driver:database"),
        (Kind.CURSOR, "sort", How.METHOD, "self"),
        (Kind.CURSOR, "rewind", How.COROUTINE, "self"),
        (Kind.CURSOR, "add_option", How.COROUTINE, "self"),
        (Kind.CURSOR, "remove_option", How.METHOD, "self"),
        (Kind.CURSOR, "to_list", How.COROUTINE, "documents"),
        (Kind.CURSOR, "next", How.COROUTINE, "document"),
        (Kind.CURSOR, "explain", How.COROUTINE, "dict"),
        (Kind.RAW_CURSOR, "next", How.COROUTINE, "bytes"),
        (Kind.COMMAND_CURSOR, "try_next", How.COROUTINE, "document?"),
        (Kind.SESSION, "start_transaction", How.COROUTINE, "driver:transaction"),
        (Kind.SESSION, "with_transaction", How.COROUTINE, "callback"),
        (Kind.SESSION, "bind", How.METHOD, "driver:bound_session"),
        (Kind.SESSION, "client", How.PROPERTY, "driver:client"),
        (Kind.ENCRYPTION, "get_keys", How.METHOD, "driver:cursor"),
        (Kind.GRIDFS, "find_one", How.COROUTINE, "driver:grid_out"),
        (Kind.BUCKET, "open_upload_stream", How.METHOD, "driver:grid_in"),
        (Kind.BUCKET, "open_download_stream", How.COROUTINE, "driver:grid_out"),
        (Kind.BUCKET, "upload_from_stream", How.COROUTINE, "object_id"),
        (Kind.GRID_OUT, "seek", How.COROUTINE, "int"),
        (Kind.GRID_OUT, "read", How.COROUTINE, "bytes"),
        (Kind.GRID_OUT_CURSOR, "next", How.COROUTINE, "driver:grid_out"),
        (Kind.GRID_OUT_CURSOR, "to_list", How.COROUTINE, "list:driver:grid_out"),
        (Kind.GRID_OUT_CURSOR, "add_option", How.METHOD, "never"),
    ],
)
def test_async_members(kind: Kind, name: str, how: How, returns: str) -> None:
    result = found(Flavour.ASYNC, kind, name)
    assert (result.how, result.returns, result.blocks) == (how, returns, False)


@pytest.mark.parametrize(
    ("kind", "name", "how", "returns"),
    [
        (Kind.CLIENT, "start_session", How.COROUTINE, "driver:session"),
        (Kind.CLIENT, "list_databases", How.COROUTINE, "driver:command_cursor"),
        (Kind.CLIENT, "list_database_names", How.FUTURE, "list"),
        (Kind.CLIENT, "close", How.METHOD, "none"),
        (Kind.CLIENT, "address", How.PROPERTY, "any"),
        (Kind.CLIENT, "delegate", How.PROPERTY, "driver:sync:client"),
        (Kind.COLLECTION, "insert_one", How.FUTURE, "insert_one_result"),
        (Kind.COLLECTION, "find_one", How.FUTURE, "document?"),
        (Kind.COLLECTION, "find", How.METHOD, "driver:cursor"),
        (Kind.COLLECTION, "aggregate", How.METHOD, "driver:latent_cursor"),
        (Kind.COLLECTION, "aggregate_raw_batches", How.METHOD, "driver:latent_cursor"),
        (Kind.COLLECTION, "list_indexes", How.METHOD, "driver:latent_cursor"),
        (Kind.COLLECTION, "watch", How.METHOD, "driver:change_stream"),
        (Kind.COLLECTION, "database", How.PROPERTY, "driver:database"),
        (Kind.CURSOR, "to_list", How.FUTURE, "documents"),
        (Kind.CURSOR, "next", How.COROUTINE, "document"),
        (Kind.CURSOR, "fetch_next", How.AWAITABLE_PROPERTY, "bool"),
        (Kind.CURSOR, "rewind", How.METHOD, "self"),
        (Kind.CURSOR, "collection", How.PROPERTY, "driver:collection"),
        (Kind.LATENT_CURSOR, "to_list", How.FUTURE, "documents"),
        (Kind.SESSION, "start_transaction", How.METHOD, "driver:transaction"),
        (Kind.SESSION, "commit_transaction", How.FUTURE, "none"),
        (Kind.SESSION, "with_transaction", How.COROUTINE, "callback"),
        (Kind.ENCRYPTION, "get_keys", How.COROUTINE, "driver:cursor"),
        (Kind.BUCKET, "open_download_stream", How.COROUTINE, "driver:grid_out"),
        (Kind.GRID_OUT, "close", How.METHOD, "none"),
        (Kind.GRID_OUT, "open", How.FUTURE, "self"),
        (Kind.GRID_OUT, "readlines", How.METHOD, "list"),
        (Kind.GRID_OUT_CURSOR, "next", How.COROUTINE, "driver:sync:grid_out"),
        (Kind.GRID_OUT_CURSOR, "to_list", How.FUTURE, "documents"),
    ],
)
def test_motor_members(kind: Kind, name: str, how: How, returns: str) -> None:
    result = found(Flavour.MOTOR, kind, name)
    assert (result.how, result.returns, result.blocks, result.since) == (how, returns, False, None)


@pytest.mark.parametrize(
    ("kind", "name", "blocks"),
    [
        (Kind.COLLECTION, "insert_one", True),
        (Kind.COLLECTION, "find", False),
        (Kind.COLLECTION, "aggregate", True),
        (Kind.COLLECTION, "with_options", False),
        (Kind.CLIENT, "start_session", False),
        (Kind.CLIENT, "is_primary", True),
        (Kind.CLIENT, "primary", False),
        (Kind.CLIENT, "close", False),
        (Kind.CURSOR, "to_list", True),
        (Kind.CURSOR, "rewind", False),
        (Kind.SESSION, "start_transaction", False),
        (Kind.SESSION, "commit_transaction", True),
        (Kind.GRID_IN, "close", True),
        (Kind.GRID_OUT, "close", False),
        (Kind.GRID_OUT, "readline", True),
    ],
)
def test_what_blocks(kind: Kind, name: str, blocks: bool) -> None:
    assert found(Flavour.SYNC, kind, name).blocks is blocks


def test_blocking_and_asynchronous_api_have_the_same_members_and_results() -> None:
    for type_ in TYPES:
        if type_.flavour is not Flavour.ASYNC:
            continue
        for name in member_names(type_) - {"aclose", "aconnect"}:
            result = member(type_, name)
            twin = member(DriverType(Flavour.SYNC, type_.kind), name)
            if type_.kind is Kind.GRID_OUT and name == "to_list":
                assert twin is None
                continue
            assert result is not None and twin is not None, (type_, name)
            assert (twin.returns, twin.since) == (result.returns, result.since), (type_, name)


def test_members_that_are_excused_from_blocking_would_block_otherwise() -> None:
    for kind, name in NO_ROUND_TRIP:
        twin = member(DriverType(Flavour.ASYNC, kind), name)
        assert twin is None or twin.how in (How.COROUTINE, How.AWAITABLE_PROPERTY) or twin.returns == "never"


@pytest.mark.parametrize(
    ("kind", "name", "since"),
    [
        (Kind.CLIENT, "append_metadata", "4.14"),
        (Kind.BUCKET, "delete_by_name", "4.12"),
        (Kind.SESSION, "bind", "4.17"),
        (Kind.COLLECTION, "find", None),
    ],
)
def test_since(kind: Kind, name: str, since: str | None) -> None:
    assert found(Flavour.ASYNC, kind, name).since == since
    assert found(Flavour.SYNC, kind, name).since == since


def test_parameters() -> None:
    assert found(Flavour.ASYNC, Kind.COLLECTION, "find").params == ("*args", "**kwargs")
    assert found(Flavour.ASYNC, Kind.CURSOR, "to_list").params == ("length",)
    assert found(Flavour.ASYNC, Kind.SESSION, "with_transaction").params[0] == "callback"
    assert found(Flavour.MOTOR, Kind.SESSION, "with_transaction").params[0] == "coro"
    for flavour in Flavour:
        assert found(flavour, Kind.COLLECTION, "update_one").params[:3] == ("filter", "update", "upsert")
        assert found(flavour, Kind.DATABASE, "name").params == ()


def test_sub_objects_are_no_members() -> None:
    for flavour, name in itertools.product(Flavour, ("users", "findOne", "insert", "_private")):
        assert member(DriverType(flavour, Kind.COLLECTION), name) is None
    assert member(DriverType(Flavour.ASYNC, Kind.COLLECTION), "get_io_loop") is None
    assert member(DriverType(Flavour.ASYNC, Kind.CURSOR), "fetch_next") is None
    assert member(DriverType(Flavour.ASYNC, Kind.CURSOR), "try_next") is None


def test_every_returned_driver_object_is_in_the_tables() -> None:
    for type_ in TYPES:
        for name in member_names(type_):
            result = found(type_.flavour, type_.kind, name)
            word = result.returns.removeprefix("list:")
            if word.startswith("driver:"):
                *flavour, kind = word.split(":")[1:]
                target = DriverType(Flavour(flavour[0]) if flavour else type_.flavour, Kind(kind))
                assert target in TYPES, (type_, result)


def test_no_iteration_without_errors_yields_nothing_but_over_async_cursors() -> None:
    empty = {type_ for type_ in TYPES if protocols(type_).silently_empty}
    assert empty == {DriverType(Flavour.ASYNC, Kind.CURSOR), DriverType(Flavour.ASYNC, Kind.GRID_OUT_CURSOR)}
    database = pymongo.AsyncMongoClient()["shop"]
    assert list(database.orders.find()) == []
    assert list(gridfs.AsyncGridFSBucket(database).find({})) == []
    with pytest.raises(pymongo.errors.InvalidOperation):
        list(database.orders.find_raw_batches())


def test_truth() -> None:
    raising = {type_ for type_ in TYPES if protocols(type_).truth_raises}
    assert raising == {DriverType(flavour, kind) for flavour in Flavour for kind in (Kind.DATABASE, Kind.COLLECTION)}
    with pytest.raises(NotImplementedError):
        bool(pymongo.AsyncMongoClient()["shop"])


def test_dynamic_attributes() -> None:
    for type_ in TYPES:
        makes_sub_objects = type_.kind in (Kind.CLIENT, Kind.DATABASE, Kind.COLLECTION)
        assert protocols(type_).dynamic_attributes is makes_sub_objects
    assert isinstance(pymongo.AsyncMongoClient().shop.orders.archive, AsyncCollection)


def test_contexts_and_iteration() -> None:
    for type_ in TYPES:
        is_sync = type_.flavour is Flavour.SYNC
        known = protocols(type_)
        iterates = type_.kind in (*CURSORS, Kind.LATENT_CURSOR, Kind.CHANGE_STREAM, Kind.GRID_OUT)
        assert known.sync_iterable is (iterates and is_sync), type_
        assert known.async_iterable is (iterates and not is_sync), type_
        handles = type_.kind in (Kind.DATABASE, Kind.COLLECTION, Kind.BUCKET, Kind.GRIDFS)
        motor_lacks_it = type_.flavour is Flavour.MOTOR and type_.kind in (Kind.CLIENT, Kind.GRID_OUT)
        assert known.sync_context is (is_sync and not handles), type_
        assert known.async_context is (not is_sync and not handles and not motor_lacks_it), type_


@pytest.mark.parametrize(
    ("path", "flavour", "kind"),
    [
        ("pymongo.AsyncMongoClient", Flavour.ASYNC, Kind.CLIENT),
        ("pymongo.asynchronous.mongo_client.AsyncMongoClient", Flavour.ASYNC, Kind.CLIENT),
        ("pymongo.asynchronous.database.AsyncDatabase", Flavour.ASYNC, Kind.DATABASE),
        ("pymongo.asynchronous.collection.AsyncCollection", Flavour.ASYNC, Kind.COLLECTION),
        ("pymongo.asynchronous.cursor.AsyncRawBatchCursor", Flavour.ASYNC, Kind.RAW_CURSOR),
        ("pymongo.asynchronous.change_stream.AsyncCollectionChangeStream", Flavour.ASYNC, Kind.CHANGE_STREAM),
        ("pymongo.asynchronous.client_session._TransactionContext", Flavour.ASYNC, Kind.TRANSACTION),
        ("pymongo.synchronous.client_session._TransactionContext", Flavour.SYNC, Kind.TRANSACTION),
        ("pymongo.MongoClient", Flavour.SYNC, Kind.CLIENT),
        ("pymongo.mongo_client.MongoClient", Flavour.SYNC, Kind.CLIENT),
        ("pymongo.MongoReplicaSetClient", Flavour.SYNC, Kind.CLIENT),
        ("pymongo.database.Database", Flavour.SYNC, Kind.DATABASE),
        ("pymongo.synchronous.collection.Collection", Flavour.SYNC, Kind.COLLECTION),
        ("gridfs.AsyncGridFSBucket", Flavour.ASYNC, Kind.BUCKET),
        ("gridfs.grid_file.GridOut", Flavour.SYNC, Kind.GRID_OUT),
        ("motor.MotorClient", Flavour.MOTOR, Kind.CLIENT),
        ("motor.motor_asyncio.AsyncIOMotorClient", Flavour.MOTOR, Kind.CLIENT),
        ("motor.motor_asyncio.AsyncIOMotorLatentCommandCursor", Flavour.MOTOR, Kind.LATENT_CURSOR),
        ("motor.motor_tornado.MotorGridFSBucket", Flavour.MOTOR, Kind.BUCKET),
        ("motor.core.AgnosticClient", Flavour.MOTOR, Kind.CLIENT),
        ("motor.core.AgnosticDatabase", Flavour.MOTOR, Kind.DATABASE),
    ],
)
def test_type_of_class(path: str, flavour: Flavour, kind: Kind) -> None:
    assert type_of_class(path) == DriverType(flavour, kind)


@pytest.mark.parametrize(
    "path",
    [
        "pymongo.AsyncCollection",
        "pymongo.async_.AsyncMongoClient",
        "pymongo.database.AsyncDatabase",
        "motor.AsyncIOMotorClient",
        "motor.core.AgnosticBaseCursor",
        "pymongo.typings.Collection",
        "pymongo.asynchronous.mongo_client.Collection",  # the standard library's
        "shop.AsyncCollection",
        "AsyncCollection",
        "",
    ],
)
def test_other_names_are_no_driver_classes(path: str) -> None:
    assert type_of_class(path) is None


def test_every_path_of_the_newest_releases_leads_to_a_class_of_its_type() -> None:
    gone = set()
    for type_ in TYPES:
        for path in type_tables().types[type_.flavour][type_.kind].paths:
            module, _, name = path.rpartition(".")
            try:
                cls = getattr(importlib.import_module(module), name)
            except (ImportError, AttributeError):
                gone.add(name)
                continue
            assert member_names(type_) >= {attribute for attribute in dir(cls) if not attribute.startswith("_")}, path
    assert gone == {"MongoReplicaSetClient"}


def test_distinctive_members() -> None:
    assert {
        *("find_one", "insert_one", "insert_many", "update_one", "update_many", "delete_one", "delete_many"),
        *("replace_one", "find_one_and_delete", "find_one_and_replace", "find_one_and_update", "count_documents"),
        *("estimated_document_count", "create_index", "create_indexes", "bulk_write", "aggregate", "to_list"),
        *("list_collection_names", "list_database_names", "start_session", "with_transaction", "list_indexes"),
    } <= DISTINCTIVE_MEMBERS
    assert not DISTINCTIVE_MEMBERS & {
        *("find", "watch", "close", "drop", "command", "next", "get", "get_key", "get_keys", "name", "full_name"),
    }


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (Kind.COLLECTION, "insert", "insert_one"),
        (Kind.COLLECTION, "count", "count_documents"),
        (Kind.DATABASE, "collection_names", "list_collection_names"),
        (Kind.CLIENT, "database_names", "list_database_names"),
        (Kind.CURSOR, "each", "to_list"),
        (Kind.CURSOR, "count", None),
        (Kind.SESSION, "insert", None),
        (Kind.COLLECTION, "find_one", None),
    ],
)
def test_replacement_of_member(kind: Kind, old: str, new: str | None) -> None:
    assert replacement_of_member(DriverType(Flavour.ASYNC, kind), old) == new


def test_successors_are_members_and_those_they_follow_are_not() -> None:
    for kind, successors in SUCCESSORS.items():
        names = member_names(DriverType(Flavour.ASYNC, kind))
        assert names.issuperset(successors.values())
        assert names.isdisjoint(successors)
