"""What a route answers, and whether the framework makes JSON of it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.answers import Answers, Body
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.link.shapes import (
    Document,
    Driver,
    External,
    Id,
    ListOf,
    Mapping,
    Nil,
    Plain,
    Shape,
    Text,
    TupleOf,
    is_object_id,
    members,
)
from pymongo_async_lint.rules.finding import Related

CONVERTERS = frozenset({"ENCODERS_BY_TYPE", "json_encoders"})
"""A project that names these may teach the framework what to do with an ObjectId."""

CONVERTING_FRAMEWORKS = ("FastAPI", "Litestar", "Quart")


class Answer(msgspec.Struct, frozen=True):
    """A value that a route returns, and the function that does."""

    body: Body
    node: f.Node
    shape: Shape


def answers_of_routes(answers: Answers) -> Iterator[Answer]:
    """What routes return where the framework turns it into JSON without a model of its own."""
    if answers.project.modules_by_identifier.get("ENCODERS_BY_TYPE"):
        return
    for body in answers.bodies:
        scope = body.scope
        if body.given or not isinstance(scope, Function) or scope not in answers.places.routes:
            continue
        if not is_plain_json(answers, scope):
            continue
        for node, shape in body.flow.return_sites:
            yield Answer(body, node, shape)


def is_plain_json(answers: Answers, route: Function) -> bool:
    """Is what the route returns encoded as it stands? Models and custom response classes convert it."""
    call = answers.places.routes[route]
    project = answers.project
    for argument in call.args if call is not None else ():
        if argument.keyword == "response_model" and not is_untyped(answers, argument.value, route):
            return False
        if argument.keyword in ("response_class", "status_code") and argument.keyword == "response_class":
            return False
    if call is not None and isinstance(call.func, f.Attribute) and has_custom_response(answers):
        return False
    if (
        call is not None
        and isinstance(call.func, f.Attribute)
        and call.func.attr in ("websocket", "add_websocket_route")
    ):
        return False
    has_model = call is not None and any(argument.keyword == "response_model" for argument in call.args)
    annotation = route.node.returns if isinstance(route.node, f.FunctionDef) else None
    if annotation is not None and not has_model:
        return is_untyped(answers, annotation, route)
    names = [r[1] for r in project.registrations_of(route) if r[0] == "route"]
    return any(name in CONVERTING_FRAMEWORKS for name in names)


def has_custom_response(answers: Answers) -> bool:
    """`FastAPI(default_response_class=…)`"""
    return bool(answers.project.modules_by_identifier.get("default_response_class"))


def is_untyped(answers: Answers, annotation: f.Expr, route: Function) -> bool:
    """Does the annotation leave documents as they are: `dict`, `list[dict]`, `Any`, `None`?"""
    shape = answers.project.annotation(annotation, route.parent or route.module)
    return all(leaves_documents(member) for member in members(shape)) and not names_a_class(answers, annotation, route)


def names_a_class(answers: Answers, annotation: f.Expr, route: Function) -> bool:
    """A type that we can't see into."""
    if isinstance(annotation, f.Name | f.Attribute):
        shape = answers.project.static(annotation, route.parent or route.module)
        if not members(shape):
            return True
        return any(
            isinstance(m, External)
            and m.dotted
            not in ("typing.Any", "builtins.dict", "builtins.list", "builtins.object", "typing.Dict", "typing.List")
            for m in members(shape)
        )
    if isinstance(annotation, f.Subscript):
        items = annotation.index.items if isinstance(annotation.index, f.Sequence) else (annotation.index,)
        return any(names_a_class(answers, item, route) and not is_scalar(answers, item, route) for item in items)
    if isinstance(annotation, f.Opaque):
        return any(names_a_class(answers, child, route) for child in annotation.children)
    return False


def is_scalar(answers: Answers, annotation: f.Expr, route: Function) -> bool:
    shape = answers.project.static(annotation, route.parent or route.module)
    return isinstance(shape, External) and shape.dotted in ("builtins.str", "builtins.int")


def leaves_documents(shape: Shape) -> bool:
    match shape:
        case Mapping() | Nil():
            return True
        case ListOf(element):
            return all(leaves_documents(member) for member in members(element))
    return False


def raw_documents(answers: Answers, shape: Shape) -> Iterator[Document]:
    """Documents in the shape whose `_id` is sure to be an ObjectId still, and not one of the project's own."""
    own_ids = answers.own_ids
    for part in contents(shape):
        if (
            isinstance(part, Document)
            and part.id is Id.RAW
            and (part.inserted or not own_ids & {None, part.collection})
        ):
            yield part


def driver_objects(answers: Answers, shape: Shape) -> Iterator[Driver | Plain]:
    """Driver objects, write results and ObjectIds in the shape."""
    for part in contents(shape):
        if isinstance(part, Plain) and part.kind == "id_field" and not answers.own_ids & {None, part.collection}:
            yield part
        if isinstance(part, Driver) or (isinstance(part, Plain) and part.kind.endswith(("_result", "object_id"))):
            yield part


def contents(shape: Shape) -> Iterator[Shape]:
    """What a value holds, on one path or another. An ObjectId that may be some text as well is not told of: what makes
    texts of ids knows, by a flag or by the type, when it has to.
    """
    may_be_text = Text(None) in members(shape)
    for member in members(shape):
        if may_be_text and is_object_id(member):
            continue
        yield member
        match member:
            case ListOf(element):
                yield from contents(element)
            case TupleOf(items):
                for item in items:
                    yield from contents(item)
            case Mapping(entries, rest):
                for _, value in entries:
                    yield from contents(value)
                yield from contents(rest)


def way_out(answers: Answers, origin: Place) -> tuple[Related, ...]:
    """Where a value comes from, and where the function that gets it returns it to its callers."""
    links = [Related(origin, "it comes from here")]
    for body in answers.bodies_in(origin.path):
        if body.scope in answers.places.routes or not isinstance(body.scope, Function):
            continue
        node = body.scope.node
        if node.start <= origin.start and origin.end <= node.end:
            for returned, shape in body.flow.return_sites:
                if any(getattr(part, "origin", None) == origin for part in contents(shape)):
                    links.append(Related(body.place(returned), f"`{body.scope.qualname}()` returns it"))
    return tuple(links)
