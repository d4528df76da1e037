"""Shapes in words that a user understands."""

from __future__ import annotations

from collections.abc import Callable

from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import DriverType, Flavour, Kind
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.link.shapes import (
    ClassRef,
    Context,
    Coroutine,
    Document,
    Driver,
    DriverMethod,
    External,
    ExternalInstance,
    FunctionRef,
    Id,
    Instance,
    ListOf,
    Mapping,
    ModuleRef,
    Nil,
    Plain,
    Shape,
    Stream,
    Super,
    Text,
    TupleOf,
    is_worth_keeping,
    members,
    without_nil,
)

MOST_ALTERNATIVES = 4
"""Of a longer union the others are counted only."""

MOST_ENTRIES = 3

FLAVOURS = {Flavour.ASYNC: "async", Flavour.SYNC: "sync", Flavour.MOTOR: "Motor"}

KINDS = {
    Kind.CLIENT: "client",
    Kind.DATABASE: "database",
    Kind.COLLECTION: "collection",
    Kind.CURSOR: "cursor",
    Kind.RAW_CURSOR: "raw cursor",
    Kind.COMMAND_CURSOR: "command cursor",
    Kind.RAW_COMMAND_CURSOR: "raw command cursor",
    Kind.LATENT_CURSOR: "command cursor",
    Kind.CHANGE_STREAM: "change stream",
    Kind.SESSION: "session",
    Kind.TRANSACTION: "transaction",
    Kind.BOUND_SESSION: "bound session",
    Kind.ENCRYPTION: "client encryption",
    Kind.GRIDFS: "GridFS",
    Kind.BUCKET: "GridFS bucket",
    Kind.GRID_IN: "GridFS upload",
    Kind.GRID_OUT: "GridFS file",
    Kind.GRID_OUT_CURSOR: "cursor over GridFS files",
}

HOLDERS = {
    "app": "application",
    "request": "request",
    "state:app": "state of the application",
    "state:request": "state of the request",
}
"""What a framework hands out, and the project keeps things on."""

PLAIN = {
    "object_id": "ObjectId",
    "id_field": "value of a document's `_id`",
    "own_insert_one_result": "InsertOneResult",
}


def words(shape: Shape) -> str:
    """What an expression of this shape is: "async collection `users`", "document (with a raw `_id`) or None"."""
    return _alternatives(shape, _singular)


def driver_words(type_: DriverType) -> str:
    return f"{FLAVOURS[type_.flavour]} {KINDS[type_.kind]}"


def function_words(function: Function) -> str:
    """ "function `get_db`", "method `Repo.find`" """
    if function.name == "<lambda>":
        return "lambda"
    noun = "method" if function.owner is not None else "function"
    return f"{'async ' if function.is_async else ''}{noun} `{function.qualname}`"


def holder_words(dotted: str) -> str | None:
    """The application, the request or the state of either; None for any other object."""
    *parts, framework = dotted.partition(".")[0].split(":")
    return HOLDERS.get(":".join(parts)) if framework else None


def with_article(text: str) -> str:
    """ "a sync client", "an async client", "unknown" """
    if text.startswith("`") or text in _UNCOUNTABLE:
        return text
    return f"{'an' if text[0] in 'aeiouOI' else 'a'} {text}"


def _alternatives(shape: Shape, say: Callable[[str, str], str]) -> str:
    found = list(dict.fromkeys(say(*_noun(member)) for member in members(shape) if not isinstance(member, Nil)))
    if len(found) > MOST_ALTERNATIVES:
        found[MOST_ALTERNATIVES:] = [f"{len(found) - MOST_ALTERNATIVES} more"]
    if any(isinstance(member, Nil) for member in members(shape)):
        found.append("None")
    return " or ".join(found) if found else "unknown"


def _singular(noun: str, rest: str) -> str:
    return noun + rest


def _one(noun: str, rest: str) -> str:
    return with_article(noun) + rest


def _many(noun: str, rest: str) -> str:
    if noun.startswith("`") or noun in _UNCOUNTABLE:
        return noun + rest
    if " over " in noun:
        return f"{noun.replace('cursor', 'cursors')}{rest}"
    if noun.endswith("y"):
        return f"{noun[:-1]}ies{rest}"
    return f"{noun}{'es' if noun.endswith('s') else 's'}{rest}"


