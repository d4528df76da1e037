"""Which classes the tables describe, and the few things about them that introspection cannot tell."""

from __future__ import annotations

from pymongo_async_lint.drivers.vocabulary import Flavour, Kind

ASYNC_CLASSES: dict[Kind, tuple[str, ...]] = {
    Kind.CLIENT: ("pymongo.asynchronous.mongo_client", "AsyncMongoClient"),
    Kind.DATABASE: ("pymongo.asynchronous.database", "AsyncDatabase"),
    Kind.COLLECTION: ("pymongo.asynchronous.collection", "AsyncCollection"),
    Kind.CURSOR: ("pymongo.asynchronous.cursor", "AsyncCursor"),
    Kind.RAW_CURSOR: ("pymongo.asynchronous.cursor", "AsyncRawBatchCursor"),
    Kind.COMMAND_CURSOR: ("pymongo.asynchronous.command_cursor", "AsyncCommandCursor"),
    Kind.RAW_COMMAND_CURSOR: ("pymongo.asynchronous.command_cursor", "AsyncRawBatchCommandCursor"),
    Kind.CHANGE_STREAM: (
        "pymongo.asynchronous.change_stream",
        "AsyncChangeStream",
        "AsyncCollectionChangeStream",
        "AsyncDatabaseChangeStream",
        "AsyncClusterChangeStream",
    ),
    Kind.SESSION: ("pymongo.asynchronous.client_session", "AsyncClientSession"),
    Kind.TRANSACTION: ("pymongo.asynchronous.client_session", "_TransactionContext"),
    Kind.BOUND_SESSION: ("pymongo.asynchronous.client_session", "_AsyncBoundSessionContext"),
    Kind.ENCRYPTION: ("pymongo.asynchronous.encryption", "AsyncClientEncryption"),
    Kind.GRIDFS: ("gridfs.asynchronous.grid_file", "AsyncGridFS"),
    Kind.BUCKET: ("gridfs.asynchronous.grid_file", "AsyncGridFSBucket"),
    Kind.GRID_IN: ("gridfs.asynchronous.grid_file", "AsyncGridIn"),
    Kind.GRID_OUT: ("gridfs.asynchronous.grid_file", "AsyncGridOut"),
    Kind.GRID_OUT_CURSOR: ("gridfs.asynchronous.grid_file", "AsyncGridOutCursor"),
}
"""The module that defines a kind's class, the class, and its subclasses that behave like it"""

SYNC_CLASSES = {
    kind: (home[0].replace(".asynchronous.", ".synchronous."), *(name.replace("Async", "") for name in home[1:]))
    for kind, home in ASYNC_CLASSES.items()
}

MOTOR_CLASSES: dict[Kind, tuple[str, ...]] = {
    Kind.CLIENT: ("motor.core", "AgnosticClient"),
    Kind.DATABASE: ("motor.core", "AgnosticDatabase"),
    Kind.COLLECTION: ("motor.core", "AgnosticCollection"),
    Kind.CURSOR: ("motor.core", "AgnosticCursor"),
    Kind.RAW_CURSOR: ("motor.core", "AgnosticRawBatchCursor"),
    Kind.COMMAND_CURSOR: ("motor.core", "AgnosticCommandCursor"),
    Kind.RAW_COMMAND_CURSOR: ("motor.core", "AgnosticRawBatchCommandCursor"),
    Kind.LATENT_CURSOR: ("motor.core", "AgnosticLatentCommandCursor"),
    Kind.CHANGE_STREAM: ("motor.core", "AgnosticChangeStream"),
    Kind.SESSION: ("motor.core", "AgnosticClientSession"),
    Kind.TRANSACTION: ("motor.core", "_MotorTransactionContext"),
    Kind.ENCRYPTION: ("motor.core", "AgnosticClientEncryption"),
    Kind.BUCKET: ("motor.motor_gridfs", "AgnosticGridFSBucket"),
    Kind.GRID_IN: ("motor.motor_gridfs", "AgnosticGridIn"),
    Kind.GRID_OUT: ("motor.motor_gridfs", "AgnosticGridOut"),
    Kind.GRID_OUT_CURSOR: ("motor.motor_gridfs", "AgnosticGridOutCursor"),
}
"""Motor's classes before a framework, asyncio or Tornado, is put beneath them"""

CLASSES = {Flavour.ASYNC: ASYNC_CLASSES, Flavour.SYNC: SYNC_CLASSES, Flavour.MOTOR: MOTOR_CLASSES}

MOTOR_PREFIXES = ("AsyncIO", "")
"""What the names of Motor's classes for asyncio and for Tornado begin with"""

FORMER_CLASSES: dict[tuple[Flavour, Kind], frozenset[str]] = {
    (Flavour.SYNC, Kind.CLIENT): frozenset({"MongoReplicaSetClient"})
}
"""Classes that only older releases have, and that behave like today's"""

CURSORS = (
    Kind.CURSOR,
    Kind.RAW_CURSOR,
    Kind.COMMAND_CURSOR,
    Kind.RAW_COMMAND_CURSOR,
    Kind.LATENT_CURSOR,
    Kind.GRID_OUT_CURSOR,
)
RAW_CURSORS = (Kind.RAW_CURSOR, Kind.RAW_COMMAND_CURSOR)

