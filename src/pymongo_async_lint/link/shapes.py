"""What an expression can be.

Shapes form a lattice. `UNKNOWN` is its bottom: nothing has been proved yet, and joining it with anything gives that
thing. So an unresolved call site never hides what the resolved ones prove, and answers only ever grow.
"""

from __future__ import annotations

import enum
import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from pymongo_async_lint.drivers import DriverType, Flavour, Kind, type_of_class
from pymongo_async_lint.link.place import Place

if TYPE_CHECKING:
    from pymongo_async_lint.link.scopes import Class, Function

MAX_MEMBERS = 12
"""A union of more members than this says nothing any more; the first ones (in a fixed order) are kept."""

MAX_NESTING = 4
"""Containers inside of containers are followed this deep."""

MAX_PARTS = 48
"""A value that holds more than this, all levels together, is data."""

REMEMBERED = 65_536
"""How many answers of one kind about shapes are kept: the same few meet again and again, at every call and every
round."""

MAX_KEYS = 40
"""A dictionary with more constant keys than this is data, not a holder of things."""


class Proof(enum.IntEnum):
    """How we know what a driver object is, the strongest first."""

    CONSTRUCTED = 0
    DECLARED = 1
    """by `[tool.pymongo-async-lint.objects]`"""
    ANNOTATED = 2
    """An annotation surely says which driver; people do mix up client, database and collection in it."""


class Shape(msgspec.Struct, frozen=True, cache_hash=True):
    pass


class Unknown(Shape):
    pass


class Nil(Shape):
    """`None`"""


class Text(Shape):
    """A string; its value where it is a constant."""

    value: str | None


class Plain(Shape):
    """A value of a known kind that is neither a driver object nor a container: "int", "object_id", "update_result",
    …"""

    kind: str
    origin: Place | None = None
    collection: str | None = None
    """Of an "id_field", a document's `_id`: the collection that the document is from."""


def is_object_id(shape: Shape) -> bool:
    """Is it an ObjectId: one by itself, or the `_id` of a document?"""
    return isinstance(shape, Plain) and shape.kind in ("object_id", "id_field")


class Driver(Shape):
    """A driver object. `name` is a database's or collection's name, `element` what a cursor yields."""

    type: DriverType
    proof: Proof
    origin: Place
    name: str | None = None
    element: Shape | None = None


class DriverMethod(Shape):
    """A method of a driver object that has not been called yet."""

    owner: Driver
    member: str


class Coroutine(Shape):
    """An awaitable that the call at `site` made.

    `member` and `owner` say which operation of the driver it is; without them it is a coroutine of the project (an
    `async def`), which is followed but not judged. `is_future` marks Motor's, which run without being awaited.
    `via` leads from the caller, whose call of a plain function made it, down to the driver's call.
    """

    result: Shape
    site: Place
    owner: Driver | None = None
    member: str = ""
    is_future: bool = False
    via: tuple[Place, ...] = ()
    is_spent: bool = False
    """It has been awaited on every path to here."""


class Id(enum.StrEnum):
    """What is known of a document's `_id`."""

    RAW = "raw"
    """It is there, and nothing has made a string of it."""
    SAFE = "safe"
    """It was converted or left out."""
    UNCLEAR = "unclear"


class Document(Shape):
    """A document as the driver gives it. `inserted` marks a dictionary of the project's that an insert gave its
    `_id`."""

    id: Id
    origin: Place
    inserted: bool = False
    collection: str | None = None


class ListOf(Shape):
    """A list, tuple of unknown length, set or other plain iterable."""

    element: Shape


class TupleOf(Shape):
    items: tuple[Shape, ...]


class Mapping(Shape):
    """A dictionary: what is known of its constant keys, and of all the other values."""

    entries: tuple[tuple[str, Shape], ...]
    rest: Shape


class Stream(Shape):
    """An iterator or generator; `maker` is the project's generator function, which runs when it is iterated."""

    element: Shape
    is_async: bool
    maker: tuple[Function, tuple[tuple[str, Shape], ...]] | None = None


class Context(Shape):
    """A context manager that hands out `value`."""

    value: Shape
    is_async: bool


class FunctionRef(Shape):
    """A function of the project, bound to `receiver` for a method; `given` are arguments that `partial` has fixed."""

    function: Function
    receiver: Shape | None = None
    given: tuple[tuple[int | str, Shape], ...] = ()


