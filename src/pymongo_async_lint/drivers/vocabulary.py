"""The words in which the drivers are described."""

from __future__ import annotations

import enum

import msgspec


class Flavour(enum.StrEnum):
    """Which driver an object belongs to."""

    ASYNC = "async"
    """PyMongo's asynchronous API"""
    SYNC = "sync"
    """PyMongo's blocking API"""
    MOTOR = "motor"
    """Motor, for asyncio and Tornado alike"""


class Kind(enum.StrEnum):
    """What a driver object is."""

    CLIENT = "client"
    DATABASE = "database"
    COLLECTION = "collection"
    CURSOR = "cursor"
    RAW_CURSOR = "raw_cursor"
    COMMAND_CURSOR = "command_cursor"
    RAW_COMMAND_CURSOR = "raw_command_cursor"
    LATENT_CURSOR = "latent_cursor"
    """Motor's answer to `aggregate` and the like: a cursor whose command is sent when it is first iterated"""
    CHANGE_STREAM = "change_stream"
    SESSION = "session"
    TRANSACTION = "transaction"
    """The context manager that `start_transaction` gives"""
    BOUND_SESSION = "bound_session"
    """The context manager that a session's `bind` gives"""
    ENCRYPTION = "encryption"
    GRIDFS = "gridfs"
    BUCKET = "bucket"
    GRID_IN = "grid_in"
    GRID_OUT = "grid_out"
    GRID_OUT_CURSOR = "grid_out_cursor"


class DriverType(msgspec.Struct, frozen=True):
    """The type of a driver object."""

    flavour: Flavour
    kind: Kind


class How(enum.StrEnum):
    """What touching a member does."""

    METHOD = "method"
    """A plain method: the call gives the result"""
    COROUTINE = "coroutine"
    """The call gives a coroutine, and nothing happens before it is awaited"""
    FUTURE = "future"
    """The call gives a Motor future, and the operation runs whether it is awaited or not"""
    PROPERTY = "property"
    """Reading it gives the value"""
    AWAITABLE_PROPERTY = "awaitable_property"
    """Reading it gives an awaitable"""


AWAITABLE = frozenset({How.COROUTINE, How.FUTURE, How.AWAITABLE_PROPERTY})


class Member(msgspec.Struct, frozen=True, array_like=True):
    """A public member of a driver type, inherited or not."""

    name: str
    how: How
    returns: str
    """What calling (or reading) and awaiting it gives, in one word:

    - `self`; `driver:<kind>`, a driver object of the same flavour; `driver:<flavour>:<kind>`, one of another flavour
    - `document`; `document?`, a document or None; `documents`, a list of them
    - `list:driver:<kind>`, `list`, `dict` (a command's answer and the like, not a stored document), `values` (a list of
      unknown BSON values)
    - `insert_one_result`, `insert_many_result`, `update_result`, `delete_result`, `bulk_write_result`,
      `client_bulk_write_result`, `object_id`, `str`, `int`, `bool`, `bytes`, `none`
    - `callback`, what the callback that it was given returns; `never`, as it always raises; `any`
    """
    blocks: bool
    """Whether it waits for the network on the calling thread. Only blocking PyMongo's members do."""
    params: tuple[str, ...]
    """The positional-or-keyword parameters in order, without `self`; `*args` and `**kwargs` keep their asterisks"""
    since: str | None
    """The PyMongo release it appeared in, if that is later than 4.9"""


class Protocols(msgspec.Struct, frozen=True):
    """What the language lets one do with a driver object."""

    async_iterable: bool = False
    sync_iterable: bool = False
    silently_empty: bool = False
    """Synchronous iteration raises nothing and yields nothing, whatever the object holds"""
    async_context: bool = False
    sync_context: bool = False
    truth_raises: bool = False
    dynamic_attributes: bool = False
    """`x.y` and `x["y"]` make a database or collection called y, unless y is a member"""
