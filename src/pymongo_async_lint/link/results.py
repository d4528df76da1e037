"""From a word of the drivers' tables to the shape of what a driver's method gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Kind
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.shapes import (
    CURSORS,
    NIL,
    STRING,
    UNKNOWN,
    Context,
    Coroutine,
    Document,
    Driver,
    FunctionRef,
    Id,
    ListOf,
    Mapping,
    Plain,
    Shape,
    Text,
    is_object_id,
    join,
    join_all,
    members,
)

if TYPE_CHECKING:
    from pymongo_async_lint.link.evaluate import Arguments, Interpreter

PROJECTION = {"find": 1, "find_one": 1, "find_one_and_delete": 1, "find_one_and_update": 2, "find_one_and_replace": 2}
"""Where a method takes its projection."""

KEEPING_STAGES = frozenset(
    {"$match", "$sort", "$limit", "$skip", "$lookup", "$unwind", "$sample", "$set", "$addFields"}
)
"""Stages of an aggregation that leave a document's `_id` as it is."""


def driver_value(returns: str, owner: Driver, place: Place) -> Shape:
    """What the table's word means for this object."""
    if returns == "self":
        return owner
    if returns.startswith("list:"):
        return ListOf(driver_value(returns.removeprefix("list:"), owner, place))
    if returns.startswith("driver:"):
        words = returns.split(":")
        flavour = drivers.Flavour(words[1]) if len(words) == 3 else owner.type.flavour
        return Driver(DriverType(flavour, Kind(words[-1])), owner.proof, owner.origin)
    match returns:
        case "document":
            return owner.element or Document(Id.UNCLEAR, place)
        case "document?":
            return join(owner.element or Document(Id.UNCLEAR, place), NIL)
        case "documents":
            return ListOf(owner.element or Document(Id.UNCLEAR, place))
        case "elements":
            return ListOf(owner.element or UNKNOWN)
        case "str":
            return STRING
        case "int" | "bool" | "bytes" | "object_id":
            return Plain(returns, place)
        case "none":
            return NIL
        case "list" | "values":
            return ListOf(UNKNOWN)
        case "dict":
            return Mapping((), UNKNOWN)
    if returns.endswith("_result"):
        return Plain(returns, place)
    return UNKNOWN


def driver_result(member: drivers.Member, owner: Driver, arguments: Arguments, place: Place, run: Interpreter) -> Shape:
    """What the method gives (behind the `await`, where it needs one) when it is called with these arguments."""
    returns = member.returns
    if returns == "callback":
        return callback_result(arguments)
    if returns in ("document", "document?") and owner.type.kind is Kind.COLLECTION:
        document = Document(id_of(member.name, arguments, run), place, False, owner.name)
        return join(document, NIL) if returns == "document?" else document
    if returns == "insert_one_result" and not gets_object_id(arguments):
        return Plain("own_insert_one_result", place)
    result = driver_value(returns, owner, place)
    if not isinstance(result, Driver):
        return result
    kind = result.type.kind
    if kind in (Kind.DATABASE, Kind.COLLECTION) and owner.type.kind in (Kind.CLIENT, Kind.DATABASE):
        name = next(
            (shape.value for argument, shape in arguments if isinstance(shape, Text) and not argument.star), None
        )
        return Driver(result.type, owner.proof, owner.origin, name)
    if kind in CURSORS and owner.type.kind in (Kind.COLLECTION, Kind.DATABASE):
        if kind is Kind.GRID_OUT_CURSOR:
            return result
        return Driver(
            result.type,
            owner.proof,
            owner.origin,
            None,
            Document(cursor_id(member.name, arguments, run), place, False, owner.name),
        )
    if kind is Kind.GRID_OUT_CURSOR:
        return Driver(result.type, owner.proof, owner.origin, None, grid_out(owner))
    return result


def gets_object_id(arguments: Arguments) -> bool:
    """Is the inserted document sure to have no `_id` of its own?"""
    shape = next((s for a, s in arguments if a.keyword in (None, "document") and not a.star), UNKNOWN)
    found = members(shape)
    return bool(found) and all(
        isinstance(member, Mapping) and "_id" not in dict(member.entries) and not members(member.rest)
        for member in found
    )


def grid_out(owner: Driver) -> Shape:
    return Driver(DriverType(owner.type.flavour, Kind.GRID_OUT), owner.proof, owner.origin)