class ClassRef(Shape):
    cls: Class


class Instance(Shape):
    cls: Class


class Super(Shape):
    """`super()` inside of a method of `cls`, called on `receiver`."""

    cls: Class
    receiver: Shape


class ModuleRef(Shape):
    """A module of the project, by its path."""

    path: str


class External(Shape):
    """A name of a module outside of the project, as `package.module.name`."""

    dotted: str


class ExternalInstance(Shape):
    """What calling an external name gives: an instance, if it is a class. `given` is what was handed to the call."""

    dotted: str
    given: tuple[tuple[int | str, Shape], ...] = ()


class Union(Shape):
    members: tuple[Shape, ...]


UNKNOWN = Unknown()
NIL = Nil()
STRING = Text(None)


def members(shape: Shape) -> tuple[Shape, ...]:
    """The alternatives of a shape; none for `UNKNOWN`."""
    if type(shape) is Union:
        return shape.members
    if type(shape) is Unknown:
        return ()
    return (shape,)


def join(left: Shape, right: Shape) -> Shape:
    """The least shape that covers both."""
    if left is right or type(right) is Unknown:
        return left
    if type(left) is Unknown:
        return right
    return _joined(left, right)


@functools.lru_cache(REMEMBERED)
def _joined(left: Shape, right: Shape) -> Shape:
    return left if left == right else _merged((left, right))


def join_all(shapes: Iterable[Shape]) -> Shape:
    found = [shape for shape in shapes if type(shape) is not Unknown]
    if len(found) > 1:
        return _merged(found)
    return found[0] if found else UNKNOWN


def _merged(shapes: Iterable[Shape]) -> Shape:
    merged: dict[object, Shape] = {}
    for shape in shapes:
        for member in members(shape):
            key = _identity(member)
            known = merged.get(key)
            merged[key] = member if known is None or known is member else _merge(known, member)
    if len(merged) == 1:
        return next(iter(merged.values()))
    return Union(tuple(sorted(merged.values(), key=_order)[:MAX_MEMBERS]))


def _order(shape: Shape | None) -> tuple[Any, ...]:
    """A fixed order of shapes of different identity, the same in every run."""
    kind = type(shape).__name__
    match shape:
        case Driver(type=type_):
            return kind, type_.flavour, type_.kind
        case Coroutine(site=site, member=member):
            return kind, site.path, site.start, site.end, member
        case FunctionRef(function=function, receiver=receiver):
            return kind, function.module.path, function.node.start, _order(receiver)
        case ClassRef(cls=cls) | Instance(cls=cls):
            return kind, cls.module.path, cls.node.start
        case Super(cls=cls, receiver=receiver):
            return kind, cls.module.path, cls.node.start, _order(receiver)
        case External(dotted=dotted) | ExternalInstance(dotted=dotted):
            return kind, dotted
        case Plain(kind=name):
            return kind, name
        case ModuleRef(path=path):
            return kind, path
        case TupleOf(items=items):
            return kind, len(items)
        case DriverMethod(owner=owner, member=member):
            return kind, owner.type.flavour, owner.type.kind, owner.origin, owner.name or "", member
        case Stream(is_async=is_async):
            return kind, is_async
        case Context(value=value, is_async=is_async):
            return kind, is_async, tuple(_order(part) for part in parts(value))
    return (kind,)


def _identity(shape: Shape) -> object:
    """Shapes with the same identity are merged into one member of a union."""
    if type(shape) is Driver:
        return (Driver, shape.type)
    if type(shape) in (Document, ListOf, Mapping, Text):
        return type(shape)
    if type(shape) is Stream:
        return (Stream, shape.is_async)
    if type(shape) is Plain:
        return (Plain, shape.kind)
    if type(shape) is Coroutine:
        return (Coroutine, shape.site, shape.member)
    if type(shape) is TupleOf:
        return (TupleOf, len(shape.items))
    if type(shape) is ExternalInstance:
        return (ExternalInstance, shape.dotted)
    if type(shape) is FunctionRef:
        return (FunctionRef, shape.function, shape.receiver)
    return shape


