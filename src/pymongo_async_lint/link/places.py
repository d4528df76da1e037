"""Who runs each function: the event loop, a worker thread, the import, the start-up, a script, a test; once or per
request."""

from __future__ import annotations

import enum

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.frameworks import FRAMEWORKS, MIDDLEWARE_CLASSES, Role
from pymongo_async_lint.link import known
from pymongo_async_lint.link.flow import CallSite, How
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.scopes import Function, Module, Scope
from pymongo_async_lint.link.shapes import FunctionRef, Instance, members


class Where(enum.StrEnum):
    LOOP = "event loop"
    POOL = "thread pool"
    IMPORT = "import time"
    STARTUP = "start-up"
    SCRIPT = "script"
    WORKER = "worker"
    TEST = "test"


ONCE = frozenset({Where.IMPORT, Where.STARTUP, Where.SCRIPT, Where.TEST})
"""Places where blocking, or making a client, costs nothing that matters."""


class Spot(msgspec.Struct, frozen=True):
    """One way in which a function gets run. `is_repeated`: again and again, on behalf of requests, events or jobs."""

    where: Where
    is_repeated: bool


_POOLED_ROLES = {framework.name: framework.pool for framework in FRAMEWORKS}

MAX_CHAIN = 12
"""Chains of calls are followed, and shown, this far."""


