"""The whole project as memoised questions: what a name, an attribute, a parameter or a call's result is."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Set
from typing import Protocol, TypeGuard

from msgspec import Struct

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import DriverType, Kind
from pymongo_async_lint.frameworks import (
    APPLICATION_CLASSES,
    DEPENDS,
    FRAMEWORKS,
    Framework,
    Role,
    framework_of,
    holder_of,
)
from pymongo_async_lint.link import known
from pymongo_async_lint.link.engine import Engine, question
from pymongo_async_lint.link.evaluate import Arguments, Interpreter, presumed
from pymongo_async_lint.link.flow import EMPTY, CallSite, Flow, Given, Op, Registration, Store
from pymongo_async_lint.link.holders import holder_key, is_result, storage_key
from pymongo_async_lint.link.modules import ModuleIndex
from pymongo_async_lint.link.noted import Noted
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.results import driver_result, driver_value, sub_object
from pymongo_async_lint.link.scopes import (
    Binding,
    Class,
    Function,
    Module,
    Namespace,
    Rewritten,
    Scope,
    definitions,
    expressions_of,
    flat_statements,
    is_test_path,
    last_name,
)
from pymongo_async_lint.link.shapes import (
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
    beyond_data,
    bounded,
    driver_of,
    element_of,
    forget_remembered,
    is_object,
    is_telling,
    join,
    join_all,
    members,
    only,
    widened,
    widened_each,
    without_nil,
)
from pymongo_async_lint.link.tests_of_arguments import class_test_subject, hands_on, params_that_get
from pymongo_async_lint.link.told import NOTHING_TOLD, Helper, Told

RECURSION_LIMIT = 20_000
"""Deeply nested expressions are evaluated recursively; Python-to-Python calls don't use the C stack."""

MENTIONS, STORES, CLASSES = "mentions", "stores", "classes"
"""What questions observe: which files mention a name or store something under it, and which classes there are."""

MAX_CONTEXTS = 16
"""How many different sets of given parameters one function is evaluated for."""


class Files(Protocol):
    """The project's files, as link needs them."""

    @property
    def paths(self) -> tuple[str, ...]: ...
    @property
    def src(self) -> tuple[str, ...]: ...
    def facts(self, path: str) -> f.Facts | None: ...
    def relevant(self) -> tuple[str, ...]: ...