def _merge(left: Shape, right: Shape) -> Shape:
    if hash(left) == hash(right) and left == right:  # hashes are kept; to compare deep shapes takes long
        return left
    match left, right:
        case Driver(), Driver():
            best = min(left, right, key=lambda driver: (driver.proof, driver.origin))
            return Driver(
                best.type,
                best.proof,
                best.origin,
                left.name if left.name == right.name else None,
                join(left.element or UNKNOWN, right.element or UNKNOWN) if left.element or right.element else None,
            )
        case Document(), Document():
            first = min(left, right, key=lambda document: document.origin)
            same = left.collection if left.collection == right.collection else None
            return Document(_merge_ids(left.id, right.id), first.origin, left.inserted and right.inserted, same)
        case ListOf(), ListOf():
            return ListOf(join(left.element, right.element))
        case Stream(), Stream():
            maker = left.maker if left.maker == right.maker else None
            return Stream(join(left.element, right.element), left.is_async, maker)
        case TupleOf(), TupleOf():
            return TupleOf(tuple(join(a, b) for a, b in zip(left.items, right.items, strict=True)))
        case Mapping(), Mapping():
            ours, theirs = dict(left.entries), dict(right.entries)
            keys = sorted(ours.keys() | theirs.keys())
            entries = tuple((key, join(ours.get(key, UNKNOWN), theirs.get(key, UNKNOWN))) for key in keys)
            return Mapping(entries, join(left.rest, right.rest))
        case Coroutine(), Coroutine():
            spent = left.is_spent and right.is_spent
            shortest = min(left, right, key=lambda coroutine: (len(coroutine.via), coroutine.via))
            return msgspec.structs.replace(shortest, result=join(left.result, right.result), is_spent=spent)
        case Text(), Text():
            return STRING
        case Plain(), Plain():
            return min(left, right, key=lambda plain: plain.origin or Place("", 0, 0))
        case ExternalInstance(), ExternalInstance():
            return ExternalInstance(left.dotted, left.given if left.given == right.given else ())
        case FunctionRef(), FunctionRef():
            return FunctionRef(left.function, left.receiver)
    return left


def _merge_ids(left: Id, right: Id) -> Id:
    return left if left is right else Id.UNCLEAR


def _bounded(shape: Shape, depth: int = MAX_NESTING) -> Shape:
    """Cut a nest of containers that grows with every round of the fixpoint."""
    if depth == 0:
        return UNKNOWN
    match shape:
        case ListOf(element):
            return ListOf(_bounded(element, depth - 1))
        case Stream(element, is_async, maker):
            return Stream(_bounded(element, depth - 1), is_async, maker)
        case TupleOf(items):
            return TupleOf(tuple(_bounded(item, depth - 1) for item in items))
        case Mapping(entries, rest):
            return Mapping(
                tuple((key, _bounded(value, depth - 1)) for key, value in entries), _bounded(rest, depth - 1)
            )
        case Coroutine():
            return msgspec.structs.replace(shape, result=_bounded(shape.result, depth - 1))
        case Union(found):
            return join_all(_bounded(member, depth - 1) for member in found)
    return shape


def bounded(shape: Shape) -> Shape:
    """The shape without what is nested too deep, and without the contents of containers that hold too much.

    Whatever is kept (a variable, a result, an argument, an attribute) goes through here, so that recursive functions
    over nested data come to an end.
    """
    return _cut(shape) if type(shape) in _NESTING else shape


@functools.lru_cache(REMEMBERED)
def _cut(shape: Shape) -> Shape:
    if sum(1 for _ in itertools.islice(parts(shape), MAX_PARTS + 1)) > MAX_PARTS:
        return join_all(_hollow(member) for member in members(shape))
    cut = _bounded(shape)
    return shape if cut == shape else cut  # what is the same object is compared fast


def widened(before: Shape, after: Shape) -> Shape:
    """What covers both, or the one before where that would be cut: it grows with each round, and not without end."""
    both = join(before, after)
    return both if bounded(both) == both else before


Named = tuple[tuple[str, Shape], ...]


def widened_each(before: Named, after: Named) -> Named:
    """The same for the shape of every name."""
    known, found = dict(before), dict(after)
    return tuple(
        (name, widened(known.get(name, UNKNOWN), found.get(name, UNKNOWN))) for name in dict.fromkeys((*known, *found))
    )