class Places:
    """The spots of all functions, each with the chain of calls that leads to it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.spots: dict[Function, dict[Spot, tuple[Place, ...]]] = {}
        self.routes: dict[Function, f.Call | None] = {}
        """Routes with the call that registered them, for its options."""
        self.calls: dict[Scope, tuple[CallSite, ...]] = {}
        self._pending: list[tuple[Function, Spot]] = []
        for module in project.scanned_modules:
            self._roots(module)
        self._spread()

    def of(self, function: Function) -> dict[Spot, tuple[Place, ...]]:
        """How the function gets run; nested functions that nobody is seen to call, as the function around them."""
        found = self.spots.get(function)
        if found:
            return found
        if isinstance(function.parent, Function):
            return self.of(function.parent)
        return {}

    def runs_only_once(self, function: Function) -> bool:
        """Is the function run by start-up, scripts, imports or tests only?"""
        spots = self.of(function)
        return bool(spots) and all(spot.where in ONCE for spot in spots)

    def repeated(self, function: Scope) -> tuple[Place, ...] | None:
        """The chain of calls by which the function gets run again and again in production; None if it does not."""
        spots = self.of(function) if isinstance(function, Function) else {}
        return next((chain for spot, chain in spots.items() if spot.is_repeated and spot.where not in ONCE), None)

    def _add(self, function: Function, spot: Spot, chain: tuple[Place, ...]) -> None:
        spots = self.spots.setdefault(function, {})
        if spot not in spots:
            spots[spot] = chain
            self._pending.append((function, spot))

    # --- where it begins ----------------------------------------------------------------------------------------------

    def _roots(self, module: Module) -> None:
        project = self.project
        is_test = project.is_test(module.path)
        scopes: list[Scope] = [module, *module.all_classes(), *module.all_functions()]
        for scope in scopes:
            flow = project.flow(scope, ())
            self.calls[scope] = flow.calls
            for registration in flow.registrations:
                self._registered(
                    registration.function,
                    registration.role,
                    registration.framework,
                    registration.call,
                    module,
                    registration.node,
                )
            for function in flow.lambdas:
                self.calls[function] = project.flow(function, ()).calls
        for function in module.all_functions():
            if is_test and (function.name.startswith("test") or function.owner is None):
                self._add(function, Spot(Where.TEST, False), ())
            self._view(function)
            for param in function.params:
                target = project.dependency(param, function.parent or module)
                if target is not None:
                    self._dependency(*target)
        main = _main_guard(module)
        for site in self.calls[module]:
            in_main = main is not None and main.start <= site.node.start < main.end
            where = Where.SCRIPT if in_main else Where.IMPORT
            if is_test:
                where = Where.TEST
            self._follow(site, Spot(where, False), (Place(module.path, site.node.start, site.node.end),))

    def _registered(
        self, function: Function, role: str, framework: str, call: f.Call | None, module: Module, node: f.Node
    ) -> None:
        chain = (Place(module.path, node.start, node.end),)
        match role:
            case Role.ROUTE:
                self.routes.setdefault(function, call)
                self._add(function, Spot(self._loop_or_pool(function, Role.ROUTE, framework), True), chain)
            case Role.STARTUP:
                self._add(function, Spot(Where.STARTUP, False), chain)
            case Role.JOB:
                self._add(function, Spot(Where.WORKER, True), chain)
            case Role.COMMAND:
                self._add(function, Spot(Where.SCRIPT, False), chain)
            case _:
                self._add(function, Spot(self._loop_or_pool(function, Role(role), framework), True), chain)

    def _loop_or_pool(self, function: Function, role: Role, framework: str) -> Where:
        return Where.LOOP if function.is_async or role not in _POOLED_ROLES.get(framework, ()) else Where.POOL

    def _view(self, function: Function) -> None:
        """Methods of class-based views."""
        owner = function.owner
        if owner is None:
            return
        place = Place(function.module.path, function.node.start, function.node.start)
        framework = self.project.view_framework(owner)
        if framework is not None and function.name in framework.view_methods:
            self.routes.setdefault(function, None)
            pooled = not function.is_async and Role.ROUTE in framework.pool
            self._add(function, Spot(Where.POOL if pooled else Where.LOOP, True), (place,))
        is_middleware = any(base in MIDDLEWARE_CLASSES for base in self.project.external_bases(owner))
        if is_middleware and function.name in ("dispatch", "__call__"):
            self._add(function, Spot(Where.LOOP, True), (place,))

    def _dependency(self, expression: f.Expr, scope: Scope) -> None:
        from pymongo_async_lint.link.evaluate import Interpreter

        run = Interpreter(self.project, scope)
        place = run.place(expression)
        for member in members(run.value(expression)):
            function = None
            if isinstance(member, FunctionRef):
                function = member.function
            elif isinstance(member, Instance):
                called = self.project.attribute(member, "__call__")
                function = next((m.function for m in members(called) if isinstance(m, FunctionRef)), None)
            else:
                maker = self.project.class_lookup(member.cls, "__init__") if hasattr(member, "cls") else None
                function = (
                    next((m.function for m in members(maker) if isinstance(m, FunctionRef)), None) if maker else None
                )
            if function is not None:
                self._add(function, Spot(Where.LOOP if function.is_async else Where.POOL, True), (place,))

    # --- where it leads -----------------------------------------------------------------------------------------------

    def _spread(self) -> None:
        while self._pending:
            function, spot = self._pending.pop()
            chain = self.spots[function][spot]
            if len(chain) > MAX_CHAIN:
                continue
            calls = self.calls.get(function)
            if calls is None:
                calls = self.calls[function] = self.project.flow(function, ()).calls
            for site in calls:
                place = Place(function.module.path, site.node.start, site.node.end)
                self._follow(site, spot, (*chain, place))

    def _follow(self, site: CallSite, spot: Spot, chain: tuple[Place, ...]) -> None:
        where = spot.where
        if site.how is How.CALLBACK:
            return
        if site.how is How.THREAD and where is not Where.TEST:
            where = Where.POOL if where in (Where.LOOP, Where.POOL) else where
        elif site.how is How.TASK and where is Where.POOL:
            where = Where.LOOP
        is_repeated = spot.is_repeated and not site.is_guarded and not self.is_cached(site.function)
        self._add(site.function, Spot(where, is_repeated), chain)

    def is_cached(self, function: Function) -> bool:
        """Is the function's result kept for the next call?"""
        return any(name in known.CACHES for name in self.project.decorator_names(function))


def _main_guard(module: Module) -> f.If | None:
    """`if __name__ == "__main__":`"""
    for node in module.body:
        match node:
            case f.If(test=f.Compare(left=f.Name(id="__name__"))):
                return node
    return None
