"""Every place where the code touches an object of Motor's, as link has proved it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import Flavour
from pymongo_async_lint.link.answers import Answers, Body
from pymongo_async_lint.link.scopes import Function, flat_statements, own_expressions, walk
from pymongo_async_lint.link.shapes import Driver, Shape, driver_of, join, members, parts
from pymongo_async_lint.link.why.recordings import Recordings


class Touch(Struct, frozen=True):
    """`x.name`, called or not, of an object of Motor's."""

    node: f.Expr
    """The call, or the attribute where nothing is called."""
    attribute: f.Attribute
    owner: Driver
    body: Body

    @property
    def name(self) -> str:
        return self.attribute.attr

    @property
    def is_called(self) -> bool:
        return isinstance(self.node, f.Call)


class Objects:
    """What the expressions of a project's files are, all callers taken together."""

    def __init__(self, answers: Answers, paths: frozenset[str]) -> None:
        self.answers = answers
        self.touches: list[Touch] = []
        self.mixed: list[Touch] = []
        """Those of objects that belong to another driver for other callers"""
        self.known: set[int] = set()
        """Attributes of objects that are known, of whatever kind, by the ids of their nodes"""
        self.flows: set[tuple[str, str]] = set()
        """A file into which an object of Motor's goes, and the file that it is from"""
        self.params: list[tuple[str, f.Param, Shape]] = []
        """The parameters that get an object of Motor's"""
        self._shapes: dict[int, Shape] = {}
        self._recordings = Recordings(answers.project)
        bodies = [body for body in answers.bodies if body.path in paths]
        for body in bodies:
            self._record(body)
        seen: set[int] = set()
        for body in bodies:
            for statement in flat_statements(body.scope.body):
                for expression in _run_by(statement):
                    for touch in self._touches(body, expression, seen):
                        (self.mixed if self._is_mixed(touch) else self.touches).append(touch)

    @property
    def files(self) -> set[str]:
        """The files that an object of Motor's is in."""
        return {touch.body.path for touch in self.touches} | {path for flow in self.flows for path in flow}

    def shape(self, node: f.Node) -> Shape | None:
        return self._shapes.get(id(node))

    def driver(self, node: f.Node) -> Driver | None:
        shape = self._shapes.get(id(node))
        return driver_of(shape) if shape is not None else None

    def _record(self, body: Body) -> None:
        recording = self._recordings.of(body.scope, body.given)
        for site in body.flow.calls:
            if any(_is_motor(shape) for _, shape in site.bound):
                self.flows.add((site.function.module.path, body.path))
        for param in body.scope.params if isinstance(body.scope, Function) and not body.given else ():
            shape = self._recordings.shape(recording, param)
            if _is_motor(shape):
                self.params.append((body.path, param, shape))
        for statement in flat_statements(body.scope.body):
            for expression in _run_by(statement):
                for node in walk(expression):
                    self._keep(body, node, recording.shape(node))

    def _keep(self, body: Body, node: f.Expr, shape: Shape) -> None:
        if members(shape):
            self.flows.update((body.path, origin) for origin in _motor_origins(shape))
            known = self._shapes.get(id(node))
            self._shapes[id(node)] = shape if known is None else join(known, shape)

    def _touches(self, body: Body, expression: f.Expr, seen: set[int]) -> Iterator[Touch]:
        calls = {id(node.func): node for node in walk(expression) if isinstance(node, f.Call)}
        for node in walk(expression):
            if not isinstance(node, f.Attribute) or id(node) in seen:
                continue
            base = self._shapes.get(id(node.value))
            if base is None:
                continue
            seen.add(id(node))
            self.known.add(id(node))
            drivers = [member for member in members(base) if isinstance(member, Driver)]
            motor = [member for member in drivers if member.type.flavour is Flavour.MOTOR]
            if motor:
                owner = driver_of(base) or min(motor, key=lambda driver: (driver.proof, driver.origin))
                yield Touch(calls.get(id(node), node), node, owner, body)

    def _is_mixed(self, touch: Touch) -> bool:
        found = self._shapes[id(touch.attribute.value)]
        flavours = {member.type.flavour for member in members(found) if isinstance(member, Driver)}
        return len(flavours) > 1


def _run_by(statement: f.Statement) -> Iterator[f.Expr]:
    """The expressions of a statement itself, also those that are run where a function or class is defined."""
    yield from own_expressions(statement)
    match statement:
        case f.FunctionDef(params=params, decorators=decorators):
            yield from decorators
            yield from (param.default for param in params if param.default is not None)
        case f.ClassDef(bases=bases, decorators=decorators):
            yield from decorators
            yield from (base.value for base in bases)


def _motor_origins(shape: Shape) -> set[str]:
    """The files that the objects of Motor's in a shape are from."""
    found = [one for one in parts(shape) if isinstance(one, Driver) and one.type.flavour is Flavour.MOTOR]
    return {one.origin.path for one in found}


def _is_motor(shape: Shape) -> bool:
    return bool(_motor_origins(shape))
