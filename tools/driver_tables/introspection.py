"""What functions, properties and classes tell about themselves."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, new_class
from typing import Any

from pymongo_async_lint.drivers.vocabulary import How, Protocols


def how_of(attribute: object) -> How:
    if isinstance(attribute, property):
        if inspect.iscoroutinefunction(attribute.fget) or is_marked_as_future(attribute.fget):
            return How.AWAITABLE_PROPERTY
        return How.PROPERTY
    if inspect.iscoroutinefunction(attribute):
        return How.COROUTINE
    if is_marked_as_future(attribute):
        return How.FUTURE
    return How.METHOD if inspect.isroutine(attribute) else How.PROPERTY


def is_marked_as_future(function: object) -> bool:
    """Whether Motor has marked a function, for its documentation, as one that returns a future."""
    return getattr(function, "coroutine_annotation", False) is True


def parameters(attribute: object) -> tuple[str, ...]:
    """The names of a method's parameters without `self`, those that take many with their asterisks."""
    if not callable(attribute):
        return ()
    asterisks: dict[object, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    own = list(inspect.signature(attribute).parameters.values())[1:]
    return tuple(asterisks.get(parameter.kind, "") + parameter.name for parameter in own)


def return_annotation(attribute: object) -> str:
    """The annotation as it is written; the type of a constant; "" if nothing is known."""
    function = attribute.fget if isinstance(attribute, property) else attribute
    if isinstance(function, str | int):
        return type(function).__name__
    return str(getattr(function, "__annotations__", {}).get("return", ""))


def union_parts(annotation: str) -> list[str]:
    """The alternatives of `A | B`, `Union[A, B]` and `Optional[A]`."""
    name, inner = generic_parts(annotation)
    if name == "Optional":
        return [inner, "None"]
    if name == "Union":
        return split_outside_of_brackets(inner, ",")
    return split_outside_of_brackets(annotation, "|")


def generic_parts(annotation: str) -> tuple[str, str]:
    """The name of a class without its module, and what stands in its brackets."""
    outer, _, inner = annotation.partition("[")
    return outer.rpartition(".")[2].strip(), inner.removesuffix("]")


def split_outside_of_brackets(text: str, separator: str) -> list[str]:
    parts, depth = [""], 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def stub_annotations(module: str) -> Iterator[tuple[tuple[str, str], str]]:
    """The return annotations in a module's stub file, by class and function."""
    path = Path(str(importlib.import_module(module).__file__)).with_suffix(".pyi")
    for statement in ast.parse(path.read_text()).body:
        if isinstance(statement, ast.ClassDef):
            for function in statement.body:
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.returns:
                    yield (statement.name, function.name), ast.unparse(function.returns)


def instance_attributes(cls: type) -> set[str]:
    """The public attributes that the constructors of a class and of its bases set."""
    return {
        node.attr
        for base in cls.__mro__
        if inspect.isfunction(vars(base).get("__init__"))
        for node in ast.walk(function_tree(vars(base)["__init__"]))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and not node.attr.startswith("_")
    }


def made_classes(function: Callable[..., Any]) -> set[str]:
    """The classes that a function of Motor gets for its framework, in order to return an instance of one."""
    return {
        node.args[0].id
        for node in ast.walk(function_tree(function))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "create_class_with_framework"
        and isinstance(node.args[0], ast.Name)
    }


def function_tree(function: Callable[..., Any]) -> ast.FunctionDef | ast.AsyncFunctionDef:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef)
    return tree


def protocols_of(cls: type) -> Protocols:
    return Protocols(
        async_iterable=works(cls, "__aiter__"),
        sync_iterable=works(cls, "__iter__"),
        silently_empty=is_silently_empty(cls),
        async_context=works(cls, "__aenter__"),
        sync_context=works(cls, "__enter__"),
        truth_raises=truth_raises(cls),
        dynamic_attributes=works(cls, "__getattr__") and works(cls, "__getitem__"),
    )


def special_method(cls: type, name: str) -> object:
    """A special method, or None; for Motor's stand-ins, the blocking class's own."""
    attribute = inspect.getattr_static(cls, name, None)
    if type(attribute).__name__ == "DelegateMethod":
        return inspect.getattr_static(cls.__delegate_class__, name)  # type: ignore[attr-defined]
    return attribute


def works(cls: type, name: str) -> bool:
    """Whether a special method is there and does more than raise an error."""
    method = special_method(cls, name)
    if not inspect.isfunction(method):
        return inspect.isroutine(method)
    body = [statement for statement in function_tree(method).body if not isinstance(statement, ast.Expr)]
    return not isinstance(body[0], ast.Raise)


def is_silently_empty(cls: type) -> bool:
    """Whether Python's old way of iterating, by index until an IndexError, finds nothing."""
    if hasattr(cls, "__iter__") or special_method(cls, "__getitem__") is None:
        return False
    try:
        return list(bare_instance(cls)) == []
    except Exception:
        return False


def truth_raises(cls: type) -> bool:
    method = special_method(cls, "__bool__")
    if not callable(method):
        return False
    try:
        method(bare_instance(cls))
    except NotImplementedError:
        return True
    return False


def bare_instance(cls: type) -> Any:
    """An instance that no constructor has set up, and that has nothing to clean up."""
    quiet = new_class(cls.__name__, (cls,), exec_body=lambda namespace: namespace.update(__del__=lambda self: None))
    return object.__new__(quiet)


def import_if_possible(module: str) -> ModuleType | None:
    """The module; None if something that it needs is missing, or if it is too old for this interpreter."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(module)
    except Exception:
        return None