FIRST_RELEASES = {
    (Kind.BUCKET, "delete_by_name"): "4.12",
    (Kind.BUCKET, "rename_by_name"): "4.12",
    (Kind.CLIENT, "append_metadata"): "4.14",
    (Kind.CLIENT, "eq_props"): "4.12",
    (Kind.SESSION, "bind"): "4.17",
}
"""PyMongo's members that 4.9 does not have. Comparing the tables with older releases proves them."""

PUBLIC_IN_SPITE_OF_THEIR_NAME = frozenset({"_id"})
"""A documented attribute of stored files"""

NO_ROUND_TRIP: dict[tuple[Kind, str], str] = {
    **{(kind, "close"): "at most one killCursors, and nothing for a cursor that is spent" for kind in CURSORS},
    **{(kind, "rewind"): "resets the cursor, with at most one killCursors" for kind in CURSORS},
    **{(kind, "add_option"): "sets a flag" for kind in CURSORS},
    (Kind.CHANGE_STREAM, "close"): "at most one killCursors",
    (Kind.CLIENT, "close"): "once in a client's life, when the program ends",
    (Kind.CLIENT, "primary"): "reads what the monitors have seen",
    (Kind.CLIENT, "secondaries"): "reads what the monitors have seen",
    (Kind.CLIENT, "arbiters"): "reads what the monitors have seen",
    (Kind.SESSION, "start_transaction"): "changes the session's state; the first operation tells the server",
    (Kind.SESSION, "end_session"): "gives the session back; only a transaction that was left open costs a round trip",
    (Kind.ENCRYPTION, "close"): "once in its life, when the program ends",
    (Kind.GRID_OUT, "close"): "forgets its buffer",
}
"""Members of blocking PyMongo whose asynchronous twin is a coroutine, but which aren't worth a warning, and why not"""

RETURNS: dict[tuple[Kind, str], str] = {
    # Annotated with a type variable or an abstract class.
    (Kind.SESSION, "client"): "driver:client",
    (Kind.SESSION, "bind"): "driver:bound_session",
    (Kind.SESSION, "start_transaction"): "driver:transaction",
    # Annotated as a stored document, but a plan or an expression.
    **{(kind, "explain"): "dict" for kind in CURSORS},
    (Kind.ENCRYPTION, "encrypt_expression"): "dict",
    # Annotated as a list of anything.
    **{(kind, "distinct"): "values" for kind in (*CURSORS, Kind.COLLECTION)},
    # Annotated as documents, but batches of bytes.
    **{(kind, name): "bytes" for kind in RAW_CURSORS for name in ("next", "try_next")},
    **{(kind, "to_list"): "list" for kind in RAW_CURSORS},
    # Annotated as if they always found something, before 4.16.
    (Kind.COLLECTION, "find_one_and_delete"): "document?",
    (Kind.COLLECTION, "find_one_and_replace"): "document?",
    (Kind.COLLECTION, "find_one_and_update"): "document?",
}
"""What members return whose annotation does not tell, in all flavours"""

PYMONGO_RETURNS: dict[tuple[Kind, str], str] = {
    # Annotated as the cursor of find_raw_batches.
    (Kind.COLLECTION, "aggregate_raw_batches"): "driver:raw_command_cursor",
}
"""The same, in PyMongo only"""

MOTOR_RETURNS: dict[tuple[Kind, str], str] = {
    # Set by constructors, which are not annotated.
    (Kind.COLLECTION, "database"): "driver:database",
    (Kind.BUCKET, "collection"): "driver:collection",
    **{(kind, "collection"): "driver:collection" for kind in CURSORS},
    **{(kind, name): "bool" for kind in CURSORS for name in ("closed", "started")},
    # Not annotated, or as futures and iterators of anything.
    **{(kind, name): "self" for kind in CURSORS for name in ("batch_size", "clone", "rewind")},
    **{(kind, "fetch_next"): "bool" for kind in CURSORS},
    **{(kind, name): "document?" for kind in CURSORS for name in ("next_object", "try_next")},
    **{(kind, "to_list"): "documents" for kind in CURSORS},
    **{(kind, name): "bytes" for kind in RAW_CURSORS for name in ("next_object", "try_next")},
    **{(kind, "to_list"): "list" for kind in RAW_CURSORS},
    (Kind.GRID_OUT, "open"): "self",
    (Kind.ENCRYPTION, "create_encrypted_collection"): "any",
    # There are three ways to take files from their cursor; `to_list` gives the documents that describe them.
    (Kind.GRID_OUT_CURSOR, "next_object"): "driver:grid_out",
    (Kind.GRID_OUT_CURSOR, "next"): "driver:sync:grid_out",
}
"""The same, in Motor only; these come before `RETURNS`"""

WORDS = {
    "Self": "self",
    "_T": "callback",
    "NoReturn": "never",
    "str": "str",
    "int": "int",
    "bool": "bool",
    "bytes": "bytes",
    "Binary": "bytes",
    "ObjectId": "object_id",
    **dict.fromkeys(("dict", "Dict", "Mapping", "MutableMapping"), "dict"),
    "InsertOneResult": "insert_one_result",
    "InsertManyResult": "insert_many_result",
    "UpdateResult": "update_result",
    "DeleteResult": "delete_result",
    "BulkWriteResult": "bulk_write_result",
    "ClientBulkWriteResult": "client_bulk_write_result",
}
"""The words of `Member.returns` for annotations that are neither documents, nor lists, nor driver classes"""
