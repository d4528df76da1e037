"""Tests whose outcome depends on what is passed: `isinstance(x, C)`, `type(x).__name__ == "C"`, `x is None`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.scopes import Class, Function
from pymongo_async_lint.link.shapes import NIL, Instance, Shape, join_all, members

if TYPE_CHECKING:
    from pymongo_async_lint.link.evaluate import Interpreter


def outcome(run: Interpreter, test: f.Expr) -> bool | None:
    """How the test comes out for what this very call passes; None where that is not known."""
    match test:
        case f.Not(value=value):
            inner = outcome(run, value)
            return None if inner is None else not inner
        case f.BoolOp(operator=operator, values=values):
            decisive = operator == "or"
            outcomes = [outcome(run, value) for value in values]
            if decisive in outcomes:
                return decisive
            return None if None in outcomes else not decisive
        case f.Name() if is_none(run, test):
            return False
        case f.Compare(left=left, operators=(operator,), comparators=(f.Constant(value=None),)) if is_none(run, left):
            return operator in ("is", "==")
        case f.Call(func=f.Name(id="isinstance"), args=(subject, types)):
            passed = passed_classes(run, subject.value)
            wanted = members(run.project.annotation(types.value, run.scope))
            classes = {one.cls for one in wanted if isinstance(one, Instance)}
            if not passed or not classes or len(classes) < len(wanted):
                return None
            return None if any(not classes.isdisjoint(run.project.mro(cls)) for cls in passed) else False
    named = class_name_test(test)
    passed = passed_classes(run, named[0]) if named is not None else ()
    return False if passed and named is not None and all(cls.name != named[1] for cls in passed) else None


def is_none(run: Interpreter, node: f.Expr) -> bool:
    """Is it an argument that is None in this very call?"""
    return isinstance(node, f.Name) and dict(run.given).get(node.id) == NIL == run.env.get(node.id)


def passed_classes(run: Interpreter, subject: f.Expr) -> tuple[Class, ...]:
    """The classes that an argument of this very call can be of; none where that is not known for sure."""
    if not isinstance(subject, f.Name):
        return ()
    shape = dict(run.given).get(subject.id)
    if shape is None or shape != run.env.get(subject.id):
        return ()
    found: list[Class] = []
    for member in members(shape):
        if not isinstance(member, Instance):
            return ()
        found.extend(run.project.family(member.cls))
    return tuple(found)


def class_test_subject(test: f.Expr) -> str | None:
    """The variable whose class is tested."""
    match test:
        case f.Call(func=f.Name(id="isinstance"), args=(f.Argument(value=f.Name(id=name)), _)):
            return name
    named = class_name_test(test)
    return named[0].id if named is not None and isinstance(named[0], f.Name) else None


def hands_on(call: f.Call, name: str) -> bool:
    """Does the call pass the variable, as it is?"""
    return any(isinstance(argument.value, f.Name) and argument.value.id == name for argument in call.args)


def params_that_get(call: f.Call, name: str, function: Function) -> Iterator[str]:
    """The parameters of a plain function that get the variable."""
    for position, argument in enumerate(call.args):
        if argument.star or not isinstance(argument.value, f.Name) or argument.value.id != name:
            continue
        if argument.keyword is not None:
            yield from (param.name for param in function.params if param.name == argument.keyword)
        elif position < len(function.params) and function.owner is None:
            yield function.params[position].name


def class_name_test(test: f.Expr) -> tuple[f.Expr, str] | None:
    """`type(x).__name__ == "C"` or `x.__class__.__name__ == "C"`: the object, and the name."""
    match test:
        case f.Compare(
            left=f.Attribute(attr="__name__", value=of),
            operators=("==",),
            comparators=(f.Constant(value=str() as name),),
        ):
            match of:
                case f.Call(func=f.Name(id="type"), args=(argument,)):
                    return argument.value, name
                case f.Attribute(attr="__class__", value=subject):
                    return subject, name
    return None


def of_class_name(run: Interpreter, shape: Shape, name: str) -> Shape:
    """The alternatives whose class, or one that derives from it, has this name; all if none has."""
    fitting = [
        member
        for member in members(shape)
        if isinstance(member, Instance) and any(cls.name == name for cls in run.project.family(member.cls))
    ]
    return join_all(fitting) if fitting else shape
