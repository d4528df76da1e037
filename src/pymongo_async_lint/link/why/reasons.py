"""How it is known what an expression is, one step back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import How, Kind
from pymongo_async_lint.link.holders import holder_key, storage_key
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import Binding, Class, Function, Module, Namespace, Scope
from pymongo_async_lint.link.shapes import (
    UNKNOWN,
    ClassRef,
    Coroutine,
    Driver,
    DriverMethod,
    External,
    ExternalInstance,
    FunctionRef,
    Instance,
    ModuleRef,
    Plain,
    Proof,
    Shape,
    Super,
    driver_of,
    members,
    without_nil,
)
from pymongo_async_lint.link.why.bindings import (
    assignment_to,
    bindings,
    clause_of,
    home_of,
    last_assignment,
    last_binding,
    name_place,
)
from pymongo_async_lint.link.why.record import Explained, Recording, label
from pymongo_async_lint.link.why.recordings import Recordings, import_of
from pymongo_async_lint.link.why.records import Step
from pymongo_async_lint.link.why.words import (
    driver_words,
    function_words,
    holder_words,
    with_article,
    words,
)

if TYPE_CHECKING:
    from pymongo_async_lint.link.project import Project

MOST_PLACES = 3
"""Of more call sites, or places that store something, the first ones are told."""

_BOUND = {
    "for": "`{name}` is an element of what is iterated here",
    "with": "`{name}` is what `with` enters here",
    "def": "`{name}` is defined here",
    "class": "`{name}` is defined here",
    "import": "`{name}` is imported here",
    "from": "`{name}` is imported here",
    "annotation": "`{name}` is annotated here",
    "caught": "`{name}` is caught here",
    "pattern": "`{name}` is bound by `case` here",
}


class Reasons:
    """Says why an expression of one recorded body is what it is."""

    def __init__(self, project: Project, recordings: Recordings, recording: Recording) -> None:
        self.project = project
        self.recordings = recordings
        self.recording = recording
        self.scope = recording.scope
        self.imported: set[f.ImportedName] = set()
        """The imports that have been followed; they may lead in a circle."""

    def of(self, node: Explained, shape: Shape) -> tuple[Step, ...]:
        """The last steps of the chain, and for driver objects where it begins."""
        steps = list(dict.fromkeys(self._steps(node, shape)))
        for step in self._origin(shape):
            if step.place is None or all(step.place.start != s.place.start for s in steps if s.place is not None):
                steps.append(step)
        return tuple(steps)

    def _steps(self, node: Explained, shape: Shape) -> Iterator[Step]:
        match node:
            case f.Param():
                yield from self._parameter(node)
            case f.ImportedName():
                yield from self._import_target(self.scope, node)
            case f.Name():
                yield from self._name(node)
            case f.Attribute():
                yield from self._attribute(node)
            case f.Call():
                yield from self._call(node)
            case f.Await():
                yield from self._await(node)
            case f.Subscript():
                yield from self._subscript(node)
            case f.Lambda() | f.Comprehension() | f.Dict() | f.Sequence():
                return
            case f.Conditional() | f.BoolOp():
                values = (node.body, node.orelse) if isinstance(node, f.Conditional) else node.values
                for value in values:
                    alternative = words(self.recording.shape(value))
                    yield Step(f"`{label(value)}` is {with_article(alternative)}", self._place(value))

    def _place(self, node: f.Node) -> Place:
        return self.recording.place(node)

    def _origin(self, shape: Shape) -> Iterator[Step]:
        """Where we know a driver object from."""
        owner = driver_of(without_nil(shape))
        for member in members(shape):
            if isinstance(member, DriverMethod) or (isinstance(member, Coroutine) and member.owner is not None):
                owner = member.owner
        if owner is None:
            return
        match owner.proof:
            case Proof.CONSTRUCTED:
                made = owner.type if owner.type.kind is Kind.ENCRYPTION else _client(owner)
                yield Step(f"the `{drivers.class_name(made)}` is made here", owner.origin)
            case Proof.ANNOTATED:
                yield Step("known by this annotation", owner.origin)
            case Proof.DECLARED:
                yield Step("declared under `objects` in the settings")

    # --- names ------------------------------------------------------------------------------------------------------

    def _name(self, node: f.Name) -> Iterator[Step]:
        clause = clause_of(self.scope, node)
        if clause is not None:
            yield Step(f"`{node.id}` is an element of `{label(clause.iter)}`", self._place(clause.iter))
            return
        assigned = assignment_to(self.scope, node)
        home = home_of(self.scope, node.id)
        if assigned is not None:
            yield from self._assigned(assigned)
        elif home is self.scope and isinstance(home, Function):
            binding = last_binding(home, node.id, node.start)
            param = next((one for one in home.params if one.name == node.id), None)
            if param is not None and (binding is None or binding.node.start > node.start):
                yield from self._parameter(param)
            elif binding is not None:
                yield from self._binding(home, binding, node.id)
        elif home is not None:
            yield from self._free(home, node.id)

    def _assigned(self, statement: f.Assign) -> Iterator[Step]:
        """A target: what it is, its value tells."""
        if statement.value is not None and len(members(self.recording.shape(statement.value))):
            yield Step(f"assigned from `{label(statement.value)}`", self._place(statement.value))
        elif statement.annotation is not None:
            yield Step("known by this annotation", self._place(statement.annotation))

    def _binding(self, home: Scope, binding: Binding, name: str) -> Iterator[Step]:
        if binding.how == "from" and isinstance(binding.node, f.ImportedName):
            yield from self._imported(home, binding.node)
            return
        text = _BOUND.get(binding.how, "`{name}` is assigned here").format(name=name)
        yield Step(text, name_place(home.module, binding.node))

    def _free(self, home: Scope, name: str) -> Iterator[Step]:
        """A name of an enclosing function, or of a module or class."""
        if isinstance(home, Function):
            found = bindings(home, name)
            param = next((one for one in home.params if one.name == name), None)
            if param is not None:
                outer = Reasons(self.project, self.recordings, self.recordings.of(home, ()))
                yield from outer._parameter(param)
        else:
            found = home.bindings.get(name, []) if isinstance(home, Namespace) else []
        for binding in found[-MOST_PLACES:]:
            yield from self._binding(home, binding, name)
        if isinstance(home, Module):
            for writer in home.global_writers(name)[:MOST_PLACES]:
                for binding in bindings(writer, name)[-1:]:
                    text = f"{function_words(writer)} sets the global `{name}` here"
                    yield Step(text, name_place(home, binding.node))

    def _imported(self, scope: Scope, node: f.ImportedName) -> Iterator[Step]:
        place = Place(scope.module.path, node.start, node.end)
        statement = import_of(scope, node)
        if statement is None:
            yield Step(f"`{node.alias or node.name}` is imported here", place)
        else:
            dotted = "." * statement.level + statement.module
            yield Step(f"`{node.name}` is imported from `{dotted}`", place)
            yield from self._import_target(scope, node)

    def _import_target(self, scope: Scope, node: f.ImportedName) -> Iterator[Step]:
        """What the imported name is in its own module."""
        statement = import_of(scope, node)
        if statement is None or node in self.imported:
            return
        self.imported.add(node)
        path = self.project.index.resolve(statement.module, scope.module.path, statement.level)
        module = self.project.module(path) if path is not None else None
        if module is not None:
            yield from self._free(module, node.name)

    # --- parameters -------------------------------------------------------------------------------------------------

    def _parameter(self, param: f.Param) -> Iterator[Step]:
        function = self.scope
        assert isinstance(function, Function)
        project = self.project
        own = f"`{param.name}` of {function_words(function)}"
        here = Place(function.module.path, param.start, param.start + len(param.name))
        if function.owner is not None and param is function.params[0] and project.method_kind(function) != "static":
            cls = function.owner
            yield Step(f"`{param.name}` of a method of `{cls.qualname}`", name_place(cls.module, cls.node))
            return
        scope = function.parent or function.module
        target = project.dependency(param, scope)
        if target is not None:
            expression, where = target
            place = Place(where.module.path, expression.start, expression.end)
            yield Step(f"{own} is injected by `Depends({label(expression)})`", place)
            for member in members(project.static(expression, where)):
                if isinstance(member, FunctionRef):
                    yield from self._results(member.function)
            return
        fixture = project.fixture(function, param.name) if function.module.is_test_file else None
        if fixture is not None and fixture is not function:
            yield Step(f"{own} is the pytest fixture", name_place(fixture.module, fixture.node))
            return
        framework = members(project.first_argument(function))
        if framework and project.param(function, param.name, None) in framework:
            yield Step(f"{own} is what the framework passes", here)
            return
        if param.name in dict(self.recording.given):
            yield Step(f"{own} is what this caller passes", here)
            return
        yield from self._passed(function, param, own)

    def _passed(self, function: Function, param: f.Param, own: str) -> Iterator[Step]:
        project = self.project
        passing = [
            (body, site)
            for body, site in project.call_sites(function)
            if members(without_nil(dict(site.bound).get(param.name, UNKNOWN)))
        ]
        for index, (body, site) in enumerate(passing[:MOST_PLACES]):
            more = f", the first of {len(passing)} calls" if index == 0 and len(passing) > 1 else ""
            yield Step(f"{own} is passed here{more}", Place(body.module.path, site.node.start, site.node.end))
        if not passing and param.annotation is not None:
            place = Place(function.module.path, param.annotation.start, param.annotation.end)
            yield Step(f"{own} is annotated here", place)
        elif not passing and param.default is not None:
            place = Place(function.module.path, param.default.start, param.default.end)
            yield Step(f"{own} has this default", place)

    # --- attributes and items ---------------------------------------------------------------------------------------

    def _attribute(self, node: f.Attribute) -> Iterator[Step]:
        assigned = assignment_to(self.scope, node)
        if assigned is not None:
            yield from self._assigned(assigned)
            return
        before = last_assignment(self.scope, node)
        if before is not None:
            yield Step(f"`{label(node)}` is assigned here", self._place(before))
            return
        for member in members(without_nil(self.recording.shape(node.value))):
            yield from self._member(member, node.attr)

    def _member(self, base: Shape, name: str) -> Iterator[Step]:
        match base:
            case Driver():
                yield Step(driver_member(base, name))
            case Instance(cls) | ClassRef(cls) | Super(cls):
                yield from self._class_member(cls, base, name)
            case ModuleRef(path):
                module = self.project.module(path)
                if module is not None:
                    yield from self._free(module, name)
            case ExternalInstance(dotted):
                key = ExternalInstance(holder_key(dotted))
                what = holder_words(key.dotted) or f"`{dotted}`"
                stored = list(self._stored(key, name, what))
                yield from stored
                if not stored and holder_words(key.dotted):
                    yield Step(f"`{name}` of the {what}")
            case Plain():
                yield Step(f"`{name}` of {with_article(words(base))}")

    def _class_member(self, cls: Class, base: Shape, name: str) -> Iterator[Step]:
        project = self.project
        found = list(self._stored(base, name, f"`{cls.qualname}`"))
        for ancestor in project.mro(cls):
            if name in ancestor.bindings:
                binding = ancestor.bindings[name][-1]
                place = name_place(ancestor.module, binding.node)
                if isinstance(binding.node, f.FunctionDef):
                    function = ancestor.function(binding.node)
                    if project.method_kind(function) == "property":
                        found.append(Step(f"`{name}` is a property of `{ancestor.qualname}`", place))
                        found.extend(self._results(function, is_defined=False))
                    elif project.is_abstract(function):
                        for sub in project.implementations(ancestor):
                            method = sub.method(name)
                            if method is not None:
                                text = f"{function_words(method)} implements it"
                                found.append(Step(text, name_place(sub.module, method.node)))
                    else:
                        found.append(Step(f"{function_words(function)} is defined here", place))
                elif binding.value is not None:
                    found.append(Step(f"`{name}` is bound in the class `{ancestor.qualname}`", place))
                elif not found and binding.annotation is not None:
                    found.append(Step(f"`{name}` is annotated in the class `{ancestor.qualname}`", place))
                break
        if not found:
            found.extend(self._elsewhere(cls, name))
        yield from found[: MOST_PLACES + 1]

    def _elsewhere(self, cls: Class, name: str) -> Iterator[Step]:
        """In a subclass, by an annotation in a method, by `__getattr__`, or from the driver's own class."""
        project = self.project
        for ancestor in project.mro(cls):
            annotated = ancestor.annotated_attributes.get(name)
            if annotated is not None:
                place = Place(ancestor.module.path, annotated[0].start, annotated[0].end)
                yield Step(f"`{name}` of `{ancestor.qualname}` is annotated here", place)
                return
        for sub in project.subclasses(cls):
            if name in sub.bindings:
                place = name_place(sub.module, sub.bindings[name][-1].node)
                yield Step(f"`{name}` is bound in the subclass `{sub.qualname}`", place)
            else:
                yield from self._stored(Instance(sub), name, f"`{sub.qualname}`")
        base = project.driver_base(cls)
        if base is not None:
            yield Step(f"`{cls.qualname}` derives from `{drivers.class_name(base)}`", name_place(cls.module, cls.node))
            return
        for member in members(project.class_lookup(cls, "__getattr__")):
            if isinstance(member, FunctionRef):
                yield Step(
                    f"`{cls.qualname}.__getattr__` gives it", name_place(member.function.module, member.function.node)
                )

    def _stored(self, holder: Shape, name: str, what: str) -> Iterator[Step]:
        project = self.project
        project.attribute(holder, name)
        own = holder.cls if isinstance(holder, Instance | ClassRef | Super) else None
        is_test = own is not None and own.is_test
        found = [
            Place(body.module.path, store.node.start, store.node.end)
            for key in (project.mro(own) if own is not None else (storage_key(holder),))
            for body, stores in project.storers.of((name, key))
            for store in stores
            if (is_test or not body.is_test) and members(without_nil(store.value))
        ]
        for place in sorted(found)[:MOST_PLACES]:
            yield Step(f"`{name}` of {what if what.startswith('`') else f'the {what}'} is stored here", place)

    def _subscript(self, node: f.Subscript) -> Iterator[Step]:
        base = without_nil(self.recording.shape(node.value))
        for member in members(base):
            match member:
                case Driver():
                    yield Step(f"an item of {with_article(driver_words(member.type))}")
                case ExternalInstance(dotted) if isinstance(node.index, f.Constant):
                    yield from self._member(ExternalInstance(dotted), str(node.index.value))
                case Instance(cls):
                    for found in members(self.project.class_lookup(cls, "__getitem__")):
                        if isinstance(found, FunctionRef):
                            yield from self._results(found.function)
                case _:
                    yield Step(f"an item of `{label(node.value)}`, {with_article(words(member))}")

    # --- calls ------------------------------------------------------------------------------------------------------

    def _await(self, node: f.Await) -> Iterator[Step]:
        inner = self.recording.shape(node.value)
        for member in members(inner):
            if isinstance(member, Coroutine):
                is_made_here = member.site.path == self.scope.module.path and node.start <= member.site.start < node.end
                maker = "the future" if member.is_future else "the coroutine"
                yield Step(
                    f"what {maker} gives" if is_made_here else f"{maker} is made here",
                    None if is_made_here else member.site,
                )
            elif isinstance(member, Driver):
                yield Step(f"{with_article(driver_words(member.type))} is nothing to await", self._place(node))

    def _call(self, node: f.Call) -> Iterator[Step]:
        func = node.func
        callee = without_nil(self.recording.shape(func))
        if isinstance(func, f.Attribute):
            for member in members(without_nil(self.recording.shape(func.value))):
                if not isinstance(member, Driver | Instance | ClassRef | ModuleRef | Super | External):
                    yield Step(f"`{func.attr}` of {with_article(words(member))}")
        for member in members(callee):
            match member:
                case FunctionRef(function):
                    yield from self._results(function)
                case ClassRef(cls):
                    yield Step(f"class `{cls.qualname}` is defined here", name_place(cls.module, cls.node))
                case DriverMethod(owner, name):
                    yield Step(driver_member(owner, name))
                case Driver(proof=Proof.DECLARED):
                    continue
                case External(dotted):
                    if drivers.type_of_class(dotted) is None:
                        yield Step(f"what `{dotted.removeprefix('builtins.')}` gives")
                case Instance(cls):
                    yield Step(f"calls `{cls.qualname}.__call__`", name_place(cls.module, cls.node))

    def _results(self, function: Function, is_defined: bool = True) -> Iterator[Step]:
        """What a function gives, and where."""
        flow = self.project.flow(function, ())
        if is_defined:
            yield Step(f"{function_words(function)} is defined here", name_place(function.module, function.node))
        sites = [
            node
            for node, shape in flow.return_sites
            if members(without_nil(shape)) and not isinstance(node, f.Return) and not _is_data(shape)
        ]
        for node in sites[:MOST_PLACES]:
            yield Step("it returns this", Place(function.module.path, node.start, node.end))
        annotation = function.node.returns if isinstance(function.node, f.FunctionDef) else None
        if not sites and annotation is not None and not members(without_nil(flow.returns)):
            yield Step("known by this annotation", Place(function.module.path, annotation.start, annotation.end))


def driver_member(driver: Driver, name: str) -> str:
    """What the drivers' tables say of a member: "`AsyncCollection.find_one` gives a coroutine"."""
    cls = drivers.class_name(driver.type)
    member = drivers.member(driver.type, name)
    if member is None:
        deeper = "database" if driver.type.kind is Kind.CLIENT else "collection"
        return f"`{cls}` has no member `{name}`, so it is the {deeper} of that name"
    gives = {
        How.METHOD: "waits for the server and gives the result" if member.blocks else "gives its result at once",
        How.COROUTINE: "gives a coroutine",
        How.FUTURE: "gives a future",
        How.PROPERTY: "is a property",
        How.AWAITABLE_PROPERTY: "is a property that has to be awaited",
    }[member.how]
    return f"`{cls}.{name}` {gives}"


def _client(driver: Driver) -> drivers.DriverType:
    return drivers.DriverType(driver.type.flavour, Kind.CLIENT)


def _is_data(shape: Shape) -> bool:
    return all(isinstance(member, Plain) for member in members(shape))
