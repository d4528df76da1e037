"""Tests of an object's class: `isinstance(x, C)`, `type(x).__name__ == "C"`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link.scopes import Class, Function
from pymongo_async_lint.link.shapes import Instance, Shape, join_all, members

if TYPE_CHECKING:
    from pymongo_async_lint.link.evaluate import Interpreter


def can_hold(run: Interpreter, test: f.Expr) -> bool:
    """Can the test come out true for what this very call passes?"""
    match test:
        case f.BoolOp(operator="and", values=values):
            return all(can_hold(run, value) for value in values)
        case f.BoolOp(values=values):
            return any(can_hold(run, value) for value in values)
        case f.Call(func=f.Name(id="isinstance"), args=(subject, types)):
            passed = passed_classes(run, subject.value)
            wanted = members(run.project.annotation(types.value, run.scope))
            classes = {one.cls for one in wanted if isinstance(one, Instance)}
            if not passed or not classes or len(classes) < len(wanted):
                return True
            return any(not classes.isdisjoint(run.project.mro(cls)) for cls in passed)
    named = class_name_test(test)
    passed = passed_classes(run, named[0]) if named is not None else ()
    return not passed or any(named is not None and cls.name == named[1] for cls in passed)


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