_UNCOUNTABLE = frozenset({"unknown", "None", "GridFS"})


def _noun(shape: Shape) -> tuple[str, str]:
    """The noun, which can be put in the plural, and what follows it."""
    match shape:
        case Driver():
            return driver_words(shape.type), _named(shape)
        case DriverMethod(owner, member):
            return "method", f" `{member}` of {with_article(driver_words(owner.type))}{_named(owner)}"
        case Coroutine():
            return _coroutine(shape)
        case Document():
            return _document(shape)
        case ListOf(element):
            return "list", f" of {_alternatives(element, _many)}" if members(element) else ""
        case TupleOf(items):
            return "tuple", f" of {', '.join(_alternatives(item, _one) for item in items)}" if _tells(shape) else ""
        case Mapping():
            return "dictionary", _mapping(shape)
        case Stream(element, is_async):
            noun = "async generator" if is_async else "generator"
            return noun, f" of {_alternatives(element, _many)}" if members(element) else ""
        case Context(value, is_async):
            noun = "async context manager" if is_async else "context manager"
            return noun, f" for {_alternatives(value, _one)}" if members(value) else ""
    return _named_thing(shape)


def _named_thing(shape: Shape) -> tuple[str, str]:
    match shape:
        case FunctionRef(function):
            noun, _, name = function_words(function).partition(" `")
            return noun, f" `{name}" if name else ""
        case ClassRef(cls):
            return "class", f" `{cls.qualname}`"
        case Instance(cls):
            return "instance", f" of `{cls.qualname}`"
        case Super(cls):
            return "`super()`", f" of `{cls.qualname}`"
        case ModuleRef(path):
            return "module", f" `{path}`"
        case External(dotted):
            type_ = drivers.type_of_class(dotted)
            if type_ is not None:
                return "class", f" `{drivers.class_name(type_)}`"
            name = dotted.removeprefix("builtins.")
            return f"`{name}`", " of Python" if name != dotted else " of another library"
        case ExternalInstance(dotted):
            return holder_words(dotted) or "object", "" if holder_words(dotted) else f" of another library (`{dotted}`)"
        case Plain(kind):
            return PLAIN.get(kind) or (_class_name(kind) if kind.endswith("_result") else kind), ""
        case Text():
            return "str", ""
    return "None", ""


def _named(driver: Driver) -> str:
    if driver.name is not None:
        return f" `{driver.name}`"
    if driver.element is not None:
        return f" over {_alternatives(driver.element, _many)}"
    return ""


def _coroutine(shape: Coroutine) -> tuple[str, str]:
    noun = "Motor future" if shape.is_future else "coroutine"
    result = f" of {_alternatives(shape.result, _one)}" if members(shape.result) else ""
    maker = f" (made by `{shape.member}`)" if shape.member else ""
    return noun, f"{result}{maker}{', awaited already' if shape.is_spent else ''}"


def _document(shape: Document) -> tuple[str, str]:
    if shape.inserted:
        return "dictionary", " that an insert gave an ObjectId as `_id`"
    source = f" of `{shape.collection}`" if shape.collection else ""
    state = {Id.RAW: " (with a raw `_id`)", Id.SAFE: " (`_id` converted or left out)", Id.UNCLEAR: ""}
    return "document", source + state[shape.id]


def _mapping(shape: Mapping) -> str:
    told = [f"`{key}`: {_alternatives(value, _one)}" for key, value in shape.entries if is_worth_keeping(value)]
    if told:
        more = ", …" if len(told) > MOST_ENTRIES else ""
        return f" with {', '.join(told[:MOST_ENTRIES])}{more}"
    return f" of {_alternatives(shape.rest, _many)}" if members(without_nil(shape.rest)) else ""


def _class_name(kind: str) -> str:
    """ "update_result" is UpdateResult."""
    return "".join(word.capitalize() for word in kind.split("_"))


def _tells(shape: TupleOf) -> bool:
    return any(members(item) for item in shape.items)
