"""What a route gets from a request: texts of its path and query, and bodies that nothing has checked."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.frameworks import holder_of
from pymongo_async_lint.link.answers import Answers, Body
from pymongo_async_lint.link.cursors import made_once
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.scopes import Function, Scope, bindings_of, walk
from pymongo_async_lint.link.shapes import External, ExternalInstance, FunctionRef, members

CONSTRAINTS = frozenset({"pattern", "regex", "min_length"})
"""Arguments of `Path(…)` and `Query(…)` that let only some texts through"""

CONTAINERS = frozenset({"builtins.dict", "typing.Dict", "typing.Any", "typing.Mapping", "typing.MutableMapping"})


def text_parameters(answers: Answers, body: Body) -> dict[str, f.Param]:
    """The parameters of a route that hold a text from the path or query, whatever it is."""
    function = body.scope
    if not isinstance(function, Function) or function not in answers.places.routes:
        return {}
    rebound = {name for name, _ in bindings_of(function.body)}
    return {
        param.name: param
        for param in function.params
        if param.name not in rebound
        and param.annotation is not None
        and _is_named(answers.project, function, param.annotation, frozenset({"builtins.str"}))
        and not _is_constrained(param.default)
    }


def dependencies(answers: Answers, route: Function) -> Iterator[Function]:
    """The functions that FastAPI runs before a route, as the route itself says."""
    project = answers.project
    scope = route.parent or route.module
    expressions = [(found[0], found[1]) for param in route.params if (found := project.dependency(param, scope))]
    call = answers.places.routes.get(route)
    for given in call.args if call is not None else ():
        if given.keyword == "dependencies":
            for inner in walk(given.value):
                if isinstance(inner, f.Call) and (found := project.depends_argument(inner, scope, None)):
                    expressions.append(found)
    for expression, where in expressions:
        for member in members(project.static(expression, where)):
            if isinstance(member, FunctionRef):
                yield member.function


def untyped_bodies(answers: Answers, body: Body) -> Iterator[str]:
    """Names under which a route holds a JSON body that no model has checked."""
    function = body.scope
    if not isinstance(function, Function) or function not in answers.places.routes:
        return
    names = [r[1] for r in answers.project.registrations_of(function) if r[0] == "route"]
    for param in function.params:
        if "FastAPI" in names and param.annotation is not None and is_open_container(answers.project, function, param):
            yield param.name
    for name, binding in bindings_of(function.body):
        value = binding.value
        if value is not None and made_once(body, name) is value and is_request_json(answers, body, value):
            yield name


def is_open_container(project: Project, function: Function, param: f.Param) -> bool:
    """A parameter that FastAPI fills with a JSON object as it comes: `body: dict`, `data: dict[str, Any] = Body(…)`."""
    annotation = param.annotation
    assert annotation is not None
    if isinstance(annotation, f.Subscript):
        # `dict[str, str]` lets no operators through.
        items = annotation.index.items if isinstance(annotation.index, f.Sequence) else ()
        if len(items) != 2 or not _is_named(project, function, items[1], frozenset({"typing.Any"})):
            return False
        annotation = annotation.value
    if param.default is not None and not _is_body(project, function, param.default):
        return False
    return _is_named(project, function, annotation, CONTAINERS - {"typing.Any"})


def is_request_json(answers: Answers, body: Body, node: f.Expr) -> bool:
    """`await request.json()`"""
    match node:
        case f.Await(value=f.Call(func=f.Attribute(value=f.Name() as request, attr="json"), args=())):
            return is_request(answers, body, request)
    return False


def is_request(answers: Answers, body: Body, node: f.Name) -> bool:
    """Is this parameter the framework's request?"""
    function = body.scope
    if not isinstance(function, Function) or all(param.name != node.id for param in function.params):
        return False
    shape = answers.project.param(function, node.id, None)
    return any(
        isinstance(one, ExternalInstance) and (holder_of(one.dotted) or "").startswith("request:")
        for one in members(shape)
    )


def _is_named(project: Project, function: Function, annotation: f.Expr, names: frozenset[str]) -> bool:
    if not isinstance(annotation, f.Name | f.Attribute):
        return False
    scope: Scope = function.parent or function.module
    shape = project.static(annotation, scope)
    return isinstance(shape, External) and shape.dotted in names


def _is_body(project: Project, function: Function, default: f.Expr) -> bool:
    if isinstance(default, f.Opaque) and default.kind == "ellipsis":
        return True
    return isinstance(default, f.Call) and _is_named(
        project,
        function,
        default.func,
        frozenset({"fastapi.Body", "fastapi.params.Body", "fastapi.param_functions.Body"}),
    )


def _is_constrained(default: f.Expr | None) -> bool:
    if default is None or isinstance(default, f.Constant):
        return False
    if not isinstance(default, f.Call):
        return not (isinstance(default, f.Opaque) and default.kind == "ellipsis")
    return any(given.keyword in CONSTRAINTS or given.star for given in default.args)
