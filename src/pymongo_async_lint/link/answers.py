"""What the rules read: every body of the project with what happens in it, the fate of every coroutine, who runs
what."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.drivers import AWAITABLE, Flavour, How
from pymongo_async_lint.link.flow import CallSite, Construction, Flow, Given, Op, Operation
from pymongo_async_lint.link.flow import How as Run
from pymongo_async_lint.link.none_arguments import called_with_none
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.places import Places
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.scopes import Function, Scope
from pymongo_async_lint.link.shapes import CURSORS, UNKNOWN, Coroutine, Driver, Proof, members, parts


class Body(msgspec.Struct, frozen=True):
    """A module, class or function, run with the parameters that all its callers agree on, or that one caller gives."""

    scope: Scope
    given: Given
    flow: Flow

    @property
    def path(self) -> str:
        return self.scope.module.path

    def place(self, node: f.Node) -> Place:
        return Place(self.path, node.start, node.end)

    @property
    def is_async(self) -> bool:
        return isinstance(self.scope, Function) and self.scope.is_async


class Done(msgspec.Struct, frozen=True):
    """An operation on a coroutine or driver object, with the body that does it."""

    body: Body
    operation: Operation

    @property
    def place(self) -> Place:
        return self.body.place(self.operation.node)


MOST_CALLS = 60
"""How long a chain of calls may be; bounds the interpreter's stack."""


class Blocking(msgspec.Struct, frozen=True):
    """A plain function blocks: the places from its first call down to the driver's, and the driver's member."""

    chain: tuple[Place, ...]
    owner: Driver
    member: str


def answers_about(project: Project) -> Answers:
    """All answers, once every file that a driver object flows into is among those looked at."""
    while True:
        answers = Answers(project)
        if not project.reached:
            return answers
        project.take_in_reached()


