"""Which operations of a body run at the same time: those handed to `asyncio.gather` or to one task group."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.link import known
from pymongo_async_lint.link.answers import Answers, Body
from pymongo_async_lint.link.around import Loop, holds, loops_around
from pymongo_async_lint.link.scopes import bindings_of, expressions_of, flat_statements, last_name
from pymongo_async_lint.link.shapes import External, members

TASK_GROUPS = frozenset({"asyncio.TaskGroup", "anyio.create_task_group", "trio.open_nursery"})

STARTERS = frozenset({"create_task", "start_soon"})

_TELLING = frozenset({"gather", "wait", "as_completed", "TaskGroup", "create_task_group", "open_nursery"})


class Job(msgspec.Struct, frozen=True):
    """A call whose coroutine is handed over; `loop` hands over one each round."""

    call: f.Call
    loop: Loop | None


class Group(msgspec.Struct, frozen=True):
    """Coroutines that run at the same time. `node` is the call, or the `with`, that sees to it; `name` is what it is
    called in the source."""

    node: f.Node
    name: str
    jobs: tuple[Job, ...]


def groups(answers: Answers, body: Body) -> Iterator[Group]:
    """The calls that are run in parallel by a body."""
    if not body.scope.module.facts.identifiers & _TELLING:
        return
    for node in expressions_of(body.scope.body):
        if isinstance(node, f.Call) and _is_one_of(answers, body, node.func, known.GATHERERS):
            jobs = [job for given in node.args if given.keyword is None for job in _jobs(body, given.value, node, 0)]
            yield Group(node, last_name(node.func), tuple(jobs))
    for statement in flat_statements(body.scope.body):
        if isinstance(statement, f.With):
            for item in statement.items:
                if (
                    isinstance(item.value, f.Call)
                    and isinstance(item.target, f.Name)
                    and _is_one_of(answers, body, item.value.func, TASK_GROUPS)
                ):
                    jobs = list(_started(body, statement, item.target.id))
                    yield Group(statement, last_name(item.value.func), tuple(jobs))


def _is_one_of(answers: Answers, body: Body, func: f.Expr, names: frozenset[str]) -> bool:
    if not isinstance(func, f.Name | f.Attribute) or last_name(func) not in _TELLING:
        return False
    shape = answers.project.static(func, body.scope)
    return any(isinstance(one, External) and one.dotted in names for one in members(shape))


def _jobs(body: Body, node: f.Expr, call: f.Node, depth: int) -> Iterator[Job]:
    """The calls that make the coroutines of an argument."""
    match node:
        case f.Call():
            if depth and node.args and last_name(node.func) in STARTERS | {"ensure_future"}:
                yield from _jobs(body, node.args[0].value, call, depth)
            else:
                loops = [loop for loop in loops_around(body.scope.body, node) if holds(call, loop.node)]
                yield Job(node, loops[-1] if loops else None)
        case f.Starred(value=value):
            yield from _jobs(body, value, call, depth)
        case f.Sequence(items=items):
            for item in items:
                yield from _jobs(body, item, call, depth)
        case f.Comprehension(element=element):
            yield from _jobs(body, element, call, depth)
        case f.Name(id=name) if depth == 0:
            yield from _kept(body, name, call)


def _kept(body: Body, name: str, call: f.Node) -> Iterator[Job]:
    """What a variable holds by the time of the call: its value, or what was appended to it."""
    values = [binding.value for bound, binding in bindings_of(body.scope.body) if bound == name]
    if len(values) != 1 or values[0] is None or values[0].start > call.start:
        return
    yield from _jobs(body, values[0], values[0], 1)
    for node in expressions_of(body.scope.body):
        match node:
            case f.Call(func=f.Attribute(value=f.Name(id=target), attr="append"), args=(given,)) if target == name:
                if values[0].end <= node.start < call.start:
                    loops = [loop for loop in loops_around(body.scope.body, node) if loop.node.start > values[0].end]
                    for job in _jobs(body, given.value, given.value, 1):
                        yield Job(job.call, job.loop or (loops[-1] if loops else None))


def _started(body: Body, group: f.With, name: str) -> Iterator[Job]:
    for node in expressions_of(group.body):
        match node:
            case f.Call(func=f.Attribute(value=f.Name(id=target), attr=attr), args=args) if target == name and args:
                if attr in STARTERS:
                    loops = [loop for loop in loops_around(body.scope.body, node) if holds(group, loop.node)]
                    job = args[0].value if isinstance(args[0].value, f.Call) else node
                    yield Job(job, loops[-1] if loops else None)