def callback_result(arguments: Arguments) -> Shape:
    found: list[Shape] = []
    for _, shape in arguments:
        for member in members(shape):
            if isinstance(member, FunctionRef):
                return UNKNOWN
            if isinstance(member, Coroutine):
                found.append(member.result)
    return join_all(found)


def cursor_id(name: str, arguments: Arguments, run: Interpreter) -> Id:
    if name == "find":
        return id_of(name, arguments, run)
    if name == "aggregate":
        return pipeline_id(arguments)
    return Id.UNCLEAR


def id_of(name: str, arguments: Arguments, run: Interpreter) -> Id:
    """Is `_id` kept, and an ObjectId as far as one can see? A projection or a filter can say otherwise."""
    filter_, projection = argument(arguments, 0, "filter"), argument(arguments, PROJECTION.get(name, 99), "projection")
    if any(a.star for a, _ in arguments):
        return Id.UNCLEAR
    if filter_ is not None and not isinstance(filter_, f.Dict | f.Name | f.Call | f.Constant | f.Attribute):
        return Id.UNCLEAR
    if isinstance(filter_, f.Dict) and not all(keeps_object_id(entry, run) for entry in filter_.entries):
        return Id.UNCLEAR
    if projection is None or (isinstance(projection, f.Constant) and projection.value is None):
        return Id.RAW
    if not isinstance(projection, f.Dict):
        return Id.UNCLEAR
    for entry in projection.entries:
        if entry.key is None or not isinstance(entry.key, f.Constant):
            return Id.UNCLEAR
        if entry.key.value == "_id":
            if isinstance(entry.value, f.Constant) and not entry.value.value:
                return Id.SAFE
            return Id.RAW if isinstance(entry.value, f.Constant) else Id.UNCLEAR
    return Id.RAW


def keeps_object_id(entry: f.Entry, run: Interpreter) -> bool:
    """Does this part of a filter leave it possible that `_id` is an ObjectId?"""
    if not (isinstance(entry.key, f.Constant) and entry.key.value == "_id"):
        return True
    value = run.value(entry.value)
    return any(map(is_object_id, members(value)))


def pipeline_id(arguments: Arguments) -> Id:
    pipeline = argument(arguments, 0, "pipeline")
    if not isinstance(pipeline, f.Sequence):
        return Id.UNCLEAR
    for stage in pipeline.items:
        if not isinstance(stage, f.Dict) or len(stage.entries) != 1:
            return Id.UNCLEAR
        key = stage.entries[0].key
        if not isinstance(key, f.Constant) or key.value not in KEEPING_STAGES:
            return Id.UNCLEAR
        if key.value in ("$set", "$addFields") and sets_id(stage.entries[0].value):
            return Id.UNCLEAR
    return Id.RAW


def sets_id(node: f.Expr) -> bool:
    return not isinstance(node, f.Dict) or any(
        not isinstance(entry.key, f.Constant) or entry.key.value == "_id" for entry in node.entries
    )


def argument(arguments: Arguments, position: int, keyword: str) -> f.Expr | None:
    index = 0
    for given, _ in arguments:
        if given.keyword == keyword:
            return given.value
        if given.keyword is None and not given.star:
            if index == position:
                return given.value
            index += 1
    return None


__all__ = ["Context", "driver_result", "driver_value"]


def id_after(value: Shape) -> Id:
    """What `document["_id"] = value` makes of the document."""
    if any(map(is_object_id, members(value))):
        return Id.RAW
    return Id.SAFE if isinstance(value, Text | Plain) else Id.UNCLEAR


def document_field(document: Document, key: str | int | None) -> Shape:
    if key == "_id" and document.id is Id.RAW:
        return Plain("id_field", document.origin, document.collection)
    return UNKNOWN


def sub_object(driver: Driver, name: str | None) -> Shape:
    """`client.x`, `database["x"]`, `collection.x`"""
    if name is not None and name.startswith("_"):
        return UNKNOWN
    match driver.type.kind:
        case Kind.CLIENT:
            kind = Kind.DATABASE
        case Kind.DATABASE | Kind.COLLECTION:
            kind = Kind.COLLECTION
        case _:
            return UNKNOWN
    return Driver(DriverType(driver.type.flavour, kind), driver.proof, driver.origin, name)
