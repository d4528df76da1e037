"""Why nothing is known of an expression: the chain is followed back to where it breaks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.frameworks import FRAMEWORKS
from pymongo_async_lint.link import known
from pymongo_async_lint.link.flow import CallSite
from pymongo_async_lint.link.holders import holder_key, storage_key
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.scopes import (
    Binding,
    Class,
    Function,
    Module,
    Namespace,
    Scope,
    flat_statements,
    own_expressions,
    walk,
)
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
    Instance,
    ListOf,
    Mapping,
    ModuleRef,
    Plain,
    Shape,
    Stream,
    Super,
    Text,
    TupleOf,
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
from pymongo_async_lint.link.why.records import Break, Cause, Step
from pymongo_async_lint.link.why.words import function_words, holder_words, with_article, words

if TYPE_CHECKING:
    from pymongo_async_lint.link.project import Project

MOST_STEPS = 16
"""A chain is followed this far."""

_DATA = (Document, Mapping, ListOf, TupleOf, Text, Plain, Stream, Context)


def is_outside(shape: Shape) -> bool:
    """Is it something of another library, whose insides nobody sees?

    Not so what a framework hands out for the project to keep things on, and not the drivers' own classes.
    """
    found = members(without_nil(shape))
    return bool(found) and all(
        (isinstance(member, ExternalInstance) and holder_words(member.dotted) is None)
        or (isinstance(member, External) and drivers.type_of_class(member.dotted) is None)
        for member in found
    )


def is_lost(shape: Shape) -> bool:
    return not members(without_nil(shape))


class Tracer:
    """Follows chains back to where they break."""

    def __init__(self, project: Project, recordings: Recordings) -> None:
        self.project = project
        self.recordings = recordings

    def trace(self, recording: Recording, node: Explained) -> Break:
        return _Trail(self.project, self.recordings).node(recording, node)


class _Trail:
    """One walk from an expression of which nothing is known to the reason."""

    def __init__(self, project: Project, recordings: Recordings) -> None:
        self.project = project
        self.recordings = recordings
        self.steps: list[Step] = []
        self.seen: set[tuple[object, object]] = set()

    def end(self, cause: Cause, text: str, place: Place | None, declaration: str = "") -> Break:
        return Break(cause, (*self.steps, Step(text, place)), declaration)

    def step(self, text: str, place: Place | None) -> None:
        self.steps.append(Step(text, place))

    # --- expressions ------------------------------------------------------------------------------------------------

    def node(self, recording: Recording, node: Explained) -> Break:
        place = recording.place(node)
        if (recording, id(node)) in self.seen or len(self.steps) > MOST_STEPS:
            return self.end(Cause.TOO_DEEP, f"`{label(node)}` leads back to itself, or further than is followed", place)
        self.seen.add((recording, id(node)))
        match node:
            case f.Param():
                return self.parameter(recording, node)
            case f.ImportedName():
                return self.imported(recording.scope, node)
            case f.Name():
                return self.name(recording, node)
            case f.Attribute():
                return self.attribute(recording, node)
            case f.Call():
                return self.call(recording, node)
            case f.Await():
                return self.awaited(recording, node)
            case f.Subscript():
                return self.subscript(recording, node)
            case f.Walrus() | f.Starred():
                return self.node(recording, node.value)
            case f.Conditional():
                return self.either(recording, (node.body, node.orelse), place)
            case f.BoolOp():
                return self.either(recording, node.values, place)
            case f.Constant(value=None):
                return self.end(Cause.NEVER_SET, "it is `None` here, and never seen to be anything else", place)
            case f.Constant() | f.Dict() | f.Sequence() | f.Comprehension() | f.FString():
                return self.end(Cause.DATA, "plain data", place)
        return self.end(Cause.NOT_FOLLOWED, f"`{label(node)}` is not followed", place)

    def is_broken(self, recording: Recording, node: f.Expr) -> bool:
        shape = recording.shape(node)
        return is_lost(shape) or is_outside(shape)

    def either(self, recording: Recording, nodes: tuple[f.Expr, ...], place: Place) -> Break:
        for node in nodes:
            if self.is_broken(recording, node) and not isinstance(node, f.Constant):
                return self.node(recording, node)
        return self.end(Cause.NOT_FOLLOWED, "none of the alternatives is followed", place)

    # --- names ------------------------------------------------------------------------------------------------------

    def name(self, recording: Recording, node: f.Name) -> Break:
        scope, place = recording.scope, recording.place(node)
        clause = clause_of(scope, node)
        if clause is not None:
            return self.element(recording, clause.iter, node.id)
        home = home_of(scope, node.id)
        if home is None:
            if isinstance(shape := recording.shape(node), External):
                return self.outside(shape.dotted, f"`{node.id}` is `{shape.dotted}`", place)
            return self.unbound(scope, node.id, place)
        if home is scope and isinstance(scope, Function):
            assigned = assignment_to(scope, node)
            binding = last_binding(scope, node.id, node.start)
            if assigned is not None and assigned.value is not None:
                return self.node(recording, assigned.value)
            param = next((param for param in scope.params if param.name == node.id), None)
            if param is not None and (binding is None or binding.node.start > node.start):
                return self.parameter(recording, param)
            if binding is not None:
                return self.binding(recording, binding, node.id)
        return self.free(home, node.id, place)

    def free(self, home: Scope, name: str, place: Place) -> Break:
        """A name of a scope as it is seen from elsewhere."""
        if (home, name) in self.seen:
            return self.end(Cause.TOO_DEEP, f"`{name}` is imported in a circle", place)
        self.seen.add((home, name))
        recording = self.recordings.of(home, ())
        if isinstance(home, Function):
            param = next((param for param in home.params if param.name == name), None)
            found = bindings(home, name)
            if param is not None and not found:
                return self.parameter(recording, param)
        else:
            found = list(home.bindings.get(name, [])) if isinstance(home, Namespace) else []
        if isinstance(home, Module):
            for writer in home.global_writers(name):
                found.extend(bindings(writer, name))
                own = [binding for binding in bindings(writer, name) if binding.value is not None]
                if own and _is_none(found[:1]):
                    self.step(f"`{function_words(writer)}` sets the global `{name}`", name_place(home, own[-1].node))
                    return self.binding(self.recordings.of(writer, ()), own[-1], name)
        telling = [binding for binding in found if binding.how != "annotation" and not _is_none([binding])]
        if telling:
            return self.binding(recording, telling[-1], name)
        if found:
            return self.end(
                Cause.NEVER_SET,
                f"`{name}` is {'`None`' if _is_none(found[-1:]) else 'annotated'} here, and set nowhere",
                name_place(home.module, found[-1].node),
            )
        return self.unbound(home, name, place)

    def unbound(self, scope: Scope, name: str, place: Place) -> Break:
        stars = [
            node
            for node in scope.module.stars
            if self.project.index.resolve(node.module, scope.module.path, node.level) is None
        ]
        if stars:
            return self.end(
                Cause.STAR_IMPORT,
                f"`{name}` can only come from `from {stars[0].module} import *`, which is not part of the project",
                Place(scope.module.path, stars[0].start, stars[0].end),
                f"{stars[0].module}:{name}",
            )
        return self.end(Cause.UNBOUND, f"nothing binds `{name}`", place)

    def binding(self, recording: Recording, binding: Binding, name: str) -> Break:
        scope, node = recording.scope, binding.node
        place = name_place(scope.module, node)
        match binding.how:
            case "from" | "import":
                assert isinstance(node, f.ImportedName)
                return self.imported(scope, node)
            case "annotation":
                return self.end(Cause.NEVER_SET, f"`{name}` is annotated here, and set nowhere", place)
            case "for":
                assert binding.value is not None
                return self.element(recording, binding.value, name)
            case "with":
                assert binding.value is not None
                self.step(f"`{name}` is what `with` enters here", place)
                if self.is_broken(recording, binding.value):
                    return self.node(recording, binding.value)
                return self.entered(recording, binding.value)
            case "caught" | "pattern" | "augmented":
                return self.end(Cause.NOT_FOLLOWED, f"`{name}` is bound in a way that is not followed", place)
        if binding.value is None:
            return self.end(Cause.NOT_FOLLOWED, f"`{name}` is bound here in a way that is not followed", place)
        self.step(f"`{name}` is assigned here", place)
        if binding.path and not self.is_broken(recording, binding.value):
            return self.end(
                Cause.DATA, f"unpacked from {words(recording.shape(binding.value))}, whose contents aren't known", place
            )
        return self.node(recording, binding.value)

    def element(self, recording: Recording, iterable: f.Expr, name: str) -> Break:
        place = recording.place(iterable)
        self.step(f"`{name}` is an element of `{label(iterable)}`", place)
        if self.is_broken(recording, iterable):
            return self.node(recording, iterable)
        shape = words(recording.shape(iterable))
        return self.end(Cause.DATA, f"`{label(iterable)}` is a {shape}, of whose elements nothing is known", place)

    def entered(self, recording: Recording, node: f.Expr) -> Break:
        for member in members(recording.shape(node)):
            if isinstance(member, Context | Coroutine):
                return self.result_of(recording, node)
        return self.end(Cause.NOT_FOLLOWED, f"what `{label(node)}` enters is not followed", recording.place(node))

    def imported(self, scope: Scope, node: f.ImportedName) -> Break:
        place = Place(scope.module.path, node.start, node.end)
        statement = import_of(scope, node)
        if statement is None:
            text = f"`{node.name}` is imported here, and is not part of the project"
            return self.end(Cause.EXTERNAL, text, place)
        path = self.project.index.resolve(statement.module, scope.module.path, statement.level)
        dotted = "." * statement.level + statement.module
        if path is None:
            return self.outside(
                f"{dotted}.{node.name}", f"`{node.name}` is imported from `{dotted}`", place, f"{dotted}:{node.name}"
            )
        self.step(f"`{node.name}` is imported from `{path}`", place)
        module = self.project.module(path)
        if module is None:
            return self.end(Cause.UNREAD_FILE, f"`{path}` can't be read", None)
        if node.name not in module.bindings and not module.global_writers(node.name):
            for star in module.stars:
                target = self.project.index.resolve(star.module, path, star.level)
                further = self.project.module(target) if target is not None else None
                if further is not None and node.name in further.bindings:
                    return self.free(further, node.name, place)
        return self.free(module, node.name, place)

    def outside(self, dotted: str, text: str, place: Place, declaration: str = "") -> Break:
        """It belongs to a module that is not part of the project."""
        package = dotted.lstrip(".").partition(".")[0]
        if package == "builtins":
            return self.end(Cause.NOT_FOLLOWED, f"{text}, of Python", place)
        return self.end(
            Cause.EXTERNAL,
            f"{text}, and `{package}` is not part of the project",
            place,
            "" if package in WELL_KNOWN else declaration or _declaration(dotted),
        )

    # --- parameters -------------------------------------------------------------------------------------------------

    def parameter(self, recording: Recording, param: f.Param) -> Break:
        function = recording.scope
        assert isinstance(function, Function)
        place = Place(function.module.path, param.start, param.start + len(param.name))
        what = f"`{param.name}` is a parameter of {function_words(function)}"
        target = self.project.dependency(param, function.parent or function.module)
        if target is not None:
            return self.dependency(target, f"{what}, injected by `Depends({label(target[0])})`")
        shape = self.recordings.shape(recording, param)
        if is_outside(shape) and param.annotation is not None:
            dotted = next(m.dotted for m in members(shape) if isinstance(m, External | ExternalInstance))
            return self.end(Cause.EXTERNAL, f"{what}, annotated as `{dotted}`, not a part of the project", place)
        fixture = self.project.fixture(function, param.name) if function.module.is_test_file else None
        if fixture is not None and fixture is not function:
            self.step(f"{what}, the pytest fixture", place)
            return self.function(fixture)
        sites = self.project.call_sites(function)
        passing = [(body, site) for body, site in sites if param.name in dict(site.bound)]
        if not sites:
            return self.end(Cause.NOT_CALLED, f"{what}, which nothing is seen to call", place)
        if not passing:
            if param.default is not None:
                self.step(f"{what}; no call passes it, so it is its default", place)
                return self.node(self.recordings.of(function.parent or function.module, ()), param.default)
            return self.end(Cause.NOT_PASSED, f"{what}; none of {_count(sites)} is seen to pass it", place)
        body, site = passing[0]
        more = f", the first of {len(passing)} calls" if len(passing) > 1 else ""
        self.step(f"{what}, passed here{more}", Place(body.module.path, site.node.start, site.node.end))
        argument, caller = passed_argument(site, function, param), self.recordings.of(body, ())
        if argument is None:
            at = Place(body.module.path, site.node.start, site.node.end)
            return self.end(Cause.NOT_PASSED, "what is passed for it here is not known", at)
        if not self.is_broken(caller, argument):
            text = f"`{label(argument)}` is {with_article(words(caller.shape(argument)))}, which is not followed"
            return self.end(Cause.DATA, text, caller.place(argument))
        return self.node(caller, argument)

    def dependency(self, target: tuple[f.Expr, Scope], text: str) -> Break:
        expression, scope = target
        recording = self.recordings.of(scope, ())
        place = recording.place(expression)
        self.step(text, place)
        for member in members(self.project.static(expression, scope)):
            if isinstance(member, FunctionRef):
                return self.function(member.function)
            if isinstance(member, External):
                return self.outside(member.dotted, f"`{label(expression)}` is `{member.dotted}`", place)
        return self.end(Cause.NOT_FOLLOWED, f"what `{label(expression)}` provides is not followed", place)

    # --- attributes and items ---------------------------------------------------------------------------------------

    def attribute(self, recording: Recording, node: f.Attribute) -> Break:
        assigned = assignment_to(recording.scope, node) or last_assignment(recording.scope, node)
        if assigned is not None and assigned.value is not None and self.is_broken(recording, assigned.value):
            self.step(f"`{label(node)}` is assigned here", recording.place(assigned))
            return self.node(recording, assigned.value)
        if self.is_broken(recording, node.value):
            return self.node(recording, node.value)
        place = recording.place(node)
        for member in members(without_nil(recording.shape(node.value))):
            match member:
                case Instance(cls) | ClassRef(cls) | Super(cls):
                    return self.member(cls, member, node, place)
                case ModuleRef(path):
                    module = self.project.module(path)
                    if module is None:
                        return self.end(Cause.UNREAD_FILE, f"`{path}` can't be read", place)
                    if node.attr not in module.bindings and not module.global_writers(node.attr):
                        return self.end(Cause.UNBOUND, f"`{path}` binds no `{node.attr}`", place)
                    self.step(f"`{node.attr}` is a name of `{path}`", place)
                    return self.free(module, node.attr, place)
                case External(dotted):
                    return self.outside(f"{dotted}.{node.attr}", f"`{label(node)}` is `{dotted}.{node.attr}`", place)
                case ExternalInstance(dotted):
                    return self.kept(member, holder_words(dotted) or f"`{dotted}`", node.attr, place)
                case Driver() | DriverMethod() | Coroutine():
                    return self.end(Cause.DATA, f"`{node.attr}` of {words(member)} is not followed", place)
                case FunctionRef():
                    return self.end(Cause.NOT_STORED, f"`{node.attr}` of {words(member)} is not followed", place)
        what = words(recording.shape(node.value))
        return self.end(Cause.DATA, f"`{label(node.value)}` is a {what}: its insides are not followed", place)

    def member(self, cls: Class, base: Shape, node: f.Attribute, place: Place) -> Break:
        project, name = self.project, node.attr
        for ancestor in (*project.mro(cls), *project.subclasses(cls)):
            found = [binding for binding in ancestor.bindings.get(name, []) if not _is_none([binding])]
            values = [binding for binding in found if binding.how != "annotation"]
            if values and isinstance(values[-1].node, f.FunctionDef):
                function = ancestor.function(values[-1].node)
                self.step(f"`{name}` is defined in `{ancestor.qualname}`", name_place(ancestor.module, function.node))
                return self.function(function, base)
            if values and not _is_field(values[-1]):
                return self.binding(self.recordings.of(ancestor, ()), values[-1], name)
        stored = self.stores_on(base, name)
        if stored:
            return stored
        missing = f"nothing stores `{name}` on `{cls.qualname}`"
        for ancestor in project.mro(cls):
            if name in ancestor.bindings:
                binding = ancestor.bindings[name][-1]
                return self.end(
                    Cause.NEVER_SET,
                    f"`{ancestor.qualname}` only declares `{name}`, and nothing is seen to set it",
                    name_place(ancestor.module, binding.node),
                )
        bases = [base for base in project.external_bases(cls) if base.partition(".")[0] not in _PLAIN_BASES]
        if bases:
            text = f"{missing}, and its base class `{bases[0]}` is not part of the project"
            return self.end(Cause.EXTERNAL, text, place)
        unknown = next((a for a in project.mro(cls) for b in project.bases(a) if not members(b)), None)
        if unknown is not None:
            return self.end(Cause.UNBOUND, f"{missing}; a base class of `{unknown.qualname}` is not known", place)
        return self.end(Cause.NOT_STORED, missing, place)

    def stores_on(self, holder: Shape, name: str) -> Break | None:
        """Where something of which nothing is known is stored under this name."""
        nothing: Place | None = None
        project = self.project
        project.attribute(holder, name)
        own = holder.cls if isinstance(holder, Instance | ClassRef | Super) else None
        classes = (*project.mro(own), *project.subclasses(own)) if own is not None else ()
        for key in classes or (storage_key(holder),):
            for body, stores in project.storers.of((name, key)):
                for store in stores:
                    if body.is_test and not (own is not None and own.is_test):
                        continue
                    recording = self.recordings.of(body, ())
                    assigned = assignment_to(body, store.node)
                    value = assigned.value if assigned is not None else None
                    if value is None and isinstance(store.node, f.Call):
                        value = next((a.value for a in store.node.args if a.keyword == name), None)
                    if value is None:
                        continue
                    if isinstance(value, f.Constant) and value.value is None:
                        nothing = recording.place(store.node)
                        continue
                    self.step(f"`{name}` is stored here", recording.place(store.node))
                    if self.is_broken(recording, value):
                        return self.node(recording, value)
                    return self.end(
                        Cause.DATA, f"`{label(value)}` is {words(recording.shape(value))}", recording.place(value)
                    )
        if nothing is not None:
            return self.end(Cause.NEVER_SET, f"`{name}` is set to `None` here, and never seen to be set again", nothing)
        return None

    def kept(self, holder: ExternalInstance, what: str, name: str, place: Place) -> Break:
        """Something that the project keeps on an application, a request or the like."""
        key = ExternalInstance(holder_key(holder.dotted))
        stored = self.stores_on(key, name)
        if stored is not None:
            return stored
        if key.dotted.startswith("ext:"):
            return self.outside(holder.dotted, f"`{name}` is of a `{holder.dotted}`", place)
        return self.end(Cause.NOT_STORED, f"nothing stores `{name}` on the {what}", place)

    def subscript(self, recording: Recording, node: f.Subscript) -> Break:
        if self.is_broken(recording, node.value):
            return self.node(recording, node.value)
        place = recording.place(node)
        base = without_nil(recording.shape(node.value))
        for member in members(base):
            match member:
                case ExternalInstance(dotted):
                    if isinstance(node.index, f.Constant) and isinstance(node.index.value, str):
                        return self.kept(member, holder_words(dotted) or f"`{dotted}`", node.index.value, place)
                    return self.end(Cause.DYNAMIC, f"the key of `{label(node)}` is worked out", place)
                case Instance(cls):
                    getter = self.project.class_lookup(cls, "__getitem__")
                    for found in members(getter):
                        if isinstance(found, FunctionRef):
                            return self.function(found.function)
        return self.end(
            Cause.DATA, f"`{label(node.value)}` is a {words(base)}, of whose contents nothing is known", place
        )

    # --- calls ------------------------------------------------------------------------------------------------------

    def awaited(self, recording: Recording, node: f.Await) -> Break:
        if self.is_broken(recording, node.value):
            return self.node(recording, node.value)
        return self.result_of(recording, node.value)

    def result_of(self, recording: Recording, node: f.Expr) -> Break:
        """It is an awaitable or a context manager, and nothing is known of what it gives."""
        while isinstance(node, f.Await | f.Walrus | f.Starred):
            node = node.value
        if isinstance(node, f.Call):
            return self.call(recording, node)
        if isinstance(node, f.Name) and isinstance(recording.scope, Function):
            binding = last_binding(recording.scope, node.id, node.start)
            if binding is not None and binding.value is not None and binding.how == "value":
                return self.result_of(recording, binding.value)
        what = f"`{label(node)}` is a {words(recording.shape(node))}"
        return self.end(Cause.DATA, f"{what}, and what it gives is not followed", recording.place(node))

    def call(self, recording: Recording, node: f.Call) -> Break:
        place = recording.place(node)
        if isinstance(node.func, f.Attribute):
            if self.is_broken(recording, node.func.value) and not self.is_imported(recording, node.func.value):
                return self.node(recording, node.func.value)
            base = without_nil(recording.shape(node.func.value))
            if any(isinstance(member, _DATA) for member in members(base)):
                return self.end(Cause.DATA, f"what `{node.func.attr}` gives of a {words(base)} is not followed", place)
        callee = without_nil(recording.shape(node.func))
        for member in members(callee):
            match member:
                case FunctionRef(function, receiver):
                    return self.function(function, receiver)
                case External(dotted):
                    return self.external_call(node, dotted, place)
                case DriverMethod(owner, name):
                    text = f"`{drivers.class_name(owner.type)}.{name}` gives data that is not followed"
                    return self.end(Cause.DATA, text, place)
                case Instance(cls):
                    for method in members(self.project.instance_attribute(cls, "__call__")):
                        if isinstance(method, FunctionRef):
                            return self.function(method.function)
                    return self.end(Cause.NOT_STORED, f"`{cls.qualname}` has no `__call__`", place)
                case Driver():
                    return self.end(
                        Cause.NOT_STORED, f"`{label(node.func)}` is a {words(member)}, which can't be called", place
                    )
                case ExternalInstance(dotted):
                    return self.outside(dotted, f"`{label(node.func)}` is of a `{dotted}`", place)
        if is_lost(callee):
            return self.node(recording, node.func)
        return self.end(Cause.NOT_FOLLOWED, f"what a call of {words(callee)} gives is not followed", place)

    def is_imported(self, recording: Recording, node: f.Expr) -> bool:
        """Is it a module, class or function of another library, by its dotted name?"""
        return all(isinstance(member, External) for member in members(recording.shape(node))) and not is_lost(
            recording.shape(node)
        )

    def external_call(self, node: f.Call, dotted: str, place: Place) -> Break:
        if dotted in ("builtins.getattr", "builtins.vars", "builtins.globals", "builtins.locals"):
            return self.end(Cause.DYNAMIC, f"`{label(node)}` has a name that is worked out", place)
        if dotted.startswith("builtins."):
            return self.end(Cause.DATA, f"what `{label(node)}` gives is not followed", place)
        return self.outside(dotted, f"`{label(node)}` calls `{dotted}`", place)

    def function(self, function: Function, receiver: Shape | None = None) -> Break:
        """Nothing is known of what the function gives, when it is called on this receiver."""
        place = name_place(function.module, function.node)
        what = function_words(function)
        recording = self.recordings.of(function, self.project.given(function, receiver, {}))
        given = [
            node.value
            for statement in flat_statements(function.body)
            for node in (statement, *(inner for own in own_expressions(statement) for inner in walk(own)))
            if isinstance(node, f.Yield if function.is_generator else f.Return) and node.value is not None
        ]
        for value in given:
            if self.is_broken(recording, value) and not (isinstance(value, f.Constant) and value.value is None):
                verb = "yields" if function.is_generator else "returns"
                self.step(f"{what} {verb} `{label(value)}`", recording.place(value))
                return self.node(recording, value)
        return self.end(Cause.NO_RESULT, f"{what} is not seen to give anything known", place)


def passed_argument(site: CallSite, function: Function, param: f.Param) -> f.Expr | None:
    """The argument of the call that is passed for the parameter, where that is plain to see."""
    call = site.node
    if not isinstance(call, f.Call):
        return None
    names = [one.name for one in function.params if one.kind in ("positional", "any")]
    if site.receiver is not None:
        names = names[1:]
    position = names.index(param.name) if param.name in names else None
    for index, argument in enumerate(call.args):
        if argument.star:
            return None
        if argument.keyword == param.name or (argument.keyword is None and index == position):
            return argument.value
    return None


def _is_none(found: list[Binding]) -> bool:
    return bool(found) and all(
        isinstance(binding.value, f.Constant) and binding.value.value is None for binding in found
    )


def _is_field(binding: Binding) -> bool:
    """`name: T = field(…)`"""
    return binding.annotation is not None and isinstance(binding.value, f.Call)


def _count(sites: tuple[object, ...]) -> str:
    return f"{len(sites)} calls" if len(sites) != 1 else "one call"


def _declaration(dotted: str) -> str:
    module, _, name = dotted.rpartition(".")
    return f"{module}:{name}" if module else ""


_PLAIN_BASES = frozenset({"builtins", "abc", "typing", "typing_extensions", "enum"})

_OWNERS = {owner.partition(".")[0] for framework in FRAMEWORKS for owner in framework.owners}

WELL_KNOWN = frozenset(
    {
        *sys.stdlib_module_names,
        *_OWNERS,
        *(fake.partition(".")[0] for fake in known.FAKES),
        "pymongo",
        "motor",
        "bson",
        "gridfs",
        "pydantic",
    }
)
"""Packages whose objects nobody needs to declare."""
