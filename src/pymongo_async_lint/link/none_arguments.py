"""Arguments that are None in one call: `def f(session=None)` called as `f()`."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.flow import CallSite, Given, How
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.scopes import Function
from pymongo_async_lint.link.shapes import NIL


def called_with_none(
    project: Project, site: CallSite, function: Function, given: Given, around: Given
) -> tuple[Function, Given]:
    """The function, with the parameters that are None in this call; `around` is given to the function that calls."""
    known = dict(given)
    none = [(name, NIL) for name in none_parameters(project, site, function, dict(around)) if name not in known]
    return function, (*given, *none)


def none_parameters(project: Project, site: CallSite, function: Function, around: dict[str, object]) -> Iterator[str]:
    """The parameters that get None for sure: it is written there, handed on, or the default."""
    call = site.node
    if site.how is not How.CALL or not isinstance(call, f.Call) or any(argument.star for argument in call.args):
        return
    bound = dict(site.bound)
    written = [argument for argument in call.args if is_none(argument.value) or is_handed_on(argument.value, around)]
    keywords = {argument.keyword for argument in written}
    positions = {call.args.index(argument) for argument in written if argument.keyword is None}
    first = 1 if function.owner is not None and project.method_kind(function) != "static" else 0
    for index, param in enumerate(function.params):
        if param.kind not in ("positional", "any", "keyword"):
            continue
        if param.name not in bound:
            if param.default is not None and is_none(param.default):
                yield param.name
        elif bound[param.name] == NIL and (param.name in keywords or index - first in positions):
            yield param.name


def is_none(node: f.Expr) -> bool:
    return isinstance(node, f.Constant) and node.value is None


def is_handed_on(node: f.Expr, around: dict[str, object]) -> bool:
    return isinstance(node, f.Name) and around.get(node.id) == NIL