def _hollow(shape: Shape) -> Shape:
    match shape:
        case ListOf() | TupleOf():
            return ListOf(UNKNOWN)
        case Mapping():
            return Mapping((), UNKNOWN)
        case Stream():
            return Stream(UNKNOWN, shape.is_async)
    return shape


_NESTING = frozenset({Union, ListOf, Stream, TupleOf, Mapping, Coroutine})


def without_nil(shape: Shape) -> Shape:
    """The shape where it is known not to be `None`."""
    if type(shape) is Nil:
        return UNKNOWN
    if type(shape) is Union:
        return join_all(member for member in shape.members if type(member) is not Nil)
    return shape


def only(shape: Shape, kept: type[Shape] | tuple[type[Shape], ...]) -> Shape:
    return join_all(member for member in members(shape) if isinstance(member, kept))


def beyond_data(shape: Shape) -> Shape:
    """The shape of something that outlives a body; numbers, flags and the like are not worth telling every reader."""
    if all(type(member) is Plain and member.origin is None for member in members(shape)):
        return UNKNOWN
    return shape


def kept(shape: Shape) -> Shape:
    """What of a value is worth keeping when it is put into a container: plain data is not."""
    return shape if is_worth_keeping(shape) else UNKNOWN


@functools.lru_cache(REMEMBERED)
def is_worth_keeping(shape: Shape) -> bool:
    return any(
        isinstance(
            part,
            Driver
            | DriverMethod
            | Document
            | Coroutine
            | FunctionRef
            | ClassRef
            | Instance
            | ModuleRef
            | External
            | ExternalInstance,
        )
        or (isinstance(part, Plain) and part.origin is not None)
        for part in parts(shape)
    )


@functools.lru_cache(REMEMBERED)
def is_object(shape: Shape) -> bool:
    """Is it an object of a class of the project?"""
    return bool(members(shape)) and all(isinstance(member, Instance) for member in members(shape))


@functools.lru_cache(REMEMBERED)
def is_telling(shape: Shape) -> bool:
    """Does it matter to a function that it gets just this?"""
    return any(
        isinstance(part, Driver | DriverMethod | Document | Coroutine | FunctionRef)
        or (isinstance(part, External) and type_of_class(part.dotted) is not None)
        for part in parts(shape)
    )


def forget_remembered() -> None:
    """Let go of all that is kept about shapes, and so of the classes and functions of the project that they tell of."""
    for kept_answers in (_joined, _cut, is_worth_keeping, is_object, is_telling):
        kept_answers.cache_clear()


def parts(shape: Shape) -> Iterator[Shape]:
    """A shape's alternatives and all that they contain."""
    for member in members(shape):
        yield member
        match member:
            case ListOf(element) | Stream(element):
                yield from parts(element)
            case TupleOf(items):
                for item in items:
                    yield from parts(item)
            case Mapping(entries, rest):
                for _, value in entries:
                    yield from parts(value)
                yield from parts(rest)


def driver_of(shape: Shape) -> Driver | None:
    """The one driver object that the shape is, `None` aside; nothing where alternatives disagree on the flavour.

    Alternatives of one flavour but different kinds (a database annotated as a client) give the one that is best proved.
    """
    found = [member for member in members(shape) if type(member) is not Nil]
    if not found or not all(type(member) is Driver for member in found):
        return None
    drivers = [member for member in found if isinstance(member, Driver)]
    if len({driver.type.flavour for driver in drivers}) > 1:
        return None
    return min(drivers, key=lambda driver: (driver.proof, driver.origin))


def element_of(shape: Shape) -> Shape:
    """What iterating the shape gives, for plain iterables."""
    found: list[Shape] = []
    for member in members(shape):
        match member:
            case ListOf(element) | Stream(element, is_async=False):
                found.append(element)
            case TupleOf(items):
                found.extend(items)
            case Mapping(_, _):
                found.append(STRING)
            case Driver() if member.type.flavour is Flavour.SYNC and member.element is not None:
                found.append(member.element)
    return join_all(found)


CURSORS = frozenset(
    {
        Kind.CURSOR,
        Kind.RAW_CURSOR,
        Kind.COMMAND_CURSOR,
        Kind.RAW_COMMAND_CURSOR,
        Kind.LATENT_CURSOR,
        Kind.GRID_OUT_CURSOR,
    }
)