class Project:
    """Answers for one project."""

    def __init__(self, files: Files, told: Told = NOTHING_TOLD, interrupt: Callable[[], None] | None = None) -> None:
        """`interrupt` is called again and again while questions are answered; what it raises puts an end to that."""
        sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
        forget_remembered()
        self.engine = Engine(interrupt)
        self.files = files
        self.told = told
        self.index = ModuleIndex(files.paths, files.src)
        self.modules: dict[str, Module | None] = {}
        self.contexts: dict[Function, set[Given]] = {}
        self.callers = Noted[Function, CallSite](self.engine)
        """Who calls a function, as far as bodies have been run."""
        self.storers = Noted[tuple[str, Hashable], Store](self.engine)
        """Who stores something under a name of an object, as far as bodies have been run."""
        self.scanned = tuple(sorted(files.relevant()))
        """The files that can matter: callers and writers are looked for in them."""
        self.scanned_paths = frozenset(self.scanned)
        self._keys: dict[str, dict[Hashable, None]] = {}
        """The questions that are about a file, or about something in it."""
        self.reached: set[str] = set()
        """Further files into which driver objects flow."""

    def note_reached(self, path: str, bound: dict[str, Shape]) -> None:
        """A function or class of this file is called; a driver object among its arguments makes the file matter."""
        if path not in self.scanned_paths and any(is_telling(shape) for shape in bound.values()):
            self.reached.add(path)

    def take_in_reached(self) -> None:
        """Make the files that driver objects flow into files that can matter."""
        modules = [module for path in sorted(self.reached) if (module := self.module(path)) is not None]
        self.scanned = tuple(sorted({*self.scanned, *self.reached}))
        self.scanned_paths = frozenset(self.scanned)
        self.reached.clear()
        self._forget("scanned_modules", "modules_by_identifier", "bodies_that_store", "_derived_classes")
        self._forget("_mentioning", "_not_run")
        self.engine.changed(CLASSES)
        for module in modules:
            for name in module.facts.identifiers:
                self.engine.changed((MENTIONS, name))
            for name in module.stores:
                self.engine.changed((STORES, name))

    def edited(self, path: str) -> bool:
        """The file, which can matter, says something else now: ask again what depends on that, as `Engine.again` does.

        Tells whether that was possible; if not, it takes a new project.
        """
        facts, module = self.files.facts(path), self.modules.get(path)
        if facts is None or module is None or path not in self.scanned_paths:
            return False
        identifiers = module.facts.identifiers
        rewritten = module.rewrite(facts)
        self._forget("_owners", "_mentioning", "_not_run")
        if "modules_by_identifier" in self.__dict__:
            for name in identifiers - facts.identifiers:
                self.modules_by_identifier[name].remove(module)
            for name in facts.identifiers - identifiers:
                self.modules_by_identifier.setdefault(name, []).append(module)
        if rewritten.stores:
            self._forget("bodies_that_store")
        changed, gone = self._concerned(path, rewritten)
        for scope in rewritten.gone:
            self.callers.note(scope, ())
            self.storers.note(scope, ())
            if isinstance(scope, Function):
                self.contexts.pop(scope, None)
        if any(isinstance(scope, Class) for scope in (*rewritten.changed, *rewritten.gone)):
            self._forget("_derived_classes")
            self.engine.changed(CLASSES)
        for name in {*rewritten.names, *(identifiers ^ facts.identifiers)}:
            self.engine.changed((MENTIONS, name))
        for name in rewritten.stores:
            self.engine.changed((STORES, name))
        self.engine.again(changed, gone)
        return True

    def _forget(self, *indexes: str) -> None:
        """Make these indexes anew when they are needed next."""
        for index in indexes:
            self.__dict__.pop(index, None)

    def forget_contexts(self, paths: Set[str], is_called_with: Callable[[Function, Given], bool]) -> None:
        """Drop the parameters that tell of places in these files, and that no call hands over any more."""
        for function, contexts in self.contexts.items():
            for given in [given for given in contexts if not paths.isdisjoint(_files_in(given))]:
                if not is_called_with(function, given):
                    contexts.remove(given)

    def _concerned(self, path: str, rewritten: Rewritten) -> tuple[list[Hashable], list[Hashable]]:
        """The questions about something in a file that have to be asked again, and those that mean nothing any more."""
        for key in self.engine.created:
            for concerned in _files_in(key):
                self._keys.setdefault(concerned, {})[key] = None
        self.engine.created.clear()
        changed, gone = [], []
        for key in [key for key in self._keys.get(path, ()) if key in self.engine.cells]:
            scopes = frozenset(_scopes_in(key))
            if not scopes.isdisjoint(rewritten.gone):
                gone.append(key)
            elif rewritten.has_new_outline or not scopes.isdisjoint(rewritten.changed) or path in _parts(key):
                changed.append(key)
        return changed, gone

    # --- modules and names --------------------------------------------------------------------------------------------

    def module(self, path: str) -> Module | None:
        if path not in self.modules:
            facts = self.files.facts(path)
            self.modules[path] = Module(path, facts) if facts is not None else None
        return self.modules[path]

    @functools.cached_property
    def scanned_modules(self) -> tuple[Module, ...]:
        """The files in which callers and writers are looked for."""
        return tuple(module for path in self.scanned if (module := self.module(path)) is not None)

    @functools.cached_property
    def modules_by_identifier(self) -> dict[str, list[Module]]:
        found: dict[str, list[Module]] = {}
        for module in self.scanned_modules:
            for name in module.facts.identifiers:
                found.setdefault(name, []).append(module)
        return found

    @functools.cached_property
    def bodies_that_store(self) -> dict[str, list[Scope]]:
        """The bodies that store something under an attribute or constant key of this name."""
        found: dict[str, list[Scope]] = {}
        for module in self.scanned_modules:
            for name, bodies in module.stores.items():
                found.setdefault(name, []).extend(bodies)
        return found

    def mentioning(self, names: tuple[str, ...], of: Module, as_value: bool = False) -> tuple[Scope, ...]:
        """The bodies that mention one of the names (otherwise than by calling it, for `as_value`).

        Tests count only for what is itself part of the tests.
        """
        for name in names:
            self.engine.observe((MENTIONS, name))
        key = (names, of.is_test_file, as_value)
        if key not in self._mentioning:
            self._mentioning[key] = self._find_mentioning(*key)
        return self._mentioning[key]

    @functools.cached_property
    def _mentioning(self) -> dict[tuple[tuple[str, ...], bool, bool], tuple[Scope, ...]]:
        """The answers of `mentioning`: many functions of a project have the same name."""
        return {}

    def _find_mentioning(self, names: tuple[str, ...], in_tests: bool, as_value: bool) -> tuple[Scope, ...]:
        seen: dict[Scope, None] = {}
        for name in names:
            for module in self.modules_by_identifier.get(name, ()):
                if module.is_test_file and not in_tests:
                    continue
                for known_as in (name, *module.aliases(name)):
                    seen.update(module.handed_on(known_as) if as_value else module.mentions(known_as))
        return tuple(seen)

    def run_mentioning(self, names: Set[str], of: Module) -> None:
        wanted = tuple(sorted(names))
        self.run_all((MENTIONS, wanted, of.is_test_file), self.mentioning(wanted, of))

    def run_all(self, key: Hashable, bodies: Iterable[Scope]) -> None:
        """Have all of these bodies run, so that what they do is noted; `key` says which bodies they are.

        The question that is being answered does not read them: it reads the notes. Bodies that are being run ask for
        others of the same set; each is taken out of the set once, whoever asks.
        """
        left = self._not_run.get(key)
        if left is None:
            left = self._not_run[key] = list(bodies)[::-1]
        with self.engine.unrecorded():
            while left:
                if self.engine.is_full:
                    self.engine.ask_later()
                    break
                self.flow(left.pop(), ())

    @functools.cached_property
    def _not_run(self) -> dict[Hashable, list[Scope]]:
        """What is left to do for `run_all`, last first: many questions want the same bodies."""
        return {}

    def imported_module(self, dotted: str, importer: Module, level: int = 0) -> Shape:
        path = self.index.resolve(dotted, importer.path, level)
        if path is not None:
            return ModuleRef(path)
        return UNKNOWN if level else External(dotted)

    def imported_name(self, node: f.ImportFrom, name: str, importer: Module) -> Shape:
        """`from module import name`: the module's name, or its submodule."""
        path = self.index.resolve(node.module, importer.path, node.level) if node.module or node.level else None
        if path is not None:
            found = self.module_attribute(path, name)
            if members(found):
                return found
        dotted = f"{node.module}.{name}" if node.module else name
        submodule = self.index.resolve(dotted, importer.path, node.level)
        if submodule is not None and submodule != importer.path:
            return ModuleRef(submodule)
        if path is not None or node.level:
            declared = self.declared(path or "", name)
            return declared
        declared = self.declared_external(node.module, name)
        return declared if members(declared) else External(dotted)

    def declared(self, path: str, name: str) -> Shape:
        """What the settings say that a name of this file is."""
        dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for key, value in self.told.objects.items():
            module, _, attribute = key.partition(":")
            if attribute == name and (dotted == module or dotted.endswith(f".{module}")):
                return declared_shape(value)
        return UNKNOWN

    def declared_external(self, module: str, name: str) -> Shape:
        value = self.told.objects.get(f"{module}:{name}")
        return declared_shape(value) if value is not None else UNKNOWN

    def module_attribute(self, path: str, name: str) -> Shape:
        """A name of a module: what it binds, what it imports with a star, or a submodule of a package."""
        declared = self.declared(path, name) if self.told.objects else UNKNOWN
        return declared if members(declared) else self.symbol(path, name)

    @question(UNKNOWN, widen=widened)
    def symbol(self, path: str, name: str) -> Shape:
        module = self.module(path)
        if module is None:
            return UNKNOWN
        found = [self.bound(binding, name, module) for binding in module.bindings.get(name, [])]
        for function in module.global_writers(name):
            found.append(dict(self.flow(function, ()).cells).get(name, UNKNOWN))
        result = beyond_data(join_all(found))
        if not members(result):
            for star in module.stars:
                target = self.index.resolve(star.module, module.path, star.level)
                if target is not None and target != path:
                    result = join(result, self.symbol(target, name))
                elif target is None and drivers.is_driver_module(star.module) and not star.level:
                    names = drivers.module_names(star.module) or frozenset()
                    if name in names:
                        result = join(result, External(f"{star.module}.{name}"))
        if all(isinstance(member, Mapping | ListOf | Nil) for member in members(result)):
            result = join(result, self.stored(ModuleRef(path), name, False))
        if not members(without_nil(result)):
            for binding in module.bindings.get(name, []):
                if binding.annotation is not None:
                    result = join(result, self.annotation(binding.annotation, module))
        if not members(result) and path.endswith("__init__.py"):
            submodule = self.index.resolve(name, path, 1)
            if submodule is not None:
                return ModuleRef(submodule)
        if not members(result):
            getter = module.bindings.get("__getattr__")
            if getter and isinstance(getter[-1].node, f.FunctionDef):
                return self.returns(module.function(getter[-1].node), ())
        return result

    def bound(self, binding: Binding, name: str, scope: Namespace) -> Shape:
        """The value that one binding gives to a name of a module or class."""
        node = binding.node
        match binding.how:
            case "def":
                assert isinstance(node, f.FunctionDef)
                return self.decorated(scope.function(node))
            case "class":
                assert isinstance(node, f.ClassDef)
                return ClassRef(scope.cls(node))
            case "import":
                assert isinstance(node, f.ImportedName)
                dotted = node.name if node.alias else node.name.split(".")[0]
                return self.imported_module(dotted, scope.module)
            case "from":
                assert isinstance(node, f.ImportedName)
                return self.imported_name(self.import_of(node, scope), node.name, scope.module)
            case "annotation" | "augmented" | "caught" | "pattern":
                return UNKNOWN
        if binding.value is None:
            return UNKNOWN
        run = Interpreter(self, scope)
        shape = run.value(binding.value)
        if binding.how == "for":
            shape = run.iterate(binding.value, shape, binding.is_async)
        elif binding.how == "with":
            shape = run.enter(binding.value, shape, binding.is_async)
        for index in binding.path:
            shape = run.item(shape, index, binding.value)
        return shape

    def import_of(self, name: f.ImportedName, scope: Namespace) -> f.ImportFrom:
        owners = self._import_owners.get(id(scope))
        if owners is None:
            owners = self._import_owners[id(scope)] = {
                id(imported): node
                for node in flat_statements(scope.body)
                if isinstance(node, f.ImportFrom)
                for imported in node.names
            }
        return owners[id(name)]

    @property
    def _import_owners(self) -> dict[int, dict[int, f.ImportFrom]]:
        cache: dict[int, dict[int, f.ImportFrom]] | None = self.__dict__.get("_owners")
        if cache is None:
            cache = self.__dict__["_owners"] = {}
        return cache

    def lookup(self, scope: Scope, name: str) -> Shape:
        """A name as seen from a scope, outwards; classes don't pass their names on to the functions in them."""
        current: Scope | None = scope
        while current is not None:
            if isinstance(current, Function) and name in current.locals:
                return self.cell(current, name)
            if isinstance(current, Module):
                if name in current.bindings or current.global_writers(name) or current.stars:
                    found = self.module_attribute(current.path, name)
                    if members(found) or name in current.bindings:
                        return found
                break
            current = current.parent
        return External(f"builtins.{name}") if name in BUILTINS else UNKNOWN

    @question(UNKNOWN, widen=widened)
    def cell(self, function: Function, name: str) -> Shape:
        """A local name of a function as the functions inside of it see it."""
        return dict(self.flow(function, ()).cells).get(name, UNKNOWN)

    # --- bodies -------------------------------------------------------------------------------------------------------

    @question(EMPTY, is_heavy=True)
    def flow(self, scope: Scope, given: Given) -> Flow:
        flow = Interpreter(self, scope, given).run()
        if not given:
            self.callers.note(scope, ((site.function, site) for site in flow.calls))
            self.storers.note(
                scope,
                (
                    ((store.name, key), store)
                    for store in flow.stores
                    for base in members(store.base)
                    if (key := storage_key(base)) is not None
                ),
            )
        return flow

    @question(UNKNOWN, widen=widened)
    def returns(self, function: Function, given: Given) -> Shape:
        """What a call gives, before `async def` makes a coroutine of it."""
        flow = self.flow(function, given)
        if function.is_generator:
            return Stream(flow.yields, function.is_async, (function, given))
        result = flow.returns
        if (
            not members(without_nil(result))
            and isinstance(function.node, f.FunctionDef)
            and function.node.returns is not None
        ):
            declared = self.annotation(function.node.returns, function.parent or function.module)
            if not (members(result) and not self.is_abstract(function)):
                result = join(result, declared)
        return result

    @question((), widen=widened_each)
    def exits_of(self, function: Function, given: Given) -> tuple[tuple[str, Shape], ...]:
        return self.flow(function, given).exits

    def exits(self, function: Function, given: Given) -> dict[str, Shape]:
        """What the parameters are when the function returns."""
        return dict(self.exits_of(function, given))

    @question(())
    def registrations_in(self, scope: Scope) -> tuple[Registration, ...]:
        return self.flow(scope, ()).registrations

    def call_result(self, function: Function, given: Given, place: Place) -> Shape:
        """The value of a call of this function, decorators aside."""
        result = self.returns(function, given)
        if self.is_context_manager(function):
            return Context(element_of(result) if not function.is_async else stream_element(result), function.is_async)
        if not function.is_generator and self.is_made_async(function):
            awaited = [member.result if isinstance(member, Coroutine) else member for member in members(result)]
            return Coroutine(join_all(awaited), place)
        if function.is_generator or not function.is_async:
            return result
        return Coroutine(result, place)

    def is_context_manager(self, function: Function) -> bool:
        """Does `contextlib` make a context manager of the generator?"""
        return function.is_generator and any(n in known.CONTEXT_MANAGERS for n in self.decorator_names(function))

    def is_test(self, path: str) -> bool:
        module = self.modules.get(path)
        return module.is_test_file if module is not None else is_test_path(path)

    def given(self, function: Function, receiver: Shape | None, bound: dict[str, Shape]) -> Given:
        """The parameters for which this call differs from all the calls together."""
        differing: list[tuple[str, Shape]] = []
        names = [param.name for param in function.params]
        for name in names:
            shape = bound.get(name)
            if shape is None:
                shape = self.default(function, name)
            if not is_telling(shape) and not (is_object(shape) and self.tests_class_of(function, name)):
                continue
            if shape != self.param(function, name, None):
                differing.append((name, shape))
        if (
            isinstance(receiver, Instance)
            and function.owner is not None
            and receiver.cls is not function.owner
            and names
        ):
            differing.insert(0, (names[0], receiver))
        given = tuple(differing)
        if not given:
            return ()
        contexts = self.contexts.setdefault(function, set())
        if given not in contexts:
            if len(contexts) >= MAX_CONTEXTS:
                return ()
            contexts.add(given)
        return given

    @question(False)
    def tests_class_of(self, function: Function, name: str) -> bool:
        """Does it depend on the class of a parameter what the function, or one that it hands it on to, does?"""
        for node in expressions_of(function.body):
            if class_test_subject(node) == name:
                return True
            if isinstance(node, f.Call) and isinstance(node.func, f.Name) and hands_on(node, name):
                for callee in members(self.static(node.func, function)):
                    if isinstance(callee, FunctionRef) and any(
                        self.tests_class_of(callee.function, param)
                        for param in params_that_get(node, name, callee.function)
                    ):
                        return True
        return False

    # --- parameters ---------------------------------------------------------------------------------------------------

    @question(UNKNOWN, widen=widened)
    def param(self, function: Function, name: str, on: Class | None = None) -> Shape:
        """A parameter, whoever calls: what is passed, what is injected, the annotation, the default.

        With `on`, only calls of the method on instances of this class, or of one related to it, count.
        """
        index = next(i for i, param in enumerate(function.params) if param.name == name)
        param = function.params[index]
        owner = function.owner
        if (
            owner is not None
            and index == 0
            and param.kind in ("positional", "any")
            and isinstance(function.node, f.FunctionDef)
        ):
            kind = self.method_kind(function)
            if kind == "class" or function.name in ("__new__", "__init_subclass__", "__class_getitem__"):
                return ClassRef(owner)
            if kind != "static":
                return Instance(owner)
        injected = self.injected(function, param)
        if members(injected):
            return injected
        scope = function.parent or function.module
        if param.kind in ("star", "doublestar"):
            passed = self.passed(function, name, on)
            empty = ListOf(UNKNOWN) if param.kind == "star" else Mapping((), UNKNOWN)
            return passed if members(passed) else empty
        annotation = self.annotation(param.annotation, scope) if param.annotation is not None else UNKNOWN
        if settles(annotation, self):
            return annotation
        passed = self.passed(function, name, on)
        default = self.default(function, name)
        known_values = without_nil(passed)
        if any(isinstance(member, Driver) for member in members(annotation)):
            values = [m for m in members(known_values) if isinstance(m, Driver | Instance | Coroutine)]
            if values:
                return join(join_all(values), NIL if any(isinstance(m, Nil) for m in members(passed)) else UNKNOWN)
            return annotation
        if members(known_values):
            return join(passed, default)
        if members(annotation):
            return annotation
        return join(default, passed)

    @question(UNKNOWN, widen=widened)
    def default(self, function: Function, name: str) -> Shape:
        """A parameter's default value."""
        param = next(one for one in function.params if one.name == name)
        if param.default is None or self.dependency(param, function.parent or function.module) is not None:
            return UNKNOWN
        return Interpreter(self, function.parent or function.module).value(param.default)

    def passed(self, function: Function, name: str, on: Class | None) -> Shape:
        """What the calls in the project pass."""
        return dict(self.arguments(function, on)).get(name, UNKNOWN)

    @question((), widen=widened_each)
    def arguments(self, function: Function, on: Class | None) -> tuple[tuple[str, Shape], ...]:
        merged: dict[str, Shape] = {}
        for body, site in self.call_sites(function):
            if on is not None and isinstance(site.receiver, Instance) and not self.are_related(site.receiver.cls, on):
                continue
            bound = site.bound
            if on is not None and site.receiver is not None and self.inherits(body, on):
                bound = next((own.bound for own in self.calls_by(body, on) if own.node is site.node), bound)
            for name, shape in bound:
                merged[name] = join(merged.get(name, UNKNOWN), shape)
        found = {name: beyond_data(bounded(shape)) for name, shape in sorted(merged.items())}
        return tuple((name, shape) for name, shape in found.items() if members(shape))

    @question(())
    def call_sites(self, function: Function) -> tuple[tuple[Scope, CallSite], ...]:
        """Who calls the function. Calls from tests count for functions of tests only."""
        names = {function.name}
        if function.owner is not None and function.name in ("__init__", "__new__", "__post_init__"):
            names = {"cls", "super", *(cls.name for cls in self.family(function.owner))}
        if function.name == "__call__" and function.owner is not None:
            return ()
        self.run_mentioning(names, function.module)
        return tuple(
            (body, site)
            for body, sites in self.callers.of(function)
            if function.module.is_test_file or not body.is_test
            for site in sites
        )

    def inherits(self, body: Scope, cls: Class) -> TypeGuard[Function]:
        """Is the body a method that the class has from another one?"""
        return (
            isinstance(body, Function)
            and body.owner is not None
            and body.owner is not cls
            and bool(body.params)
            and body.owner in self.mro(cls)
            and self.method_kind(body) == "instance"
        )

    def calls_by(self, method: Function, cls: Class) -> tuple[CallSite, ...]:
        """The calls that an inherited method makes on an instance of this class."""
        return self.calls_with(method, ((method.params[0].name, Instance(cls)),))

    @question(())
    def calls_with(self, function: Function, given: Given) -> tuple[CallSite, ...]:
        return self.flow(function, given).calls

    def are_related(self, one: Class, other: Class) -> bool:
        """Does one of the classes derive from the other?"""
        return one in self.mro(other) or other in self.mro(one)

    def family(self, cls: Class) -> list[Class]:
        """A class and its subclasses."""
        return [cls, *self.subclasses(cls)]

    def injected(self, function: Function, param: f.Param) -> Shape:
        """What a framework passes: FastAPI's dependencies, the request of a route."""
        scope = function.parent or function.module
        target = self.dependency(param, scope)
        if target is not None:
            expression, where = target
            run = Interpreter(self, where)
            return self.provided(run.value(expression), run.place(expression))
        if function.module.is_test_file:
            fixture = self.fixture(function, param.name)
            if fixture is not None and fixture is not function:
                place = Place(fixture.module.path, fixture.node.start, fixture.node.end)
                return self.provided_result(self.call_result(fixture, (), place))
        offset = 1 if function.owner is not None and self.method_kind(function) == "instance" else 0
        if len(function.params) <= offset or function.params[offset] is not param:
            return UNKNOWN
        return self.first_argument(function)

    def fixture(self, function: Function, name: str) -> Function | None:
        """The pytest fixture of this name that the function sees: in its class, in its module, or in a `conftest.py`
        above."""
        *folders, _ = function.module.path.split("/")
        paths = ["/".join([*folders[:depth], "conftest.py"]) for depth in range(len(folders), -1, -1)]
        modules = (self.module(path) for path in paths if path in self.known_paths)
        classes = self.mro(function.owner) if function.owner is not None else ()
        for namespace in (*classes, function.module, *modules):
            found = dict(self.fixtures_in(namespace)).get(name) if namespace is not None else None
            if found is not None:
                return found
        return None

    @question(())
    def fixtures_in(self, scope: Namespace) -> tuple[tuple[str, Function], ...]:
        """The pytest fixtures that a module or class defines or imports, by the names that tests ask for."""
        found: dict[str, Function] = {}
        for name, bindings in scope.bindings.items():
            binding = bindings[-1]
            if isinstance(binding.node, f.FunctionDef) and binding.node.decorators:
                function = scope.function(binding.node)
                given = self.fixture_name(function)
                if given is not None:
                    found[given] = function
            elif binding.how == "from" and scope.module.is_test_file:
                for member in members(self.bound(binding, name, scope)):
                    if isinstance(member, FunctionRef) and self.fixture_name(member.function) is not None:
                        found[name] = member.function
        return tuple(found.items())

    def fixture_name(self, function: Function) -> str | None:
        """The name under which a function is a fixture, `@pytest.fixture(name="db")`; None if it is none."""
        scope = function.parent or function.module
        for decorator in function.decorators:
            target = self.static(decorator.func if isinstance(decorator, f.Call) else decorator, scope)
            if not isinstance(target, External) or target.dotted not in known.FIXTURES:
                continue
            for argument in decorator.args if isinstance(decorator, f.Call) else ():
                if argument.keyword == "name" and isinstance(argument.value, f.Constant):
                    return str(argument.value.value)
            return function.name
        return None

    @functools.cached_property
    def known_paths(self) -> frozenset[str]:
        return frozenset(self.files.paths)

    @question(UNKNOWN, widen=widened)
    def first_argument(self, function: Function) -> Shape:
        """What the framework that runs the function passes first: the request, or the application."""
        owner = function.owner
        if owner is not None:
            framework = self.view_framework(owner)
            if (
                framework is not None
                and function.name in framework.view_methods
                and framework.request_position is not None
            ):
                return ExternalInstance(framework.request)
        for role, name in self.registrations_of(function):
            framework = next((one for one in FRAMEWORKS if one.name == name), None)
            if framework is None:
                continue
            if role == Role.STARTUP and framework.application:
                return ExternalInstance(framework.application)
            if role in (Role.ROUTE, Role.MIDDLEWARE) and framework.request_position is not None:
                return ExternalInstance(framework.request)
        return UNKNOWN

    def view_framework(self, cls: Class) -> Framework | None:
        """The framework whose class-based view the class is."""
        bases = self.external_bases(cls)
        return next((one for one in FRAMEWORKS if any(base in one.view_classes for base in bases)), None)

    def is_model(self, cls: Class) -> bool:
        return any(base in known.DATA_BASES for base in self.external_bases(cls))

    def is_plain_id(self, cls: Class, field: Binding) -> bool:
        """`id: str = Field(…, alias="_id")`"""
        if not isinstance(field.value, f.Call) or field.annotation is None:
            return False
        aliases = [argument.value for argument in field.value.args if argument.keyword == "alias"]
        if not any(isinstance(alias, f.Constant) and alias.value == "_id" for alias in aliases):
            return False
        kind = self.static(field.annotation, cls)
        return isinstance(kind, External) and kind.dotted in known.PLAIN_IDS

    def is_typed_dict(self, cls: Class) -> bool:
        return any(base in known.TYPED_DICTS for base in self.external_bases(cls))

    def model_dump(self, cls: Class, has_aliases: bool) -> Shape:
        """A model as a dictionary; where one of its fields can end up as `_id`, only that it does, if it is no
        ObjectId for sure.
        """
        names: dict[str, Shape] = {}
        for ancestor in self.mro(cls):
            if any(isinstance(node, f.Constant) and node.value == "_id" for node in expressions_of(ancestor.body)):
                fields = [bindings[0] for bindings in ancestor.bindings.values()]
                has_id = has_aliases and any(self.is_plain_id(ancestor, field) for field in fields)
                return Mapping((("_id", UNKNOWN),), UNKNOWN) if has_id else UNKNOWN
            names.update(
                (name, UNKNOWN) for name, bindings in ancestor.bindings.items() if bindings[0].annotation is not None
            )
        return Mapping(tuple(sorted(names.items())), UNKNOWN)

    def instance_registrar(self, instance: Instance, name: str) -> tuple[Role, int, str] | None:
        dotted = self.application_class(instance)
        return self.registrar_role(dotted, name) if dotted is not None else None

    @question(())
    def registrations_of(self, function: Function) -> tuple[tuple[str, str], ...]:
        found: dict[tuple[str, str], None] = {}
        bodies = dict.fromkeys(self.mentioning((function.name,), function.module, as_value=True))
        if function.decorators:
            bodies[function.parent or function.module] = None
        for body in bodies:
            for registration in self.registrations_in(body):
                if registration.function is function:
                    found[registration.role, registration.framework] = None
        return tuple(found)

    def dependency(self, param: f.Param, scope: Scope) -> tuple[f.Expr, Scope] | None:
        """What `= Depends(x)` or `Annotated[T, Depends(x)]` names, with the scope to look it up in."""
        if isinstance(param.default, f.Call):
            found = self.depends_argument(param.default, scope, param.annotation)
            if found is not None:
                return found
        if param.annotation is None:
            return None
        return self.annotated_dependency(param.annotation, scope, 0)

    def annotated_dependency(self, annotation: f.Expr, scope: Scope, depth: int) -> tuple[f.Expr, Scope] | None:
        if isinstance(annotation, f.Subscript):
            base = self.static(annotation.value, scope)
            if isinstance(base, External) and base.dotted.rpartition(".")[2] == "Annotated":
                items = annotation.index.items if isinstance(annotation.index, f.Sequence) else ()
                for item in items[1:]:
                    if isinstance(item, f.Call):
                        found = self.depends_argument(item, scope, items[0])
                        if found is not None:
                            return found
            return None
        if isinstance(annotation, f.Name | f.Attribute) and depth < 5:
            alias = self.alias(annotation, scope)
            if alias is not None:
                return self.annotated_dependency(alias[0], alias[1], depth + 1)
        return None

    def depends_argument(self, call: f.Call, scope: Scope, annotation: f.Expr | None) -> tuple[f.Expr, Scope] | None:
        target = self.static(call.func, scope)
        if not (isinstance(target, External) and target.dotted in DEPENDS):
            return None
        for argument in call.args:
            if argument.keyword in (None, "dependency") and not argument.star:
                return argument.value, scope
        return (annotation, scope) if annotation is not None else None

    def provided(self, shape: Shape, place: Place) -> Shape:
        """What a dependency hands out: what the function returns, yields or awaits, or an instance of the class."""
        found: list[Shape] = []
        for member in members(shape):
            match member:
                case FunctionRef(function):
                    found.append(
                        self.provided_result(
                            self.call_result(function, self.given(function, member.receiver, {}), place)
                        )
                    )
                case ClassRef(cls):
                    found.append(Instance(cls))
                case Instance():
                    found.append(self.provided_result(self.call_method(member, "__call__")))
                case External(dotted):
                    type_ = drivers.type_of_class(dotted)
                    found.append(
                        Driver(type_, Proof.CONSTRUCTED, place) if type_ is not None else ExternalInstance(dotted)
                    )
                case Driver(proof=Proof.DECLARED):
                    found.append(member)
        return join_all(found)

    def provided_result(self, result: Shape) -> Shape:
        found: list[Shape] = []
        for member in members(result):
            match member:
                case Stream(element):
                    found.append(element)
                case Coroutine(owner=None):
                    found.append(member.result)
                case Context(value, _):
                    found.append(value)
                case _:
                    found.append(member)
        return join_all(found)

    # --- functions ----------------------------------------------------------------------------------------------------

    def decorated(self, function: Function) -> Shape:
        """The function under its name: decorators are taken to keep what it is called with."""
        return FunctionRef(function)

    @question(False)
    def is_made_async(self, function: Function) -> bool:
        """Does a decorator of the project wrap a plain function in an `async def`?"""
        if function.is_async:
            return False
        scope = function.parent or function.module
        for decorator in function.decorators:
            target = decorator.func if isinstance(decorator, f.Call) else decorator
            for member in members(self.static(target, scope)):
                if isinstance(member, FunctionRef):
                    wrapper = returned_function(member.function)
                    if isinstance(decorator, f.Call) and wrapper is not None:
                        wrapper = returned_function(wrapper)
                    if wrapper is not None and wrapper.is_async:
                        return True
        return False

    def helper(self, target: Shape) -> Helper | None:
        """What the settings say that a function is for. What decorates it may put it into a thread."""
        if not self.told.helpers:
            return None
        if isinstance(target, External | ExternalInstance):
            return self.told.foreign_helper(target.dotted)
        if not isinstance(target, FunctionRef):
            return None
        function = target.function
        own = self.told.helper(function.module.path, function.qualname)
        if own is not None or not function.decorators:
            return own
        scope = function.parent or function.module
        around = [node.func if isinstance(node, f.Call) else node for node in function.decorators]
        is_in_thread = any(self.decorator_helper(self.static(node, scope)) is Helper.THREAD for node in around)
        return Helper.THREAD if is_in_thread else None

    def decorator_helper(self, decorator: Shape) -> Helper | None:
        if isinstance(decorator, FunctionRef):
            return self.told.helper(decorator.function.module.path, decorator.function.qualname)
        return self.helper(decorator)

    def decorator_names(self, function: Function) -> tuple[str, ...]:
        """The decorators that are names of other modules, dotted."""
        found = []
        scope = function.parent or function.module
        for decorator in function.decorators:
            target = decorator.func if isinstance(decorator, f.Call) else decorator
            shape = self.static(target, scope)
            if isinstance(shape, External):
                found.append(shape.dotted)
            elif isinstance(target, f.Attribute) and target.attr in ("setter", "getter", "deleter"):
                found.append("builtins.property")
        return tuple(found)

    def method_kind(self, function: Function) -> str:
        """ "instance", "class", "static" or "property"."""
        names = self.decorator_names(function)
        if "builtins.staticmethod" in names:
            return "static"
        if "builtins.classmethod" in names:
            return "class"
        if any(name in known.PROPERTIES for name in names):
            return "property"
        return "instance"

    def is_abstract(self, function: Function) -> bool:
        """Has no body of its own: subclasses or implementations of the protocol have."""
        return all(_does_nothing(node) for node in function.body) or any(
            name.rpartition(".")[2] == "abstractmethod" for name in self.decorator_names(function)
        )

    def can_bind(self, target: FunctionRef, arguments: Arguments) -> bool:
        """Does the function take these arguments? A call that it does not take raises before anything runs."""
        function = target.function
        kinds = {param.kind for param in function.params}
        if function.decorators or target.given or any(argument.star for argument, _ in arguments):
            return True
        names = {param.name for param in function.params if param.kind in ("any", "keyword")}
        if "doublestar" not in kinds and any(a.keyword is not None and a.keyword not in names for a, _ in arguments):
            return False
        free = sum(param.kind in ("positional", "any") for param in function.params)
        return "star" in kinds or sum(argument.keyword is None for argument, _ in arguments) <= free

    def bind_arguments(self, target: FunctionRef, arguments: Arguments) -> dict[str, Shape]:
        """Which parameter gets which argument."""
        function = target.function
        params = list(function.params)
        bound: dict[str, Shape] = {}
        free = [param for param in params if param.kind in ("positional", "any")]
        if function.owner is not None and isinstance(function.node, f.FunctionDef):
            kind = self.method_kind(function)
            if free and kind != "static" and (target.receiver is not None or kind == "class"):
                free = free[1:]
        names = {param.name for param in params}
        star = next((param.name for param in params if param.kind == "star"), None)
        double = next((param.name for param in params if param.kind == "doublestar"), None)
        values: list[Shape] = [shape for key, shape in target.given if isinstance(key, int)]
        keywords: dict[str, Shape] = {key: shape for key, shape in target.given if isinstance(key, str)}
        tail: Shape = UNKNOWN
        is_open = False
        """Behind a star of unknown length nobody knows which parameter a positional argument is for."""
        for argument, shape in arguments:
            if argument.star == 1:
                tuples = [member for member in members(shape) if isinstance(member, TupleOf)]
                if len(tuples) == 1 and not members(tail):
                    values.extend(tuples[0].items)
                else:
                    tail = join(tail, element_of(shape))
                    is_open = True
            elif argument.star == 2:
                for member in members(shape):
                    if isinstance(member, Mapping):
                        keywords.update(member.entries)
            elif argument.keyword is not None:
                keywords[argument.keyword] = shape
            elif not is_open:
                values.append(shape)
            else:
                tail = join(tail, only(shape, Coroutine))
        for param, shape in zip(free, values, strict=False):
            bound[param.name] = shape
        if is_open:
            for param in free[len(values) :]:
                bound[param.name] = only(tail, Coroutine)
        if star is not None and (is_open or len(values) > len(free)):
            bound[star] = ListOf(tail) if is_open else TupleOf(tuple(values[len(free) :]))
        bound.update((name, shape) for name, shape in keywords.items() if name in names)
        others = {name: shape for name, shape in keywords.items() if name not in names}
        if double is not None and others:
            bound[double] = Mapping(tuple(sorted(others.items())), UNKNOWN)
        return bound

    def note_star_arguments(self, run: Interpreter, arguments: Arguments) -> None:
        for argument, shape in arguments:
            if argument.star == 2:
                run.operate(Op.UNPACK, argument.value, shape)

    def suppresses(self, node: f.Expr, scope: Scope) -> bool:
        """`with suppress(…)` goes on behind its body after an exception."""
        return isinstance(node, f.Call) and _name_called(node.func) in ("suppress", "raises", "ignored")

    def constant_test(self, test: f.Expr) -> bool | None:
        """Conditions whose outcome is known: `TYPE_CHECKING` counts as true for what it imports."""
        if isinstance(test, f.Constant) and isinstance(test.value, bool):
            return test.value
        return None

    # --- classes ------------------------------------------------------------------------------------------------------

    @question(())
    def bases(self, cls: Class) -> tuple[Shape, ...]:
        found = []
        for base in cls.node.bases:
            if base.keyword is None and not base.star:
                expression = base.value.value if isinstance(base.value, f.Subscript) else base.value
                found.append(self.static(expression, cls.parent or cls.module))
        return tuple(found)

    @question(())
    def mro(self, cls: Class) -> tuple[Class, ...]:
        """The class and the project's classes it derives from, nearest first (depth first, duplicates dropped)."""
        order: dict[Class, None] = {cls: None}
        pending = list(reversed(self.bases(cls)))
        while pending and len(order) < 500:
            base = pending.pop()
            for member in members(base):
                if isinstance(member, ClassRef) and member.cls not in order:
                    order[member.cls] = None
                    pending.extend(reversed(self.bases(member.cls)))
        return tuple(order)

    def external_bases(self, cls: Class) -> list[str]:
        return [
            member.dotted
            for ancestor in self.mro(cls)
            for base in self.bases(ancestor)
            for member in members(base)
            if isinstance(member, External)
        ]

    def driver_base(self, cls: Class) -> DriverType | None:
        """The driver class that a class of the project derives from."""
        for dotted in self.external_bases(cls):
            type_ = drivers.type_of_class(dotted)
            if type_ is not None:
                return type_
        return None

    @question(())
    def subclasses(self, cls: Class) -> tuple[Class, ...]:
        """All classes of the project that derive from this one."""
        return dict(self.hierarchy()).get(cls, ())

    @question(())
    def hierarchy(self) -> tuple[tuple[Class, tuple[Class, ...]], ...]:
        """Every class that others derive from, with these."""
        below: dict[Class, list[Class]] = {}
        for candidate in self.derived_classes():
            for ancestor in self.mro(candidate)[1:]:
                below.setdefault(ancestor, []).append(candidate)
        return tuple((cls, tuple(found)) for cls, found in below.items())

    def derived_classes(self) -> tuple[Class, ...]:
        """Every class with bases in the files that can matter."""
        self.engine.observe(CLASSES)
        return self._derived_classes

    @functools.cached_property
    def _derived_classes(self) -> tuple[Class, ...]:
        return tuple(
            cls
            for module in self.scanned_modules
            if "class" not in module.facts.identifiers
            for cls in module.all_classes()
            if cls.node.bases
        )

    @question(UNKNOWN, widen=widened)
    def class_value(self, cls: Class, name: str) -> Shape:
        """What the class's own body binds to a name."""
        return beyond_data(join_all(self.bound(binding, name, cls) for binding in cls.bindings.get(name, [])))

    def class_lookup(self, cls: Class, name: str) -> Shape:
        """A name of the class or the classes it derives from, unbound."""
        for ancestor in self.mro(cls):
            if name in ancestor.bindings:
                return self.class_value(ancestor, name)
        return UNKNOWN

    @question(UNKNOWN, widen=widened)
    def instance_attribute(self, cls: Class, name: str) -> Shape:
        """`instance.name`: a method, a property's value, a class attribute, what is stored on `self` or from
        outside."""
        found = self.own_attribute(cls, name, Instance(cls))
        if members(without_nil(found)):
            return found
        below = join_all(self.defined_attribute(sub, name, Instance(sub)) for sub in self.subclasses(cls))
        if members(below):
            return join(found, below)
        framework_has = self.framework_attribute(cls, name)
        if members(framework_has):
            return framework_has
        base = self.driver_base(cls)
        if base is not None:
            driver = Driver(
                base, Proof.CONSTRUCTED, Place(cls.module.path, cls.node.start, cls.node.name_start + len(cls.name))
            )
            return driver_attribute(driver, name)
        if name.startswith("__"):
            return found
        for getter in members(self.class_lookup(cls, "__getattr__")):
            if isinstance(getter, FunctionRef):
                behind = self.behind_proxy(getter.function, cls)
                if behind is not None:
                    return join(found, driver_attribute(behind, name))
                found = join(found, self.returns(getter.function, self.given(getter.function, Instance(cls), {})))
        return found

    @question(None)
    def behind_proxy(self, getter: Function, cls: Class) -> Driver | None:
        """The driver object that `__getattr__` stands for: `getattr(self._collection, name)`.

        What is done to the attribute on its way must not change whether it has to be awaited: an `async def` around an
        async driver's method may be there (retries), anything around a sync driver's is not seen through.
        """
        names = [param.name for param in getter.params]
        if len(names) != 2:
            return None
        run = Interpreter(self, getter)
        run.env[names[0]] = Instance(cls)
        for node in expressions_of(getter.body):
            match node:
                case f.Call(func=f.Name(id="getattr"), args=(target, f.Argument(value=f.Name(id=name)), *_)):
                    driver = driver_of(run.value(target.value)) if name == names[1] else None
                    wrappers = [inner for inner in definitions(getter.body) if isinstance(inner, f.FunctionDef)]
                    is_async = any(wrapper.is_async for wrapper in wrappers)
                    if driver is not None and driver.type.flavour is drivers.Flavour.SYNC:
                        return None if wrappers else driver
                    return driver if is_async or not wrappers else None
        return None

    def property_function(self, cls: Class, name: str) -> Function | None:
        """The function behind a property of the class."""
        for ancestor in self.mro(cls):
            if name in ancestor.bindings:
                method = ancestor.method(name)
                return method if method is not None and self.method_kind(method) == "property" else None
        return None

    def framework_attribute(self, cls: Class, name: str) -> Shape:
        """What a class has from a framework's or an ODM's base class."""
        view = self.view_framework(cls)
        if view is not None and name == "request" and view.request:
            return ExternalInstance(view.request)
        if view is not None and view.name == "Tornado" and name in ("application", "settings"):
            return ExternalInstance("app:tornado" if name == "application" else "state:app:tornado.settings")
        if name in known.ODM_HANDLES and any(base.startswith("beanie.") for base in self.external_bases(cls)):
            return External(f"beanie.{name}")
        return UNKNOWN

    def own_attribute(self, cls: Class, name: str, receiver: Shape) -> Shape:
        """The attribute, from the class or the classes it derives from."""
        stored = self.stored(receiver, name, False)
        found: Shape = UNKNOWN
        annotation: Shape = UNKNOWN
        for ancestor in self.mro(cls):
            bindings = ancestor.bindings.get(name)
            if not bindings:
                continue
            value = self.class_value(ancestor, name)
            found = join_all(self.on_instance(member, receiver) for member in members(value))
            for binding in bindings:
                if binding.annotation is not None:
                    annotation = self.annotation(binding.annotation, ancestor)
            break
        if members(annotation) and all(isinstance(member, ExternalInstance) for member in members(found)):
            # `= field(…)` says less than the annotation in front of it.
            found = UNKNOWN
        result = join(stored, found)
        if not members(without_nil(result)):
            annotated = self.stored_annotation(cls, name)
            result = join(result, annotation if members(annotation) else annotated)
        return result

    def defined_attribute(self, cls: Class, name: str, receiver: Shape) -> Shape:
        """The attribute where the class itself, not an ancestor, defines it."""
        if name in cls.bindings:
            return join_all(self.on_instance(member, receiver) for member in members(self.class_value(cls, name)))
        return self.stored(receiver, name, True)

    def on_instance(self, shape: Shape, receiver: Shape) -> Shape:
        """A class attribute as its instance shows it: methods are bound, properties evaluated."""
        if not isinstance(shape, FunctionRef):
            return shape
        function = shape.function
        kind = self.method_kind(function)
        if kind == "property":
            result = self.call_result(
                function,
                self.given(function, receiver, {}),
                Place(function.module.path, function.node.start, function.node.end),
            )
            names = self.decorator_names(function)
            return result if names else UNKNOWN
        if kind == "static":
            return FunctionRef(function, None, shape.given)
        if kind == "class" and isinstance(receiver, Instance):
            return FunctionRef(function, ClassRef(receiver.cls), shape.given)
        return FunctionRef(function, receiver, shape.given)

    @question(UNKNOWN, widen=widened)
    def class_attribute(self, cls: Class, name: str) -> Shape:
        """`Class.name`"""
        found: Shape = UNKNOWN
        annotation: Shape = UNKNOWN
        for ancestor in self.mro(cls):
            if name in ancestor.bindings:
                for member in members(self.class_value(ancestor, name)):
                    if isinstance(member, FunctionRef) and self.method_kind(member.function) == "class":
                        member = FunctionRef(member.function, ClassRef(cls))
                    found = join(found, member)
                for binding in ancestor.bindings[name]:
                    if binding.annotation is not None:
                        annotation = self.annotation(binding.annotation, ancestor)
                break
        stored = self.stored(ClassRef(cls), name, False)
        result = join(found, stored)
        if not members(result):
            result = self.framework_attribute(cls, name)
        if not members(without_nil(result)):
            result = join(result, annotation)
        if not members(without_nil(result)):
            result = join_all([result, *(self.defined_on_class(sub, name) for sub in self.subclasses(cls))])
        return result

    def defined_on_class(self, cls: Class, name: str) -> Shape:
        """`Class.name` where the class itself, not an ancestor, has it."""
        return self.class_value(cls, name) if name in cls.bindings else self.stored(ClassRef(cls), name, True)

    @question(UNKNOWN, widen=widened)
    def stored(self, holder: Shape, name: str, own_only: bool) -> Shape:
        """What the project stores under this attribute of an object (of a class), class, module or application."""
        is_test = self.is_test(self.home(holder))
        own = holder.cls if isinstance(holder, Instance | ClassRef) else None
        self.engine.observe((STORES, name))
        bodies = self.bodies_that_store.get(name, ())
        self.run_all((STORES, name, is_test), (body for body in bodies if is_test or not body.is_test))
        if isinstance(holder, Instance):
            self.run_makers(holder.cls, name)
        found: list[Shape] = []
        for key in self.mro(own) if own is not None else (storage_key(holder),):
            for body, stores in self.storers.of((name, key)):
                if body.is_test and not is_test:
                    continue
                if isinstance(holder, Instance) and self.inherits(body, holder.cls):
                    stores = self.stores_by(body, holder.cls, name, key)
                elif own_only and key is not own:
                    continue
                found.extend(store.value for store in stores)
        return beyond_data(join_all(found))

    def stores_by(self, method: Function, cls: Class, name: str, key: Hashable) -> tuple[Store, ...]:
        """What an inherited method stores on an instance of this class."""
        stores = self.stores_with(method, ((method.params[0].name, Instance(cls)),))
        keys = (key, cls)
        return tuple(s for s in stores if s.name == name and any(storage_key(m) in keys for m in members(s.base)))

    def run_makers(self, cls: Class, field: str) -> None:
        """Run the bodies that may call the class to fill a field of a dataclass or model."""
        is_field = any(
            binding.annotation is not None for ancestor in self.mro(cls) for binding in ancestor.bindings.get(field, [])
        )
        if is_field and not members(self.class_lookup(cls, "__init__")):
            self.run_mentioning({member.name for member in self.family(cls)}, cls.module)

    @question(())
    def stores_with(self, function: Function, given: Given) -> tuple[Store, ...]:
        return self.flow(function, given).stores

    def home(self, holder: Shape) -> str:
        if isinstance(holder, Instance | ClassRef):
            return holder.cls.module.path
        return holder.path if isinstance(holder, ModuleRef) else ""

    @question(UNKNOWN, widen=widened)
    def stored_annotation(self, cls: Class, name: str) -> Shape:
        """`self.name: T = …` in a method."""
        for ancestor in self.mro(cls):
            found = ancestor.annotated_attributes.get(name)
            if found is not None:
                return self.annotation(*found)
        return UNKNOWN

    def bind_fields(self, cls: Class, arguments: Arguments) -> dict[str, Shape]:
        """The fields of a dataclass or model that the arguments of its call fill."""
        names: list[str] = []
        for ancestor in reversed(self.mro(cls)):
            for name, bindings in ancestor.bindings.items():
                if any(binding.annotation is not None for binding in bindings) and name not in names:
                    names.append(name)
        bound: dict[str, Shape] = {}
        position = 0
        for argument, shape in arguments:
            if argument.star:
                continue
            if argument.keyword is not None:
                bound[argument.keyword] = shape
            else:
                if position < len(names):
                    bound[names[position]] = shape
                position += 1
        return bound

    def call_method(self, instance: Shape, name: str, arguments: tuple[Shape, ...] = ()) -> Shape:
        """What calling a method of an instance gives."""
        if not isinstance(instance, Instance):
            return UNKNOWN
        found: list[Shape] = []
        for member in members(self.instance_attribute(instance.cls, name)):
            if isinstance(member, FunctionRef):
                function = member.function
                params = [p.name for p in function.params if p.kind in ("positional", "any")][1:]
                bound = dict(zip(params, arguments, strict=False))
                place = Place(function.module.path, function.node.start, function.node.end)
                found.append(self.call_result(function, self.given(function, instance, bound), place))
        return join_all(found)

    # --- attributes of everything else --------------------------------------------------------------------------------

    def attribute(self, shape: Shape, name: str) -> Shape:
        match shape:
            case Instance(cls):
                return self.method_of(self.instance_attribute(cls, name), shape, name)
            case ClassRef(cls):
                return self.class_attribute(cls, name)
            case ModuleRef(path):
                return self.module_attribute(path, name)
            case External(dotted):
                if holder_of(dotted) is not None:
                    return self.external_attribute(dotted, name)
                declared = self.declared_external(dotted, name)
                return declared if members(declared) else External(f"{dotted}.{name}")
            case ExternalInstance(dotted):
                return self.external_attribute(dotted, name)
            case Super(cls, receiver):
                for ancestor in self.mro(cls)[1:]:
                    if name in ancestor.bindings:
                        value = self.class_value(ancestor, name)
                        return join_all(self.on_instance(member, receiver) for member in members(value))
                return UNKNOWN
            case Plain(kind, origin):
                if name == "inserted_id" and kind == "insert_one_result":
                    return Plain("object_id", origin)
                if name == "inserted_ids" and kind == "insert_many_result":
                    return ListOf(Plain("object_id", origin))
                if name == "upserted_id" and kind == "update_result":
                    return join(Plain("object_id", origin), NIL)
                return UNKNOWN
            case FunctionRef() | Document() | Text() | ListOf() | Mapping():
                return UNKNOWN
        return UNKNOWN

    def application_attribute(self, name: str) -> Shape:
        """An attribute of the project's own subclass of an application."""
        found = [
            self.instance_attribute(cls, name)
            for cls in self.derived_classes()
            if any(base in APPLICATION_CLASSES for base in self.external_bases(cls))
        ]
        return join_all(found)

    def method_of(self, found: Shape, instance: Instance, name: str) -> Shape:
        """An abstract method stands for those that implement it."""
        concrete: list[Shape] = []
        for member in members(found):
            if isinstance(member, FunctionRef) and member.receiver is not None and self.is_abstract(member.function):
                overriding = [
                    FunctionRef(method, Instance(sub))
                    for sub in self.implementations(instance.cls)
                    if (method := sub.method(name)) is not None and not self.is_abstract(method)
                ]
                concrete.extend(overriding or [member])
            else:
                concrete.append(member)
        return join_all(concrete)

    @question(())
    def implementations(self, cls: Class) -> tuple[Class, ...]:
        """Subclasses; for a protocol, the classes that have all of its methods."""
        self.engine.observe(CLASSES)
        found = dict.fromkeys(self.subclasses(cls))
        if not found and any(dotted.rpartition(".")[2] == "Protocol" for dotted in self.external_bases(cls)):
            wanted = {n for n, bs in cls.bindings.items() if any(isinstance(b.node, f.FunctionDef) for b in bs)}
            for module in self.scanned_modules:
                if not wanted <= module.facts.identifiers:
                    continue
                for candidates in module.bindings.values():
                    for binding in candidates:
                        if isinstance(binding.node, f.ClassDef):
                            candidate = module.cls(binding.node)
                            if candidate is not cls and wanted and all(n in candidate.bindings for n in wanted):
                                found[candidate] = None
        return tuple(found)

    def holder_attribute(self, key: str, name: str) -> Shape:
        found = self.stored(ExternalInstance(key), name, False)
        if key == "state:request:starlette":
            found = join(found, self.lifespan_state(name))
        return found

    @question(UNKNOWN, widen=widened)
    def lifespan_state(self, name: str) -> Shape:
        """What lifespans yield under this key: Starlette puts it into each request's state."""
        found: list[Shape] = []
        self.engine.observe((MENTIONS, "lifespan"))
        for module in self.modules_by_identifier.get("lifespan", ()):
            for body in module.mentions("lifespan"):
                for registration in self.registrations_in(body):
                    if registration.role == Role.STARTUP:
                        for member in members(self.flow(registration.function, ()).yields):
                            if isinstance(member, Mapping):
                                found.append(dict(member.entries).get(name, UNKNOWN))
        return join_all(found)

    def holder_item(self, dotted: str, name: str) -> Shape:
        return UNKNOWN if is_result(dotted) else self.holder_attribute(holder_key(dotted), name)

    def external_attribute(self, dotted: str, name: str) -> Shape:
        """An attribute of an object of a class that we don't see: what the project stores there, or the framework
        has."""
        if is_result(dotted):
            return ExternalInstance(f"{dotted}.{name}")
        key = holder_key(dotted)
        if key.startswith("request:"):
            framework = key.partition(":")[2]
            if name in ("app", "application", "config_dict"):
                return ExternalInstance(f"app:{framework}")
            if name in ("state", "ctx", "scope"):
                return ExternalInstance(f"state:{key}")
        if key.startswith("app:") and name in ("state", "ctx", "settings", "extensions", "config"):
            return ExternalInstance(f"state:{key}.settings" if name == "settings" else f"state:{key}")
        if key == "app:aiohttp" and name in framework_lists:
            return ExternalInstance(f"aiohttp.web.Application.{name}")
        if key == "app:aiohttp" and name == "router":
            return ExternalInstance("aiohttp.web.Application.router")
        if key.startswith("app:"):
            found = self.holder_attribute(key, name)
            return found if members(found) else self.application_attribute(name)
        if not key.startswith("ext:"):
            return self.holder_attribute(key, name)
        found = self.holder_attribute(key, name)
        return found if members(found) else ExternalInstance(f"{dotted}.{name}")

    # --- frameworks ---------------------------------------------------------------------------------------------------

    def framework(self, dotted: str) -> Framework | None:
        return framework_of(dotted)

    def application_class(self, shape: Shape) -> str | None:
        """The class, as the framework names it, of an application, router or what derives from one."""
        if isinstance(shape, ExternalInstance):
            if shape.dotted.startswith("app:"):
                return {
                    "app:starlette": "fastapi.FastAPI",
                    "app:aiohttp": "aiohttp.web.Application",
                    "app:sanic": "sanic.Sanic",
                    "app:quart": "quart.Quart",
                }.get(shape.dotted)
            return shape.dotted
        if isinstance(shape, Instance):
            return next((dotted for dotted in self.external_bases(shape.cls) if framework_of(dotted)), None)
        return None

    def decorator_role(self, shape: Shape, name: str) -> tuple[Role | None, str]:
        dotted = self.application_class(shape)
        framework = framework_of(dotted) if dotted is not None else None
        if framework is None:
            return None, ""
        return framework.decorators.get(name), framework.name

    def function_decorator_role(self, dotted: str) -> Role | None:
        for framework in FRAMEWORKS:
            role = framework.function_decorators.get(dotted)
            if role is not None:
                return role
        return None

    def function_role(self, dotted: str) -> tuple[Role, int, str] | None:
        for framework in FRAMEWORKS:
            role = framework.functions.get(dotted)
            if role is not None:
                return (*role, framework.name)
        return None

    def registrar_role(self, dotted: str, name: str) -> tuple[Role, int, str] | None:
        owner = self.application_class(ExternalInstance(dotted))
        framework = framework_of(owner) if owner is not None else None
        if framework is None or name not in framework.registrars:
            if framework is None and dotted.rpartition(".")[2] in framework_lists and name == "append":
                base = framework_of(dotted.rpartition(".")[0])
                if base is not None and dotted.rpartition(".")[2] in base.startup_lists:
                    return Role.STARTUP, 0, base.name
            return None
        return (*framework.registrars[name], framework.name)

    # --- the driver ---------------------------------------------------------------------------------------------------

    def driver_value(self, returns: str, driver: Driver, place: Place) -> Shape:
        return driver_value(returns, driver, place)

    def driver_result(
        self, member: drivers.Member, owner: Driver, arguments: Arguments, place: Place, run: Interpreter
    ) -> Shape:
        return driver_result(member, owner, arguments, place, run)

    # --- annotations --------------------------------------------------------------------------------------------------

    def static(self, node: f.Expr, scope: Scope) -> Shape:
        """A dotted name, without running anything."""
        match node:
            case f.Name():
                if isinstance(scope, Class) and node.id in scope.bindings:
                    return self.class_value(scope, node.id)
                return self.lookup(scope, node.id)
            case f.Attribute():
                base = self.static(node.value, scope)
                found = [
                    self.attribute(member, node.attr)
                    for member in members(base)
                    if isinstance(member, External | ModuleRef | ClassRef)
                ]
                return join_all(found)
            case f.Subscript():
                return self.static(node.value, scope)
        return UNKNOWN

    def alias(self, node: f.Expr, scope: Scope) -> tuple[f.Expr, Scope] | None:
        """The expression that a name stands for, where it is bound once to a type expression."""
        current: Scope | None = scope
        if isinstance(node, f.Attribute):
            for member in members(self.static(node.value, scope)):
                if isinstance(member, ModuleRef):
                    module = self.module(member.path)
                    return self.alias_in(module, node.attr) if module is not None else None
            return None
        if not isinstance(node, f.Name):
            return None
        while current is not None:
            if isinstance(current, Namespace) and node.id in current.bindings:
                return self.alias_in(current, node.id)
            current = current.parent
        return self.alias_in(scope.module, node.id)

    def alias_in(self, namespace: Namespace, name: str, depth: int = 0) -> tuple[f.Expr, Scope] | None:
        bindings = namespace.bindings.get(name, [])
        if not bindings:
            for star in namespace.stars if isinstance(namespace, Module) else ():
                target = (
                    self.index.resolve(star.module, namespace.path, star.level)
                    if isinstance(namespace, Module)
                    else None
                )
                module = self.module(target) if target is not None else None
                found = self.alias_in(module, name, depth + 1) if module is not None and depth < 10 else None
                if found is not None:
                    return found
            return None
        binding = bindings[-1]
        if binding.how == "value" and not binding.path and binding.value is not None:
            return binding.value, namespace
        if binding.how == "from" and depth < 20 and isinstance(binding.node, f.ImportedName):
            node = self.import_of(binding.node, namespace)
            path = self.index.resolve(node.module, namespace.module.path, node.level)
            module = self.module(path) if path is not None else None
            return self.alias_in(module, binding.node.name, depth + 1) if module is not None else None
        return None

    def annotation(self, node: f.Expr, scope: Scope, depth: int = 0) -> Shape:
        """What a value with this annotation is."""
        if depth > 8:
            return UNKNOWN
        match node:
            case f.Constant(value=None):
                return NIL
            case f.Name() | f.Attribute():
                return self.named_type(node, scope, depth)
            case f.Subscript():
                return self.generic_type(node, scope, depth)
            case f.Opaque(kind="binary") | f.BoolOp():
                alternatives = node.children if isinstance(node, f.Opaque) else node.values
                return join_all([self.annotation(child, scope, depth + 1) for child in alternatives])
            case f.Sequence():
                return join_all([self.annotation(item, scope, depth + 1) for item in node.items])
        return UNKNOWN

    def named_type(self, node: f.Name | f.Attribute, scope: Scope, depth: int) -> Shape:
        alias = self.alias(node, scope)
        if alias is not None and isinstance(alias[0], f.Subscript | f.Opaque):
            return self.annotation(alias[0], alias[1], depth + 1)
        place = Place(scope.module.path, node.start, node.end)
        found: list[Shape] = []
        for member in members(self.static(node, scope)):
            match member:
                case External(dotted):
                    found.append(external_type(dotted, place))
                case ClassRef(cls):
                    base = self.driver_base(cls)
                    found.append(Driver(base, Proof.ANNOTATED, place) if base is not None else Instance(cls))
        return join_all(found)

    def generic_type(self, node: f.Subscript, scope: Scope, depth: int) -> Shape:
        items = node.index.items if isinstance(node.index, f.Sequence) and node.index.kind == "tuple" else (node.index,)
        base = self.static(node.value, scope)
        if isinstance(base, External):
            name = base.dotted.rpartition(".")[2]
            if name in ("Optional", "Union"):
                shapes = [self.annotation(item, scope, depth + 1) for item in items]
                return join_all([*shapes, NIL] if name == "Optional" else shapes)
            if name in (
                "Annotated",
                "Final",
                "ClassVar",
                "Required",
                "NotRequired",
                "ReadOnly",
                "Mapped",
                "SkipValidation",
            ):
                return self.annotation(items[0], scope, depth + 1)
            if name in _LISTS:
                return ListOf(self.annotation(items[0], scope, depth + 1))
            if name in ("tuple", "Tuple"):
                if len(items) == 2 and isinstance(items[1], f.Opaque):
                    return ListOf(self.annotation(items[0], scope, depth + 1))
                return TupleOf(tuple(self.annotation(item, scope, depth + 1) for item in items))
            if name in _MAPPINGS:
                value = self.annotation(items[1], scope, depth + 1) if len(items) > 1 else UNKNOWN
                return Mapping((), value if is_telling(value) else UNKNOWN)
            if name in ("AsyncGenerator", "AsyncIterator", "AsyncIterable"):
                return Stream(self.annotation(items[0], scope, depth + 1), True)
            if name in ("Generator", "Iterator"):
                return Stream(self.annotation(items[0], scope, depth + 1), False)
            if name in ("AsyncContextManager", "AbstractAsyncContextManager"):
                return Context(self.annotation(items[0], scope, depth + 1), True)
            if name in ("ContextManager", "AbstractContextManager"):
                return Context(self.annotation(items[0], scope, depth + 1), False)
            if name in ("type", "Type"):
                found = self.annotation(items[0], scope, depth + 1)
                return join_all(ClassRef(member.cls) for member in members(found) if isinstance(member, Instance))
            if name in ("Literal", "Callable", "Awaitable", "Coroutine"):
                return UNKNOWN
        return self.annotation(node.value, scope, depth + 1)