class Answers:
    """All answers about a project, worked out once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.places = Places(project)
        self.bodies = tuple(self._bodies())
        self.done_to: dict[Place, list[Done]] = {}
        self.coroutines: dict[Place, Coroutine] = {}
        self.own_ids: set[str | None] = set()
        """Collections whose documents get an `_id` of the project's own; None stands for those whose name isn't
        known."""
        self.contradicted: set[Place] = set()
        """Annotations that say "sync" of something that gets awaited."""
        self.handed_out: set[Place] = set()
        """Calls that make a coroutine which a call of their function gives to a caller that is seen."""
        self.kept_by_callees: set[Place] = set()
        """Calls of functions that make a coroutine of what they are passed here, and do not hand it out"""
        self._callers = self._find_callers()
        for body in self.bodies:
            self._note(body)
        self.nodes: dict[Place, f.Node] = {}
        """The calls and properties that make coroutines."""
        self.body_of: dict[Place, Body] = {}
        for body in self.bodies:
            self._index(body)
        self._blocking: dict[tuple[Function, Given], Blocking | None] = {}
        self._exactly_blocking: dict[tuple[Function, Given], Blocking] = {}
        self._tried: set[tuple[Function, Given]] = set()
        """What has been looked at from one call on. Where calls go in a circle, it may turn out later that one of them
        blocks: so what was not seen to block is not kept."""

    def _bodies(self) -> Iterator[Body]:
        project = self.project
        scopes: list[Scope] = []
        for module in project.scanned_modules:
            scopes.extend([module, *module.all_classes(), *module.all_functions()])
        seen = set(scopes)
        for scope in scopes:
            flow = project.flow(scope, ())
            yield Body(scope, (), flow)
            for function in flow.lambdas:
                if function not in seen:
                    seen.add(function)
                    scopes.append(function)
        for function, contexts in list(project.contexts.items()):
            for given in sorted(contexts, key=repr):
                yield Body(function, given, project.flow(function, given))

    def _note(self, body: Body) -> None:
        own = {body.place(use.node) for use in body.flow.uses} if body.given else frozenset()
        agreed = {body.place(use.node) for use in self.project.flow(body.scope, ()).uses} if body.given else frozenset()
        for operation in body.flow.operations:
            subject = operation.subject
            if isinstance(subject, Coroutine):
                if subject.site in own:
                    if subject.site not in agreed:
                        self._at_callers(body, operation, subject)
                    continue
                self.done_to.setdefault(subject.site, []).append(Done(body, operation))
                self.coroutines.setdefault(subject.site, subject)
            elif operation.op in (Op.AWAIT, Op.ASYNC_ITERATE, Op.ASYNC_WITH) and subject.type.flavour is Flavour.SYNC:
                self.contradicted.add(subject.origin)
        for coroutine in body.flow.handed_out:
            self.handed_out.update(coroutine.via)
            if not body.given:
                self.coroutines.setdefault(coroutine.site, coroutine)
        self.own_ids.update(body.flow.own_ids)
        for use in body.flow.uses:
            if use.is_awaited and use.owner.type.flavour is Flavour.SYNC:
                self.contradicted.add(use.owner.origin)
            if not body.given and use.member.how in AWAITABLE:
                site = body.place(use.node)
                is_future = use.member.how is How.FUTURE
                self.coroutines.setdefault(site, Coroutine(UNKNOWN, site, use.owner, use.member.name, is_future))

    def _find_callers(self) -> dict[tuple[Scope, Given], list[Place]]:
        """Who calls a function with these parameters."""
        found: dict[tuple[Scope, Given], list[Place]] = {}
        for body in self.bodies:
            if body.given:
                continue
            for site in body.flow.calls:
                given = self.project.given(site.function, site.receiver, dict(site.bound))
                if given and (site.function.module.is_test_file or not body.scope.module.is_test_file):
                    found.setdefault((site.function, given), []).append(body.place(site.node))
        return found

    def _at_callers(self, body: Body, operation: Operation, subject: Coroutine) -> None:
        """What a function does to a coroutine for some of its callers only is the business of these callers."""
        for place in self._callers.get((body.scope, body.given), ()):
            moved = msgspec.structs.replace(subject, site=place, via=(subject.site, *subject.via))
            if self.coroutines.setdefault(place, moved) is moved:
                self.kept_by_callees.add(place)
            self.done_to.setdefault(place, []).append(Done(body, operation))

    def _index(self, body: Body) -> None:
        for use in body.flow.uses:
            place = body.place(use.node)
            self.nodes.setdefault(place, use.node)
            self.body_of.setdefault(place, body)
        for site in body.flow.calls:
            place = body.place(site.node)
            self.nodes.setdefault(place, site.node)
            self.body_of.setdefault(place, body)

    def body_at(self, place: Place) -> Body | None:
        """The body that makes the coroutine of this place."""
        return self.body_of.get(place)

    def bodies_in(self, path: str) -> Sequence[Body]:
        """The bodies of one file."""
        return self._bodies_by_path.get(path, ())

    @functools.cached_property
    def _bodies_by_path(self) -> dict[str, list[Body]]:
        found: dict[str, list[Body]] = {}
        for body in self.bodies:
            found.setdefault(body.path, []).append(body)
        return found

    def callers(self, scope: Scope, given: Given) -> tuple[Place, ...]:
        """The calls that hand a function these parameters."""
        return tuple(self._callers.get((scope, given), ()))

    def is_called_with(self, scope: Scope, given: Given) -> bool:
        """Does any call hand a function these parameters?"""
        return (scope, given) in self._callers

    # --- coroutines ---------------------------------------------------------------------------------------------------

    def fates(self) -> Iterator[tuple[Coroutine, list[Done]]]:
        """Every coroutine of the driver, in order of its place, with all that is done to it anywhere."""
        for site in sorted(self.coroutines):
            yield self.coroutines[site], self.done_to.get(site, [])

    def gives_result_at(self, place: Place) -> bool:
        """Is this, for some callers, a call that gives its result at once?"""
        return place in self._giving_results

    @functools.cached_property
    def _giving_results(self) -> frozenset[Place]:
        uses = ((body, use) for body in self.bodies for use in body.flow.uses)
        return frozenset(body.place(use.node) for body, use in uses if use.member.how not in AWAITABLE)

    def done_to_results_of(self, call: Place) -> Iterator[Done]:
        """What is done to the coroutines that a call of a plain function hands out."""
        for site in self._handed_out_by.get(call, ()):
            yield from self.done_to.get(site, ())

    @functools.cached_property
    def _handed_out_by(self) -> dict[Place, list[Place]]:
        found: dict[Place, list[Place]] = {}
        for site, coroutine in self.coroutines.items():
            for call in coroutine.via:
                found.setdefault(call, []).append(site)
        return found

    # --- blocking -----------------------------------------------------------------------------------------------------

    def is_proved_sync(self, driver: Driver) -> bool:
        """A sync annotation is no proof where the value gets awaited."""
        return driver.type.flavour is Flavour.SYNC and (
            driver.proof is not Proof.ANNOTATED or driver.origin not in self.contradicted
        )

    def blocking_operations(self, flow: Flow) -> Iterator[tuple[f.Node, Driver, str, bool]]:
        """Where a body itself waits for the server: node, object, member, and whether that happens once only."""
        for use in flow.uses:
            if use.member.blocks and not use.is_awaited and not use.is_off_loop and self.is_proved_sync(use.owner):
                yield use.node, use.owner, use.member.name, use.is_guarded
        for operation in flow.operations:
            subject = operation.subject
            if (
                operation.op is Op.ITERATE
                and isinstance(subject, Driver)
                and subject.type.kind in CURSORS
                and self.is_proved_sync(subject)
            ):
                yield operation.node, subject, "iteration", False

    def blocking(self, function: Function, given: Given) -> Blocking | None:
        """How a plain function comes to block, if it does: by the shortest chain of calls."""
        if (function, given) not in self._blocking:
            self._solve_blocking(function, given)
        return self._blocking[function, given]

    def _solve_blocking(self, function: Function, given: Given) -> None:
        """Find out about this function and all that it calls: from those that block themselves back to their
        callers."""
        callers: dict[tuple[Function, Given], list[tuple[tuple[Function, Given], Place]]] = {}
        pending = [(function, given)]
        seen = {(function, given)}
        blocking: list[tuple[Function, Given]] = []
        while pending:
            key = pending.pop()
            found = self._blocking[key] = self._blocks_itself(*key)
            if found is not None:
                blocking.append(key)
                continue
            path = key[0].module.path
            for site in self.project.flow(*key).calls:
                callee = self._called(site)
                if callee is None:
                    continue
                callers.setdefault(callee, []).append((key, Place(path, site.node.start, site.node.end)))
                if callee in self._blocking and callee not in seen:
                    if self._blocking[callee] is not None:
                        blocking.append(callee)
                elif callee not in seen:
                    seen.add(callee)
                    pending.append(callee)
        while blocking:
            reached: list[tuple[Function, Given]] = []
            for key in blocking:
                found = self._blocking[key]
                assert found is not None
                for caller, place in callers.get(key, ()):
                    if self._blocking[caller] is None:
                        self._blocking[caller] = Blocking((place, *found.chain), found.owner, found.member)
                        reached.append(caller)
            blocking = reached

    def _blocks_itself(self, function: Function, given: Given) -> Blocking | None:
        for node, owner, member, is_guarded in self.blocking_operations(self.project.flow(function, given)):
            if not is_guarded:
                return Blocking((Place(function.module.path, node.start, node.end),), owner, member)
        return None

    def _called(self, site: CallSite) -> tuple[Function, Given] | None:
        """The plain function, with its parameters, that this place runs right away; None if it does not."""
        function = site.function
        if site.how is not (Run.ITERATE if function.is_generator else Run.CALL):
            return None
        if site.is_off_loop or site.is_once or function.is_async or self.places.is_cached(function):
            return None
        return function, self.project.given(function, site.receiver, dict(site.bound))

    def blocks_at(self, site: CallSite) -> Blocking | None:
        """Does this call of a plain function block, with just what it passes?"""
        called = self._called(site)
        if called is None or self.blocking(*called) is None:
            return None
        found = self._blocks_exactly(site, called, (), 0)
        self._tried.clear()
        return found

    def _blocks_exactly(
        self, site: CallSite, called: tuple[Function, Given], around: Given, depth: int
    ) -> Blocking | None:
        """The same, where it is known which parameters are None in this very call, and in those behind it."""
        key = called_with_none(self.project, site, *called, around)
        if key not in self._exactly_blocking and key not in self._tried and depth < MOST_CALLS:
            self._tried.add(key)
            found = self._blocks_itself(*key) or self._blocks_below(*key, depth + 1)
            if found is not None:
                self._exactly_blocking[key] = found
        return self._exactly_blocking.get(key)

    def _blocks_below(self, function: Function, given: Given, depth: int) -> Blocking | None:
        below: list[tuple[int, CallSite, tuple[Function, Given]]] = []
        for site in self.project.flow(function, given).calls:
            called = self._called(site)
            blocking = self.blocking(*called) if called is not None else None
            if called is not None and blocking is not None:
                below.append((len(blocking.chain), site, called))
        for _, site, called in sorted(below, key=lambda one: one[0]):
            found = self._blocks_exactly(site, called, given, depth)
            if found is not None:
                place = Place(function.module.path, site.node.start, site.node.end)
                return Blocking((place, *found.chain), found.owner, found.member)
        return None

    # --- clients ------------------------------------------------------------------------------------------------------

    def is_kept(self, body: Body, construction: Construction) -> bool:
        """Does the code around keep the client for the next time?"""
        if construction.is_guarded:
            return True
        function = body.scope
        if not isinstance(function, Function) or self.places.is_cached(function):
            return True
        origin = construction.driver.origin
        if function.name != "__init__":
            for store in body.flow.stores:
                if any(isinstance(part, Driver) and part.origin == origin for part in parts(store.value)):
                    return True
        cells = dict(body.flow.cells)
        return any(
            isinstance(member, Driver) and member.origin == origin
            for name in function.scope_changes
            for member in members(cells.get(name, UNKNOWN))
        )
