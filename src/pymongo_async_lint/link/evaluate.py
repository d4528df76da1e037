"""Runs one body in the abstract: every expression gets a shape, and what is done with driver objects is noted down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

import msgspec

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Kind
from pymongo_async_lint.frameworks import Role
from pymongo_async_lint.link import known
from pymongo_async_lint.link.calls import call
from pymongo_async_lint.link.flow import (
    CallSite,
    Construction,
    Flow,
    Given,
    How,
    Missing,
    Op,
    Operation,
    Registration,
    Response,
    Store,
    Use,
)
from pymongo_async_lint.link.holders import storage_key
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.results import document_field, id_after, sub_object
from pymongo_async_lint.link.scopes import (
    Class,
    Function,
    Module,
    Scope,
    bindings_of,
    expressions_of,
    is_test_path,
    last_name,
    path_key,
    pattern_names,
    walk,
)
from pymongo_async_lint.link.shapes import (
    CURSORS,
    MAX_KEYS,
    NIL,
    STRING,
    UNKNOWN,
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
    Proof,
    Shape,
    Stream,
    Super,
    Text,
    TupleOf,
    bounded,
    driver_of,
    element_of,
    join,
    join_all,
    kept,
    members,
    only,
    parts,
    without_nil,
)
from pymongo_async_lint.link.tests_of_arguments import class_name_test, of_class_name, outcome
from pymongo_async_lint.link.told import Helper

if TYPE_CHECKING:
    from pymongo_async_lint.link.project import Project

Env = dict[str, Shape]
Arguments = list[tuple[f.Argument, Shape]]


class Interpreter:
    """Evaluates a body, or single expressions of it, in order and branch by branch."""

    def __init__(self, project: Project, scope: Scope, given: Given = ()) -> None:
        self.project = project
        self.scope = scope
        self.module: Module = scope.module
        self.given = given
        self.env: Env = {}
        self.is_dead = False
        self.cells: Env = {}
        self.returns: dict[f.Node, Shape] = {}
        self.yields: Shape = UNKNOWN
        self.exits: Env = {}
        self.aliases: dict[str, str] = {}
        """Loop variables that stand for the elements of a list: a change of the one is a change of the other."""
        self.operations: dict[tuple[Op, int, object], Operation] = {}
        self.uses: dict[int, Use] = {}
        self.missing: dict[int, Missing] = {}
        self.constructions: dict[int, Construction] = {}
        self.calls: dict[tuple[int, Function, How], CallSite] = {}
        self.awaited_nodes: set[int] = set()
        self.stores: dict[tuple[int, str], Store] = {}
        self.registrations: dict[tuple[int, int], Registration] = {}
        self.lambdas: dict[Function, None] = {}
        self.responses: dict[int, Response] = {}
        self.handed_out: dict[int, Coroutine] = {}
        self.own_ids: dict[str | None, None] = {}
        self.off_loop = 0
        self.guards = 0
        self.key_guards = 0
        self.comprehensions = 0

    # --- the whole body ---------------------------------------------------------------------------------------------

    def run(self) -> Flow:
        scope = self.scope
        if isinstance(scope, Function):
            given = dict(self.given)
            receiver = given.get(scope.params[0].name) if scope.params and scope.owner is not None else None
            on = receiver.cls if isinstance(receiver, Instance) and receiver.cls is not scope.owner else None
            for param in scope.params:
                shape = given.get(param.name)
                self.env[param.name] = self.project.param(scope, param.name, on) if shape is None else shape
            self.cells.update(self.env)
        self.block(scope.body)
        falls_through = UNKNOWN if self.is_dead else NIL
        if not self.is_dead:
            self.note_exits()
        return Flow(
            returns=bounded(join_all([falls_through, *self.returns.values()])),
            yields=bounded(self.yields),
            return_sites=tuple(self.returns.items()),
            cells=tuple(sorted(((n, s) for n, s in self.cells.items()), key=lambda item: item[0])),
            exits=tuple(sorted(self.exits.items(), key=lambda item: item[0])),
            stores=tuple(self.stores.values()),
            operations=tuple(self.operations.values()),
            uses=tuple(self.uses.values()),
            missing=tuple(self.missing.values()),
            constructions=tuple(self.constructions.values()),
            calls=tuple(self.calls.values()),
            registrations=tuple(self.registrations.values()),
            lambdas=tuple(self.lambdas),
            responses=tuple(self.responses.values()),
            handed_out=tuple(self.handed_out.values()),
            own_ids=tuple(self.own_ids),
        )

    def note_exits(self) -> None:
        """The body can end here: what the parameters are by now."""
        if isinstance(self.scope, Function):
            for param in self.scope.params:
                at_exit = self.env.get(param.name, UNKNOWN)
                self.exits[param.name] = join(self.exits.get(param.name, UNKNOWN), at_exit)

    # --- notes ------------------------------------------------------------------------------------------------------

    def place(self, node: f.Node) -> Place:
        return Place(self.module.path, node.start, node.end)

    def operate(self, op: Op, node: f.Node, shape: Shape, detail: str = "") -> None:
        """Note down what is done with the coroutines and the driver object that the shape may be."""
        for member in members(shape):
            if type(member) is Coroutine and not self.is_doubtful(member.owner):
                self.operations.setdefault((op, id(node), member.site), Operation(op, node, member, detail))
        driver = driver_of(shape)
        if driver is not None and not self.is_doubtful(driver):
            self.operations.setdefault((op, id(node), None), Operation(op, node, driver, detail))

    def operate_deep(self, op: Op, node: f.Node, shape: Shape, detail: str = "") -> None:
        """The same for all that a container holds."""
        for part in parts(shape):
            if type(part) is Coroutine and not self.is_doubtful(part.owner):
                self.operations.setdefault((op, id(node), part.site), Operation(op, node, part, detail))

    def is_doubtful(self, driver: Driver | None) -> bool:
        """Is nothing proved of it here? Tests with fakes put them in the place of the application's objects."""
        return driver is None or (self.module.has_fakes and not is_test_path(driver.origin.path))

    def escape(self, node: f.Node, shape: Shape) -> None:
        """The value goes where we can't follow it."""
        self.operate_deep(Op.ESCAPE, node, shape)
        for part in parts(shape):
            if type(part) is FunctionRef:
                self.call_site(node, part.function, part.receiver, (), How.CALLBACK)

    def call_site(
        self, node: f.Node, function: Function, receiver: Shape | None, bound: tuple[tuple[str, Shape], ...], how: How
    ) -> None:
        bound = tuple((name, bounded(shape)) for name, shape in bound)
        key = (id(node), function, how)
        known_site = self.calls.get(key)
        if known_site is not None and known_site.bound != bound:
            merged = dict(known_site.bound)
            for name, shape in bound:
                merged[name] = join(merged.get(name, UNKNOWN), shape)
            bound = tuple(merged.items())
        is_guarded = bool(self.guards or self.key_guards)
        self.calls[key] = CallSite(
            node,
            function,
            receiver,
            bound,
            how,
            bool(self.off_loop),
            is_guarded,
            bool(self.guards),
            id(node) in self.awaited_nodes,
        )

    # --- names ------------------------------------------------------------------------------------------------------

    def assign(self, name: str, shape: Shape) -> None:
        shape = bounded(shape)
        self.env[name] = shape
        self.aliases.pop(name, None)
        prefix = f"{name}."
        for key in [key for key in self.env if key.startswith(prefix)]:
            del self.env[key]
        if not self.comprehensions:
            self.cells[name] = join(self.cells.get(name, UNKNOWN), shape)

    def bind(self, target: f.Expr, shape: Shape, source: f.Expr | None = None) -> None:
        """`target = shape`"""
        match target:
            case f.Name():
                old = self.env.get(target.id)
                if old is not None and self.comprehensions == 0:
                    self.operate(Op.REBIND, target, only(old, Coroutine))
                self.assign(target.id, shape)
            case f.Attribute():
                base = self.value(target.value)
                shape = bounded(shape)
                self.stores[id(target), target.attr] = Store(base, target.attr, shape, target)
                if not self.is_followed(base):
                    self.escape(target, shape)
                else:
                    self.operate_deep(Op.STORE, target, shape)
                key = path_key(target)
                if key is not None:
                    self.env[key] = shape
            case f.Subscript():
                self.bind_item(target, shape)
            case f.Sequence():
                self.operate(Op.ITERATE, source or target, shape, "unpacking")
                for index, item in enumerate(target.items):
                    if isinstance(item, f.Starred):
                        self.bind(item.value, ListOf(element_of(shape)))
                    else:
                        self.bind(item, self.item(shape, index, item))
            case f.Starred():
                self.bind(target.value, ListOf(element_of(shape)))
            case _:
                self.value(target)

    def is_followed(self, base: Shape) -> bool:
        """Can what is stored on this object be found again?"""
        return any(storage_key(member) is not None for member in members(base))

    def bind_item(self, target: f.Subscript, shape: Shape) -> None:
        """`base[key] = value`"""
        base = self.value(target.value)
        key = self.value(target.index)
        name = key.value if isinstance(key, Text) else None
        stored_as = name if name is not None else self.index_name(target)
        if stored_as is not None and self.is_followed(base):
            self.stores[id(target), stored_as] = Store(base, stored_as, shape, target, is_item=True)
            return
        if self.put_away(target, target.value, Mapping((), kept(shape))):
            return
        if not isinstance(target.value, f.Name) or target.value.id not in self.env:
            self.escape(target, shape)
            return
        updated: list[Shape] = []
        for member in members(base):
            match member:
                case Document() if name == "_id":
                    updated.append(msgspec.structs.replace(member, id=id_after(shape), inserted=False))
                case Document() if name is None:
                    updated.append(msgspec.structs.replace(member, id=Id.UNCLEAR))
                case Mapping(entries, rest) if name is not None and len(entries) < MAX_KEYS:
                    updated.append(Mapping(tuple(sorted({**dict(entries), name: kept(shape)}.items())), rest))
                case Mapping(entries, rest):
                    updated.append(Mapping(entries, join(rest, kept(shape))))
                case ListOf(element):
                    updated.append(ListOf(join(element, kept(shape))))
                case _:
                    updated.append(member)
        if not members(base):
            self.escape(target, shape)
        self.change(target.value.id, join_all(updated))

    def put_away(self, node: f.Node, container: f.Expr, content: Shape) -> bool:
        """Something goes into a container that is an attribute or a module's name: note it as stored there."""
        match container:
            case f.Attribute(attr=name):
                base = self.value(container.value)
                if not self.is_followed(base):
                    return False
            case f.Name(id=name) if isinstance(self.scope, Function) and name not in self.scope.locals:
                base = ModuleRef(self.module.path)
                if name not in self.module.bindings:
                    return False
            case _:
                return False
        self.store(node, base, name, content)
        return True

    def change(self, name: str, shape: Shape) -> None:
        """The object behind the name was changed in place."""
        self.env[name] = bounded(shape)
        self.cells[name] = join(self.cells.get(name, UNKNOWN), self.env[name])
        source = self.aliases.get(name)
        if source is not None and source in self.env:
            changed: list[Shape] = []
            for member in members(self.env[source]):
                changed.append(ListOf(shape) if type(member) is ListOf else member)
            self.env[source] = join_all(changed)

    # --- statements -------------------------------------------------------------------------------------------------

    def block(self, body: f.Block) -> None:
        for node in body:
            if self.is_dead:
                return
            self.statements[type(node)](self, node)

    def branch(self, env: Env, run: Callable[[], None]) -> tuple[Env, bool]:
        """Run something with a copy of this environment; returns the environment and whether its end is reached."""
        self.env, self.is_dead = dict(env), False
        guards = self.guards, self.key_guards
        run()
        self.guards, self.key_guards = guards
        return self.env, not self.is_dead

    def merge(self, *ends: tuple[Env, bool]) -> None:
        alive = [env for env, is_reached in ends if is_reached]
        if not alive:
            self.is_dead = True
            return
        self.is_dead = False
        merged = dict(alive[0])
        for env in alive[1:]:
            for name, shape in env.items():
                if name in merged:
                    merged[name] = join(merged[name], shape)
                elif "." not in name:
                    merged[name] = shape
            for name in [name for name in merged if "." in name and name not in env]:
                del merged[name]
        self.env = merged

    def expression_statement(self, node: f.ExprStatement) -> None:
        value = node.value
        shape = self.value(value)
        if not isinstance(value, f.Await | f.Walrus | f.Yield):
            self.operate(Op.DISCARD, value, shape)
            if isinstance(value, f.Sequence | f.Dict | f.Comprehension):
                self.operate_deep(Op.DISCARD, value, shape)

    def assign_statement(self, node: f.Assign) -> None:
        if node.value is None:
            return
        shape = self.value(node.value)
        if node.annotation is not None and not (shape == NIL and self.is_attribute_of_instance(node.targets[0])):
            shape = self.annotated(shape, node.annotation)
        for target in node.targets:
            self.bind(target, shape, node.value)

    def is_attribute_of_instance(self, target: f.Expr) -> bool:
        """Its annotation is asked when it is read, and only if nothing else is stored in it."""
        return isinstance(target, f.Attribute) and isinstance(self.value(target.value), Instance)

    def annotated(self, shape: Shape, annotation: f.Expr) -> Shape:
        """A value with an annotation: the value wins, the annotation helps where nothing is known of it."""
        if members(without_nil(shape)):
            return shape
        return join(shape, self.project.annotation(annotation, self.scope))

    def augmented_statement(self, node: f.AugAssign) -> None:
        added = self.value(node.value)
        old = self.value(node.target)
        self.operate(Op.ARITHMETIC, node.value, only(added, Coroutine))
        if isinstance(node.target, f.Name):
            self.assign(
                node.target.id, join(old, added) if any(type(m) in (ListOf, TupleOf) for m in members(old)) else UNKNOWN
            )
        elif any(type(part) is Coroutine for part in parts(added)):
            self.escape(node.value, added)

    def return_statement(self, node: f.Return) -> None:
        shape = NIL if node.value is None else self.value(node.value)
        self.operate_deep(Op.RETURN, node.value or node, shape)
        key = node.value or node
        self.returns[key] = join(self.returns.get(key, UNKNOWN), shape)
        self.note_exits()
        self.is_dead = True

    def delete_statement(self, node: f.Delete) -> None:
        for target in node.targets:
            if isinstance(target, f.Subscript):
                key = self.value(target.index)
                self.value(target.value)
                if isinstance(target.value, f.Name) and isinstance(key, Text) and key.value is not None:
                    self.remove_key(target.value.id, key.value)
            elif isinstance(target, f.Name):
                self.env.pop(target.id, None)

    def remove_key(self, name: str, key: str) -> None:
        if name not in self.env:
            return
        changed: list[Shape] = []
        for member in members(self.env[name]):
            match member:
                case Document() if key == "_id":
                    changed.append(msgspec.structs.replace(member, id=Id.SAFE))
                case Mapping(entries, rest):
                    changed.append(Mapping(tuple(entry for entry in entries if entry[0] != key), rest))
                case _:
                    changed.append(member)
        self.change(name, join_all(changed))

    def raise_statement(self, node: f.Raise) -> None:
        if node.exception is not None:
            self.value(node.exception)
        if node.cause is not None:
            self.value(node.cause)
        self.is_dead = True

    def assert_statement(self, node: f.Assert) -> None:
        self.truth(node.test)
        if node.message is not None:
            self.value(node.message)
        self.narrow(node.test, True)

    def jump_statement(self, node: f.Jump) -> None:
        if node.kind != "pass":
            self.is_dead = True

    def nothing(self, node: f.Statement) -> None:
        """Declarations have no effect of their own."""

    def import_statement(self, node: f.Import) -> None:
        for imported in node.names:
            name = imported.alias or imported.name.split(".")[0]
            dotted = imported.name if imported.alias else imported.name.split(".")[0]
            self.assign(name, self.project.imported_module(dotted, self.module))

    def import_from_statement(self, node: f.ImportFrom) -> None:
        for imported in node.names:
            shape = self.project.imported_name(node, imported.name, self.module)
            self.assign(imported.alias or imported.name, shape)

    def if_statement(self, node: f.If) -> None:
        self.truth(node.test)
        before = self.env
        constant = self.project.constant_test(node.test)
        if constant is None and self.given:
            constant = outcome(self, node.test)
        guard = self.asks_whether_made(node.test)
        ends = []
        if constant is not False:
            self.guard(node.test, guard is False, 1)
            ends.append(self.branch(before, lambda: self.narrowed(node.test, True, node.body)))
            self.guard(node.test, guard is False, -1)
        if constant is not True:
            self.guard(node.test, guard is True, 1)
            ends.append(self.branch(before, lambda: self.narrowed(node.test, False, node.orelse)))
            self.guard(node.test, guard is True, -1)
        # `if client is not None: return client`: what follows happens once.
        self.guard(node.test, guard is True and not ends[0][1], 1)
        self.merge(*ends)

    def guard(self, test: f.Expr, applies: bool, step: int) -> None:
        """Enter or leave code that runs only until something is made: once, or once for each key."""
        if applies and any(isinstance(n, f.Compare) and n.operators[0] in ("in", "not in") for n in walk(test)):
            self.key_guards += step
        elif applies:
            self.guards += step

    def asks_whether_made(self, test: f.Expr) -> bool | None:
        """Is the condition the one of a lazy initialisation of something that outlives the function?

        True: it holds once the thing is made; False: it holds until then.
        """
        match test:
            case f.Not():
                inner = self.asks_whether_made(test.value)
                return None if inner is None else not inner
            case f.Name() | f.Attribute():
                return True if self.outlives(test) else None
            case f.Compare(
                operators=("is" | "==" | "is not" | "!=" as operator,), comparators=(f.Constant(value=None),)
            ):
                return operator in ("is not", "!=") if self.outlives(test.left) else None
            case f.Compare(operators=("in" | "not in" as operator,), comparators=(container,)):
                return operator == "in" if self.outlives(container) else None
            case f.Call(func=f.Name(id="hasattr")):
                return True
            case f.Call(func=f.Attribute(attr="get", value=container)):
                return True if self.outlives(container) else None
            case f.BoolOp():
                answers = [self.asks_whether_made(value) for value in test.values]
                return next((answer for answer in answers if answer is not None), None)
        return None

    def outlives(self, node: f.Expr) -> bool:
        """Does the variable live longer than a call of this function?"""
        while isinstance(node, f.Attribute):
            if isinstance(node.value, f.Name) and node.value.id in ("self", "cls"):
                return True
            node = node.value
        return isinstance(node, f.Name) and isinstance(self.scope, Function) and node.id not in self.scope.locals

    def narrowed(self, test: f.Expr, outcome: bool, body: f.Block) -> None:
        self.narrow(test, outcome)
        self.block(body)

    def loop(self, run: Callable[[], None], orelse: f.Block, is_endless: bool = False) -> None:
        """Run a loop's body, once more where the first pass changed what the second one starts with."""
        before = self.env
        end, is_reached = self.branch(before, run)
        self.merge((dict(before), True), (end, is_reached or bool(end)))
        again = self.env
        if any(again.get(name) != shape for name, shape in before.items()):
            end, is_reached = self.branch(again, run)
            self.merge((again, True), (end, True))
        self.is_dead = False
        self.block(orelse)

    def while_statement(self, node: f.While) -> None:
        def body() -> None:
            self.truth(node.test)
            self.narrow(node.test, True)
            self.block(node.body)

        self.loop(body, node.orelse)
        if isinstance(node.test, f.Constant) and node.test.value and not has_break(node.body):
            self.is_dead = True
        else:
            self.narrow(node.test, False)

    def for_statement(self, node: f.For) -> None:
        iterable = self.value(node.iter)
        element = self.iterate(node.iter, iterable, node.is_async)

        def body() -> None:
            self.bind(node.target, element)
            if isinstance(node.iter, f.Name) and isinstance(node.target, f.Name):
                self.aliases[node.target.id] = node.iter.id
            self.block(node.body)

        self.loop(body, node.orelse)

    def iterate(self, node: f.Expr, shape: Shape, is_async: bool, detail: str = "for") -> Shape:
        """Iterate over a value, and say what comes out of it."""
        self.operate(Op.ASYNC_ITERATE if is_async else Op.ITERATE, node, shape, detail)
        if not is_async:
            found = [element_of(shape)]
            for member in members(shape):
                if isinstance(member, Stream) and member.maker is not None:
                    function, given = member.maker
                    self.call_site(node, function, None, given, How.ITERATE)
                if isinstance(member, Instance):
                    found.append(element_of(self.project.call_method(member, "__iter__")))
                elif isinstance(member, Document):
                    found.append(STRING)
            return join_all(found)
        found = []
        for member in members(shape):
            match member:
                case Driver():
                    found.append(cursor_element(member))
                case Stream(element, is_async=True):
                    found.append(element)
                case Instance():
                    found.append(element_of_async(self.project.call_method(member, "__aiter__")))
        return join_all(found)

    def with_statement(self, node: f.With) -> None:
        for item in node.items:
            shape = self.value(item.value)
            value = self.enter(item.value, shape, node.is_async)
            if item.target is not None:
                self.bind(item.target, value)
        suppresses = any(self.project.suppresses(item.value, self.scope) for item in node.items)
        before = dict(self.env)
        self.block(node.body)
        if suppresses:
            self.merge((before, True), (self.env, not self.is_dead))

    def enter(self, node: f.Expr, shape: Shape, is_async: bool) -> Shape:
        self.operate(Op.ASYNC_WITH if is_async else Op.WITH, node, shape)
        found: list[Shape] = []
        for member in members(shape):
            match member:
                case Context(value, _):
                    found.append(value)
                case Driver(type=DriverType(kind=Kind.TRANSACTION)):
                    found.append(member)
                case Driver():
                    found.append(member)
                case Instance():
                    entered = self.project.call_method(member, "__aenter__" if is_async else "__enter__")
                    if is_async:
                        entered = join_all(m.result if isinstance(m, Coroutine) else m for m in members(entered))
                    found.append(entered if members(entered) else member)
                case ExternalInstance():
                    found.append(member)
                case Coroutine(owner=None):
                    found.append(UNKNOWN)
        return join_all(found)

    def try_statement(self, node: f.Try) -> None:
        before = dict(self.env)
        self.block(node.body)
        body_end = (self.env, not self.is_dead)
        reached = dict(before)
        for name, shape in self.env.items():
            reached[name] = join(reached.get(name, UNKNOWN), shape) if "." not in name else shape
        for name in awaited_first(node.body):
            # Whatever raised: the coroutine has been started by then.
            reached[name] = (
                self.env.get(name, reached.get(name, UNKNOWN)) if body_end[1] else spent(before.get(name, UNKNOWN))
            )
        no_loop = looks_for_running_loop(node.body)
        ends = []
        for handler in node.handlers:
            if handler.type is not None:
                self.env, self.is_dead = dict(reached), False
                self.value(handler.type)
            is_off_loop = no_loop and catches(handler, "RuntimeError")
            self.off_loop += is_off_loop
            ends.append(self.branch(reached, lambda body=handler.body: self.block(body)))  # type: ignore[misc]
            self.off_loop -= is_off_loop
        if body_end[1]:
            body_end = self.branch(body_end[0], lambda: self.block(node.orelse))
        if node.final:
            everything = [*ends, body_end]
            if not any(is_reached for _, is_reached in everything):
                # `finally` runs on the way out, too.
                self.env, self.is_dead = dict(reached), False
                self.block(node.final)
                self.is_dead = True
                return
            self.merge(*everything)
            self.block(node.final)
        else:
            self.merge(body_end, *ends)

    def match_statement(self, node: f.Match) -> None:
        subject = self.value(node.subject)
        before = self.env
        ends = []
        is_exhaustive = False
        for case in node.cases:

            def run(case: f.Case = case) -> None:
                for name in pattern_names(case.pattern):
                    self.assign(name, UNKNOWN)
                narrowed = self.pattern_shape(case.pattern, subject)
                if isinstance(node.subject, f.Name):
                    self.env[node.subject.id] = narrowed
                if isinstance(case.pattern, f.Name) and case.pattern.id != "_":
                    self.assign(case.pattern.id, subject)
                elif isinstance(case.pattern, f.Walrus) and isinstance(case.pattern.target, f.Name):
                    self.assign(case.pattern.target.id, narrowed)
                if case.guard is not None:
                    self.truth(case.guard)
                self.block(case.body)

            ends.append(self.branch(before, run))
            is_exhaustive = is_exhaustive or (isinstance(case.pattern, f.Name) and case.guard is None)
        if not is_exhaustive:
            ends.append((before, True))
        self.merge(*ends)

    def pattern_shape(self, pattern: f.Expr, subject: Shape) -> Shape:
        match pattern:
            case f.Walrus():
                return self.pattern_shape(pattern.value, subject)
            case f.Call():
                return self.instance_of(subject, pattern.func)
            case f.Constant(value=None):
                return only(subject, Nil)
            case f.Name(id="_"):
                return subject
        return subject

    def function_statement(self, node: f.FunctionDef) -> None:
        function = self.scope.function(node)
        for param in node.params:
            if param.default is not None:
                self.value(param.default)
        shape = self.project.decorated(function)
        for decorator in node.decorators:
            self.decorator(decorator, function)
        self.assign(node.name, shape)

    def decorator(self, node: f.Expr, function: Function) -> None:
        """Note down what a decorator registers the function for."""
        target = node.func if isinstance(node, f.Call) else node
        call = node if isinstance(node, f.Call) else None
        if call is not None:
            for argument in call.args:
                self.value(argument.value)
        if isinstance(target, f.Attribute):
            for member in members(self.value(target.value)):
                role, framework = self.project.decorator_role(member, target.attr)
                if role is not None:
                    self.register(role, function, node, call, framework)
        for member in members(self.value(target)):
            if self.project.helper(member) is Helper.ROUTE:
                self.register(Role.ROUTE, function, node, call, "")
            if isinstance(member, External):
                role = self.project.function_decorator_role(member.dotted)
                if role is not None:
                    self.register(role, function, node, call, "")
            elif isinstance(member, FunctionRef):
                self.call_site(
                    node, member.function, member.receiver, self.bound_decorator(member, call, function), How.CALL
                )

    def bound_decorator(
        self, decorator: FunctionRef, call: f.Call | None, function: Function
    ) -> tuple[tuple[str, Shape], ...]:
        if call is None:
            params = [param for param in decorator.function.params if param.kind in ("any", "positional")]
            if decorator.receiver is not None:
                params = params[1:]
            return ((params[0].name, FunctionRef(function)),) if params else ()
        return ()

    def register(self, role: str, function: Function, node: f.Node, call: f.Call | None, framework: str) -> None:
        self.registrations[id(node), id(function)] = Registration(role, function, node, call, framework)

    def class_statement(self, node: f.ClassDef) -> None:
        for base in node.bases:
            self.value(base.value)
        for decorator in node.decorators:
            self.value(decorator)
        self.assign(node.name, ClassRef(self.scope.cls(node)))

    # --- tests and narrowing ----------------------------------------------------------------------------------------

    def truth(self, test: f.Expr) -> None:
        """Evaluate a condition; what it tests for truth is noted down."""
        match test:
            case f.Not():
                self.truth(test.value)
            case f.BoolOp():
                saved = dict(self.env)
                for value in test.values:
                    self.truth(value)
                    self.narrow(value, test.operator == "and")
                assigned = {name: shape for name, shape in self.env.items() if name not in saved}
                self.env = {**saved, **assigned}
            case _:
                self.operate(Op.TRUTH, test, self.value(test))

    def narrow(self, test: f.Expr, outcome: bool) -> None:
        """What is known behind a test that came out like this."""
        match test:
            case f.Not():
                self.narrow(test.value, not outcome)
            case f.BoolOp():
                if (test.operator == "and") == outcome:
                    for value in test.values:
                        self.narrow(value, outcome)
            case f.Walrus():
                self.narrow(test.target, outcome)
            case f.Name() | f.Attribute():
                if outcome:
                    self.refine(test, without_nil)
            case f.Compare(
                operators=("is" | "is not" | "==" | "!=" as operator,), comparators=(f.Constant(value=None),)
            ):
                is_nil = (operator in ("is", "==")) == outcome
                self.refine(test.left, (lambda shape: only(shape, Nil)) if is_nil else without_nil)
            case f.Compare() if outcome and (named := class_name_test(test)) is not None:
                subject, name = named
                self.refine(subject, lambda shape: of_class_name(self, shape, name))
            case f.Call(func=func, args=args) if args:
                name = func.attr if isinstance(func, f.Attribute) else func.id if isinstance(func, f.Name) else ""
                subject = args[0].value
                if name in ("isawaitable", "iscoroutine", "isfuture"):
                    self.refine(subject, lambda shape: only(shape, Coroutine) if outcome else not_coroutine(shape))
                elif name == "isinstance" and len(args) == 2:
                    types = args[1].value
                    if outcome:
                        self.refine(subject, lambda shape: self.instance_of(shape, types))
                    else:
                        self.refine(subject, lambda shape: self.not_instance_of(shape, types))

    def refine(self, node: f.Expr, change: Callable[[Shape], Shape]) -> None:
        if isinstance(node, f.Walrus):
            node = node.target
        key = path_key(node)
        if key is None:
            return
        self.env[key] = change(self.value(node))

    def instance_of(self, shape: Shape, types: f.Expr) -> Shape:
        """The alternatives of `shape` that can be instances of the types, or what an instance of them is."""
        wanted = self.project.annotation(types, self.scope)
        can_be_partial = ExternalInstance("functools.partial") in members(wanted)
        fitting = [
            member
            for member in members(shape)
            if self.fits(member, wanted) or (can_be_partial and isinstance(member, FunctionRef | ClassRef))
        ]
        return join_all(fitting) if fitting else wanted

    def not_instance_of(self, shape: Shape, types: f.Expr) -> Shape:
        wanted = self.project.annotation(types, self.scope)
        if not members(wanted):
            return shape
        return join_all(member for member in members(shape) if not self.fits(member, wanted))

    def fits(self, member: Shape, wanted: Shape) -> bool:
        for other in members(wanted):
            match member, other:
                case Driver(), Driver():
                    if member.type == other.type:
                        return True
                case Instance(), Instance():
                    if other.cls in self.project.mro(member.cls):
                        return True
                case ExternalInstance(), ExternalInstance():
                    if member.dotted == other.dotted:
                        return True
                case ((Document() | Mapping()), Mapping()):
                    return True
                case ((ListOf() | TupleOf()), (ListOf() | TupleOf())):
                    return True
                case Text(), Text():
                    return True
                case Plain(), Plain():
                    if member.kind == other.kind:
                        return True
        return False

    # --- expressions ------------------------------------------------------------------------------------------------

    def value(self, node: f.Expr) -> Shape:
        return self.expressions[type(node)](self, node)

    def name(self, node: f.Name) -> Shape:
        found = self.env.get(node.id)
        if found is not None:
            return found
        scope = self.scope
        if isinstance(scope, Function) and node.id in scope.locals:
            return UNKNOWN
        if isinstance(scope, Class) and scope.parent is not None:
            if node.id in scope.bindings:
                return self.project.class_value(scope, node.id)
            return self.project.lookup(scope.parent, node.id)
        return self.project.lookup(scope if isinstance(scope, Module) else scope.parent or self.module, node.id)

    def constant(self, node: f.Constant) -> Shape:
        value = node.value
        if value is None:
            return NIL
        if isinstance(value, str):
            return Text(value)
        return Plain(type(value).__name__)

    def attribute(self, node: f.Attribute) -> Shape:
        base = self.value(node.value)
        key = path_key(node)
        if key is not None and key in self.env:
            return self.env[key]
        return self.attribute_of(base, node)

    def attribute_of(self, base: Shape, node: f.Attribute) -> Shape:
        found: list[Shape] = []
        for member in members(base):
            if isinstance(member, Coroutine):
                self.coroutine_attribute(member, node)
            elif isinstance(member, Driver):
                found.append(self.driver_attribute(member, node.attr, node))
            else:
                if isinstance(member, Instance):
                    self.property_read(member, node)
                found.append(self.project.attribute(member, node.attr))
        return join_all(found)

    def property_read(self, instance: Instance, node: f.Attribute) -> None:
        """Reading a property runs its function."""
        function = self.project.property_function(instance.cls, node.attr)
        if function is not None:
            self.call_site(node, function, instance, (), How.CALL)

    def coroutine_attribute(self, coroutine: Coroutine, node: f.Attribute) -> None:
        if node.attr == "__await__":
            self.operate(Op.AWAIT, node, coroutine)
        elif node.attr in ("close", "send", "throw") and not coroutine.is_future and not returns_cursor(coroutine):
            self.operate(Op.ESCAPE, node, coroutine)
        elif coroutine.is_future and node.attr in known.FUTURE_MEMBERS:
            self.operate(Op.SCHEDULE, node, coroutine, node.attr)
        else:
            self.operate(Op.ATTRIBUTE, node, coroutine, node.attr)

    def driver_attribute(self, driver: Driver, attr: str, node: f.Expr) -> Shape:
        member = drivers.member(driver.type, attr)
        if member is None and driver.proof is Proof.ANNOTATED:
            driver = presumed(driver, attr)
            member = drivers.member(driver.type, attr)
        if member is None:
            return sub_object(driver, attr)
        if member.how is drivers.How.AWAITABLE_PROPERTY:
            self.use(node, driver, member)
            return Coroutine(UNKNOWN, self.place(node), driver, attr)
        if member.how is drivers.How.PROPERTY:
            return self.project.driver_value(member.returns, driver, self.place(node))
        return DriverMethod(driver, attr)

    def use(self, node: f.Expr, driver: Driver, member: drivers.Member) -> None:
        if self.is_doubtful(driver):
            return
        self.uses[id(node)] = Use(node, driver, member, False, bool(self.off_loop), bool(self.guards))

    def await_(self, node: f.Await) -> Shape:
        self.awaited_nodes.add(id(node.value))
        shape = self.value(node.value)
        call = self.uses.get(id(node.value))
        if call is not None and call.member.how in (drivers.How.METHOD, drivers.How.PROPERTY):
            self.uses[id(node.value)] = msgspec.structs.replace(call, is_awaited=True)
        result = self.awaited(node, shape)
        if isinstance(node.value, f.Name) and node.value.id in self.env:
            self.env[node.value.id] = spent(self.env[node.value.id])
        return result

    def awaited(self, node: f.Expr, shape: Shape) -> Shape:
        found: list[Shape] = []
        self.operate(Op.AWAIT, node, shape)
        for member in members(shape):
            match member:
                case Coroutine():
                    found.append(self.handed(member.result, node, member))
                case Instance():
                    found.append(element_of(self.project.call_method(member, "__await__")))
                case Driver():
                    # A mistake of its own; what follows is judged as if it were not there.
                    found.append(member)
        return join_all(found)

    def handed(self, shape: Shape, node: f.Expr, through: Coroutine | None = None) -> Shape:
        """A coroutine that a call of the project hands out is from then on the business of the caller."""
        if not any(type(member) is Coroutine and member.owner is not None for member in members(shape)):
            return shape
        site = self.place(node)
        found: list[Shape] = []
        for member in members(shape):
            if type(member) is not Coroutine or self.is_doubtful(member.owner):
                found.append(member)
            elif member.site != site and len(member.via) < 6:
                coroutine = msgspec.structs.replace(member, site=site, via=(member.site, *member.via))
                self.handed_out[id(node)] = coroutine
                found.append(coroutine)
            else:
                found.append(member)
        return join_all(found)

    def subscript(self, node: f.Subscript) -> Shape:
        base = self.value(node.value)
        index = self.value(node.index)
        self.operate(Op.SUBSCRIPT, node, base, "slice" if isinstance(node.index, f.Opaque) else "")
        key = self.item_key(node.index, index)
        found: list[Shape] = []
        for member in members(base):
            found.append(self.item_of(member, key, index, node))
        return join_all(found)

    def item_key(self, node: f.Expr, shape: Shape) -> str | int | None:
        if isinstance(node, f.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
            return node.value
        if isinstance(shape, Text):
            return shape.value
        return None

    def item(self, base: Shape, index: int, node: f.Expr) -> Shape:
        return join_all(self.item_of(member, index, UNKNOWN, node) for member in members(base))

    def item_of(self, base: Shape, key: str | int | None, index: Shape, node: f.Expr) -> Shape:
        match base:
            case Driver():
                return sub_object(base, key if isinstance(key, str) else None)
            case TupleOf(items):
                if isinstance(key, int):
                    return items[key] if -len(items) <= key < len(items) else UNKNOWN
                return join_all(items)
            case ListOf(element):
                return element
            case Stream(element, is_async=False):
                return element
            case Mapping(entries, rest):
                if isinstance(key, str):
                    known_entries = dict(entries)
                    return known_entries.get(key, rest)
                return join_all([rest, *(value for _, value in entries)])
            case Document():
                return document_field(base, key)
            case Instance(cls) if isinstance(key, str) and self.project.is_typed_dict(cls):
                return self.project.instance_attribute(cls, key)
            case Instance():
                return self.project.call_method(base, "__getitem__", (index,))
            case ExternalInstance(dotted):
                name = key if isinstance(key, str) else self.index_name(node)
                return self.project.holder_item(dotted, name) if name is not None else UNKNOWN
            case External() | ClassRef():
                return base
        return UNKNOWN

    def index_name(self, node: f.Expr) -> str | None:
        if isinstance(node, f.Subscript):
            if isinstance(node.index, f.Name):
                return node.index.id
            if isinstance(node.index, f.Attribute):
                return node.index.attr
        return None

    def sequence(self, node: f.Sequence) -> Shape:
        items: list[Shape] = []
        is_open = False
        for item in node.items:
            if isinstance(item, f.Starred):
                is_open = True
                items.append(kept(self.iterate(item.value, self.value(item.value), False, "*")))
            else:
                shape = self.value(item)
                items.append(shape if isinstance(shape, Mapping) else kept(shape))
        if is_open or node.kind != "tuple" or len(items) > MAX_KEYS:
            return ListOf(join_all(items))
        return TupleOf(tuple(items))

    def dictionary(self, node: f.Dict) -> Shape:
        entries: dict[str, Shape] = {}
        rest: Shape = UNKNOWN
        spread: Document | None = None
        for entry in node.entries:
            value = self.value(entry.value)
            if entry.key is not None and not is_id_key(entry.key):
                value = kept(value)
            if entry.key is None:
                self.operate(Op.UNPACK, entry.value, value)
                for member in members(value):
                    match member:
                        case Mapping(found, other):
                            entries.update(found)
                            rest = join(rest, other)
                        case Document():
                            spread = member
                continue
            key = self.value(entry.key)
            if isinstance(key, Text) and key.value is not None and len(entries) < MAX_KEYS:
                entries[key.value] = value
                if spread is not None and key.value == "_id":
                    spread = msgspec.structs.replace(spread, id=id_after(value), inserted=False)
            else:
                rest = join(rest, value)
        if spread is not None:
            added = [value for name, value in entries.items() if name != "_id"]
            if any(type(part) in (Coroutine, Document, Plain) for value in added for part in parts(value)):
                if spread.id is Id.RAW:
                    entries["_id"] = Plain("id_field", spread.origin, spread.collection)
                return Mapping(tuple(sorted(entries.items())), rest)
            return spread
        return Mapping(tuple(sorted(entries.items())), rest)

    def comprehension(self, node: f.Comprehension) -> Shape:
        saved, aliases = dict(self.env), dict(self.aliases)
        self.comprehensions += 1
        is_async = False
        for clause in node.clauses:
            element = self.iterate(clause.iter, self.value(clause.iter), clause.is_async)
            is_async = is_async or clause.is_async
            self.bind(clause.target, element)
            for condition in clause.conditions:
                self.truth(condition)
                self.narrow(condition, True)
        key = self.value(node.key) if node.key is not None else None
        element = self.value(node.element)
        element = element if isinstance(element, Mapping) else kept(element)
        self.comprehensions -= 1
        self.env, self.aliases = saved, aliases
        if node.kind == "dict":
            return Mapping((), element) if key is not None else UNKNOWN
        if node.kind == "generator":
            return Stream(element, is_async)
        return ListOf(element)

    def compare(self, node: f.Compare) -> Shape:
        left = self.value(node.left)
        operands = [(node.left, left)]
        for operator, comparator in zip(node.operators, node.comparators, strict=True):
            shape = self.value(comparator)
            if operator in ("in", "not in"):
                self.operate(Op.CONTAINS, comparator, shape)
                self.operate(Op.COMPARE, operands[-1][0], only(operands[-1][1], Coroutine))
            else:
                detail = operator
                self.operate(Op.COMPARE, operands[-1][0], only(operands[-1][1], Coroutine), detail)
                self.operate(Op.COMPARE, comparator, only(shape, Coroutine), detail)
            operands.append((comparator, shape))
        return Plain("bool")

    def not_(self, node: f.Not) -> Shape:
        self.truth(node.value)
        return Plain("bool")

    def bool_op(self, node: f.BoolOp) -> Shape:
        found: list[Shape] = []
        saved = dict(self.env)
        for index, value in enumerate(node.values):
            shape = self.value(value)
            is_last = index == len(node.values) - 1
            if not is_last:
                self.operate(Op.TRUTH, value, shape, node.operator)
                self.narrow(value, node.operator == "and")
            if is_last:
                found.append(shape)
            elif node.operator == "or":
                found.append(without_nil(shape))
            else:
                found.append(only(shape, (Nil, Plain, Text)))
        assigned = {name: shape for name, shape in self.env.items() if name not in saved}
        self.env = {**saved, **assigned}
        return join_all(found)

    def conditional(self, node: f.Conditional) -> Shape:
        self.truth(node.test)
        before = self.env
        self.env = dict(before)
        self.narrow(node.test, True)
        body = self.value(node.body)
        self.env = dict(before)
        self.narrow(node.test, False)
        orelse = self.value(node.orelse)
        self.env = before
        return join(body, orelse)

    def f_string(self, node: f.FString) -> Shape:
        for value in node.values:
            self.operate(Op.FORMAT, value, only(self.value(value), Coroutine))
        return STRING

    def walrus(self, node: f.Walrus) -> Shape:
        shape = self.value(node.value)
        self.bind(node.target, shape)
        return shape

    def yield_(self, node: f.Yield) -> Shape:
        if node.value is None:
            self.yields = join(self.yields, NIL)
            return UNKNOWN
        shape = self.value(node.value)
        if node.is_from:
            if isinstance(node.value, f.Call) and any(type(m) is Coroutine for m in members(shape)):
                self.operate(Op.AWAIT, node, shape)
            self.yields = join(self.yields, self.iterate(node.value, shape, False, "yield from"))
            return UNKNOWN
        self.operate_deep(Op.RETURN, node.value, shape, "yield")
        self.yields = join(self.yields, shape)
        return self.awaited_yield(node, shape)

    def awaited_yield(self, node: f.Yield, shape: Shape) -> Shape:
        """Tornado's and other generator-based coroutines: `doc = yield coll.find_one()`."""
        if isinstance(self.scope, Function) and not self.scope.is_async:
            return join_all(member.result for member in members(shape) if isinstance(member, Coroutine))
        return UNKNOWN

    def lambda_(self, node: f.Lambda) -> Shape:
        function = self.scope.function(node)
        self.lambdas[function] = None
        for param in node.params:
            if param.default is not None:
                self.value(param.default)
        return FunctionRef(function)

    def starred(self, node: f.Starred) -> Shape:
        return ListOf(self.iterate(node.value, self.value(node.value), False, "*"))

    def opaque(self, node: f.Opaque) -> Shape:
        shapes = [self.value(child) for child in node.children]
        if node.kind in ("binary", "unary"):
            for child, shape in zip(node.children, shapes, strict=True):
                self.operate(Op.ARITHMETIC, child, only(shape, Coroutine))
            lists = [shape for shape in shapes if any(type(m) in (ListOf, TupleOf) for m in members(shape))]
            if lists:
                return ListOf(join_all(element_of(shape) for shape in lists))
            documents = [m for shape in shapes for m in members(shape) if isinstance(m, Document)]
            if documents:
                return msgspec.structs.replace(documents[0], id=Id.UNCLEAR)
            if node.kind == "binary" and any(type(m) is Text for shape in shapes for m in members(shape)):
                return STRING
        return UNKNOWN

    # --- calls ------------------------------------------------------------------------------------------------------

    def super_(self) -> Shape:
        """`super()` in a method."""
        function = self.scope
        while isinstance(function, Function) and function.owner is None:
            function = function.parent  # type: ignore[assignment]
        if not isinstance(function, Function) or function.owner is None or not function.params:
            return UNKNOWN
        receiver = self.env.get(function.params[0].name, Instance(function.owner))
        return join_all(Super(function.owner, member) for member in members(receiver))

    def store(self, node: f.Node, base: Shape, name: str, value: Shape) -> None:
        self.stores[id(node), name] = Store(base, name, value, node)
        self.operate_deep(Op.STORE, node, value)

    def class_arguments(self, node: f.Call, cls: Class, bound: dict[str, Shape]) -> None:
        """The fields that a call of a dataclass or model fills."""
        for name, value in bound.items():
            self.stores[id(node), name] = Store(Instance(cls), name, value, node, is_item=True)
            self.operate_deep(Op.STORE, node, value)

    def response(self, node: f.Expr, shape: Shape, sender: str) -> None:
        self.responses[id(node)] = Response(node, shape, sender)

    def address_comes_from_outside(self, node: f.Call) -> bool:
        """Is the server's address a parameter or stored data, as in "test this connection"?"""
        first = next((a.value for a in node.args if not a.star and a.keyword in (None, "host")), None)
        return first is not None and self.is_from_outside(first, 0)

    def is_from_outside(self, node: f.Expr, depth: int) -> bool:
        scope = self.scope
        if not isinstance(scope, Function):
            return False
        names = {param.name for param in scope.params} - {"self", "cls"}
        for inner in walk(node):
            if isinstance(inner, f.Name):
                if inner.id in names:
                    return True
                if inner.id in scope.locals and depth < 4:
                    for name, binding in bindings_of(scope.body):
                        if (
                            name == inner.id
                            and binding.value is not None
                            and self.is_from_outside(binding.value, depth + 1)
                        ):
                            return True
        return False

    statements: ClassVar[dict[type, Callable[..., None]]] = {
        f.ExprStatement: expression_statement,
        f.Assign: assign_statement,
        f.AugAssign: augmented_statement,
        f.Return: return_statement,
        f.Delete: delete_statement,
        f.Raise: raise_statement,
        f.Assert: assert_statement,
        f.Jump: jump_statement,
        f.ScopeChange: nothing,
        f.Import: import_statement,
        f.ImportFrom: import_from_statement,
        f.If: if_statement,
        f.While: while_statement,
        f.For: for_statement,
        f.With: with_statement,
        f.Try: try_statement,
        f.Match: match_statement,
        f.FunctionDef: function_statement,
        f.ClassDef: class_statement,
        f.TypeAlias: nothing,
    }
    expressions: ClassVar[dict[type, Callable[..., Shape]]] = {
        f.Name: name,
        f.Attribute: attribute,
        f.Call: call,
        f.Await: await_,
        f.Subscript: subscript,
        f.Constant: constant,
        f.Sequence: sequence,
        f.Dict: dictionary,
        f.Comprehension: comprehension,
        f.Compare: compare,
        f.Not: not_,
        f.BoolOp: bool_op,
        f.Conditional: conditional,
        f.FString: f_string,
        f.Walrus: walrus,
        f.Yield: yield_,
        f.Lambda: lambda_,
        f.Starred: starred,
        f.Opaque: opaque,
    }


# --- small questions ----------------------------------------------------------------------------------------------


def spent(shape: Shape) -> Shape:
    """What is left of a coroutine behind an `await`; futures can be awaited again."""
    if not any(isinstance(member, Coroutine) for member in members(shape)):
        return shape
    return join_all(
        msgspec.structs.replace(member, is_spent=True)
        if isinstance(member, Coroutine) and member.owner is not None and not member.is_future
        else member
        for member in members(shape)
    )


def awaited_first(body: f.Block) -> list[str]:
    """Names that the first statement of a block awaits."""
    first = body[0] if body else None
    value = first.value if isinstance(first, f.ExprStatement | f.Assign | f.Return) else None
    if isinstance(value, f.Await) and isinstance(value.value, f.Name):
        return [value.value.id]
    return []


def is_id_key(node: f.Expr) -> bool:
    return isinstance(node, f.Constant) and node.value == "_id"


def not_coroutine(shape: Shape) -> Shape:
    return join_all(member for member in members(shape) if type(member) is not Coroutine)


def cursor_element(driver: Driver) -> Shape:
    if driver.element is not None:
        return driver.element
    if driver.type.kind in CURSORS or driver.type.kind is Kind.CHANGE_STREAM:
        return Document(Id.UNCLEAR, driver.origin)
    return UNKNOWN


def element_of_async(shape: Shape) -> Shape:
    return join_all(
        member.element if isinstance(member, Stream) else cursor_element(member)
        for member in members(shape)
        if isinstance(member, Stream | Driver)
    )


def returns_cursor(coroutine: Coroutine) -> bool:
    return any(
        isinstance(member, Driver) and (member.type.kind in CURSORS or member.type.kind is Kind.CHANGE_STREAM)
        for member in members(coroutine.result)
    )


def presumed(driver: Driver, attr: str) -> Driver:
    """An annotation mixes up client, database and collection: the object that has this member is meant."""
    deeper = {Kind.CLIENT: (Kind.COLLECTION, Kind.DATABASE), Kind.DATABASE: (Kind.COLLECTION,)}
    for kind in deeper.get(driver.type.kind, ()):
        candidate = DriverType(driver.type.flavour, kind)
        if drivers.member(candidate, attr) is not None:
            return Driver(candidate, driver.proof, driver.origin, driver.name)
    return driver


def has_break(body: f.Block) -> bool:
    for node in body:
        match node:
            case f.Jump(kind="break"):
                return True
            case f.If():
                if has_break(node.body) or has_break(node.orelse):
                    return True
            case f.With():
                if has_break(node.body):
                    return True
            case f.Try():
                blocks: Iterable[f.Block] = (node.body, node.orelse, node.final, *(h.body for h in node.handlers))
                if any(has_break(block) for block in blocks):
                    return True
            case f.Match():
                if any(has_break(case.body) for case in node.cases):
                    return True
    return False


def looks_for_running_loop(body: f.Block) -> bool:
    """`asyncio.get_running_loop()` in a `try`: its `except RuntimeError` runs where there is no event loop."""
    return any(
        isinstance(inner, f.Call) and last_name(inner.func) in known.LOOP_GETTERS for inner in expressions_of(body)
    )


def catches(handler: f.Handler, name: str) -> bool:
    types = handler.type.items if isinstance(handler.type, f.Sequence) else (handler.type,)
    return any(isinstance(kind, f.Name) and kind.id == name for kind in types)