_LISTS = frozenset(
    {"list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "Iterable", "Collection", "deque"}
)
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"})

framework_lists = frozenset(name for framework in FRAMEWORKS for name in framework.startup_lists)

BUILTINS = frozenset(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)


def external_type(dotted: str, place: Place) -> Shape:
    """What a value annotated with a class from outside of the project is."""
    type_ = drivers.type_of_class(dotted)
    if type_ is not None:
        return Driver(type_, Proof.ANNOTATED, place)
    name = dotted.rpartition(".")[2]
    if dotted in ("builtins.str",):
        return STRING
    if dotted in ("builtins.int", "builtins.float", "builtins.bool", "builtins.bytes"):
        return Plain(name)
    if dotted in known.OBJECT_IDS:
        return Plain("object_id", place)
    if dotted in ("typing.Any", "builtins.object", "typing.Callable", "typing_extensions.Any"):
        return UNKNOWN
    if name in _MAPPINGS and dotted.split(".")[0] in ("builtins", "typing", "collections"):
        return Mapping((), UNKNOWN)
    if name in _LISTS and dotted.split(".")[0] in ("builtins", "typing", "collections"):
        return ListOf(UNKNOWN)
    return ExternalInstance(dotted)


def driver_attribute(driver: Driver, name: str) -> Shape:
    """What an object that is, or stands for, a driver object has under a name."""
    member = drivers.member(driver.type, name)
    if member is None:
        return sub_object(driver, name)
    if member.how is drivers.How.PROPERTY:
        return driver_value(member.returns, driver, driver.origin)
    return DriverMethod(driver, name)


def declared_shape(value: str) -> Shape:
    """`"async.database"` in the settings; a function's name declares what it gives."""
    flavour, _, kind = value.partition(".")
    return Driver(DriverType(drivers.Flavour(flavour), Kind(kind)), Proof.DECLARED, Place("pyproject.toml", 0, 0))


def returned_function(function: Function) -> Function | None:
    """The nested function that a decorator returns."""
    nested = {node.name: node for node in definitions(function.body) if isinstance(node, f.FunctionDef)}
    for node in flat_statements(function.body):
        if isinstance(node, f.Return) and isinstance(node.value, f.Name) and node.value.id in nested:
            return function.function(nested[node.value.id])
    return None


def stream_element(shape: Shape) -> Shape:
    return join_all(member.element for member in members(shape) if isinstance(member, Stream))


def settles(annotation: Shape, project: Project) -> bool:
    """Is the annotation enough, so that nobody has to look for the callers?"""
    found = [member for member in members(annotation) if not isinstance(member, Nil)]
    return bool(found) and all(
        isinstance(member, Plain | Text)
        or (
            isinstance(member, Instance)
            and not project.subclasses(member.cls)
            and not _is_protocol(member.cls, project)
        )
        for member in found
    )


def _is_protocol(cls: Class, project: Project) -> bool:
    return any(dotted.rpartition(".")[2] in ("Protocol", "ABC") for dotted in project.external_bases(cls))


def _does_nothing(node: f.Statement) -> bool:
    """A docstring, `...`, `pass` or `raise NotImplementedError`."""
    match node:
        case f.ExprStatement(value=value):
            return isinstance(value, f.Constant | f.Opaque)
        case f.Jump(kind=kind):
            return kind == "pass"
        case f.Raise(exception=exception):
            return "NotImplemented" in _name_called(exception)
    return False


def _name_called(node: f.Expr | None) -> str:
    """The last name of what is called, or of the expression itself."""
    if isinstance(node, f.Call):
        node = node.func
    return last_name(node) if node is not None else ""


__all__ = ["Project", "driver_of", "is_test_path", "presumed"]


def _parts(key: Hashable) -> tuple[Hashable, ...]:
    return key if isinstance(key, tuple) else ()


def _scopes_in(value: object) -> Iterator[Scope]:
    """The bodies that a question, or a shape in it, is about."""
    if isinstance(value, Scope):
        yield value
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from _scopes_in(part)
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _scopes_in(getattr(value, name))


def _files_in(value: object) -> set[str]:
    """The files that a question, or a shape in it, tells of."""
    if isinstance(value, Scope):
        return {value.module.path}
    if isinstance(value, str):
        return {value} if value.endswith((".py", ".ipynb")) else set()
    if isinstance(value, tuple | frozenset):
        return set().union(*map(_files_in, value))
    if isinstance(value, Struct):
        return set().union(*(_files_in(getattr(value, name)) for name in value.__struct_fields__))
    return set()
