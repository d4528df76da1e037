"""What running one body does, as far as link and the rules care."""

from __future__ import annotations

import enum

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Member
from pymongo_async_lint.link.scopes import Function, Scope
from pymongo_async_lint.link.shapes import UNKNOWN, Coroutine, Driver, Shape

Given = tuple[tuple[str, Shape], ...]
"""Parameters whose shapes one call decides, in place of all calls together; empty for the body as such."""


class Op(enum.StrEnum):
    """What is done with a driver object or a coroutine."""

    AWAIT = "awaited"
    SCHEDULE = "scheduled"
    RETURN = "returned"
    ESCAPE = "handed to unknown code"
    DISCARD = "thrown away"
    REBIND = "overwritten"
    ITERATE = "iterated"
    ASYNC_ITERATE = "iterated with `async for`"
    WITH = "entered with `with`"
    ASYNC_WITH = "entered with `async with`"
    TRUTH = "tested for truth"
    COMPARE = "compared"
    CONTAINS = "searched with `in`"
    SUBSCRIPT = "subscripted"
    ATTRIBUTE = "asked for an attribute"
    CALL = "called"
    FORMAT = "formatted as text"
    ARGUMENT = "passed as an argument"
    UNPACK = "unpacked"
    ARITHMETIC = "used in an expression"
    LENGTH = "measured with `len()`"
    RESPOND = "sent as a response"
    STORE = "stored"


class Operation(msgspec.Struct, frozen=True):
    """`op` on one driver object or coroutine. `detail` is the attribute's, function's or loop's name."""

    op: Op
    node: f.Node
    subject: Driver | Coroutine
    detail: str = ""


class Use(msgspec.Struct, frozen=True):
    """A call of a driver's method, or the reading of an awaitable property."""

    node: f.Expr
    owner: Driver
    member: Member
    is_awaited: bool = False
    is_off_loop: bool = False
    is_guarded: bool = False


class Missing(msgspec.Struct, frozen=True):
    """A call of a method that the driver object does not have, or, without a name, of the object itself."""

    node: f.Expr
    owner: Driver
    name: str


class Construction(msgspec.Struct, frozen=True):
    """A client is made, only if there is none yet (`is_guarded`), at an address that comes from outside."""

    node: f.Call
    driver: Driver
    is_guarded: bool
    is_from_parameter: bool


class How(enum.StrEnum):
    """How a function of the project is run."""

    CALL = "called"
    THREAD = "run in a thread"
    TASK = "scheduled"
    ITERATE = "iterated"
    """A generator function: nothing of it runs before that."""
    CALLBACK = "handed on as a callback"


class CallSite(msgspec.Struct, frozen=True):
    node: f.Node
    function: Function
    receiver: Shape | None
    bound: tuple[tuple[str, Shape], ...]
    how: How = How.CALL
    is_off_loop: bool = False
    """In a place that is only reached when no event loop runs."""
    is_guarded: bool = False
    """Only run while something has not been made yet (for a key)."""
    is_once: bool = False
    """Only run while something has not been made yet, for no key: once at the most."""
    is_awaited: bool = False


class Store(msgspec.Struct, frozen=True):
    """`base.name = value`, or `base["name"] = value`."""

    base: Shape
    name: str
    value: Shape
    node: f.Node
    is_item: bool = False


class Registration(msgspec.Struct, frozen=True):
    """A framework is told to run a function: `role` is one of `frameworks.Role`."""

    role: str
    function: Function
    node: f.Node
    call: f.Call | None = None
    framework: str = ""


class Response(msgspec.Struct, frozen=True):
    """A value is handed to something that makes JSON of it."""

    node: f.Expr
    shape: Shape
    sender: str


class Flow(msgspec.Struct, frozen=True):
    returns: Shape = UNKNOWN
    yields: Shape = UNKNOWN
    return_sites: tuple[tuple[f.Node, Shape], ...] = ()
    cells: tuple[tuple[str, Shape], ...] = ()
    exits: tuple[tuple[str, Shape], ...] = ()
    stores: tuple[Store, ...] = ()
    operations: tuple[Operation, ...] = ()
    uses: tuple[Use, ...] = ()
    missing: tuple[Missing, ...] = ()
    constructions: tuple[Construction, ...] = ()
    calls: tuple[CallSite, ...] = ()
    registrations: tuple[Registration, ...] = ()
    lambdas: tuple[Function, ...] = ()
    responses: tuple[Response, ...] = ()
    handed_out: tuple[Coroutine, ...] = ()
    """Coroutines of the driver that calls of the project's functions give."""
    own_ids: tuple[str | None, ...] = ()
    """Names of collections into which documents with an `_id` of the project's own are written."""


EMPTY = Flow()


class Body(msgspec.Struct, frozen=True):
    """A body under one set of given parameters."""

    scope: Scope
    given: Given = ()
