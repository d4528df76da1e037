"""Runs one example in a process of its own, against a real server, and tells all that could be seen of it."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import importlib
import inspect
import io
import json
import logging
import multiprocessing
import os
import sys
import warnings
from collections.abc import Coroutine
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx2
from pymongo import monitoring

DEADLINE = 20.0
"""Seconds that an example may take, its imports included; most take a tenth of one."""

SETTLE = 0.3
"""Seconds for a new client's monitors to open their connections, where these are counted request by request."""

TICK = 0.002
"""Seconds between two signs of life of the event loop."""

# Forks of a process that has the drivers loaded already, which saves a second for each example.
PROCESSES = multiprocessing.get_context("forkserver" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
PROCESSES.set_forkserver_preload(
    ["fastapi", "gridfs.asynchronous", "httpx2", "motor.motor_asyncio", "pymongo", "pytest"]
)


@dataclass
class Outcome:
    """What could be seen of a run, from outside."""

    returned: str = ""
    """What `main` returned, as `repr` writes it."""
    printed: str = ""
    error: str = ""
    """Type and text of the exception that ended `main`, a request, or the import of the example."""
    statuses: list[int] = field(default_factory=list)
    """The HTTP status of each request."""
    body: str = ""
    """The body of the last response."""
    warned: list[str] = field(default_factory=list)
    """Category and text of each warning, but for deprecations."""
    logged: list[str] = field(default_factory=list)
    """What Python, asyncio and the drivers logged as errors, with the exceptions that belong to it."""
    stalled: float = 0.0
    """Seconds that the longest command took of those during which the event loop ran nothing else."""
    connections: list[int] = field(default_factory=list)
    """How many connections were opened during each request, or by `main`."""
    commands: list[dict[str, Any]] = field(default_factory=list)
    """What was sent on behalf of the example, in order; the monitors' own commands are left out."""
    at_once: int = 0
    """How many commands were on their way at the same time, at most."""

    @property
    def sent(self) -> list[str]:
        """The commands' names: "insert", "find", …"""
        return [next(iter(command)) for command in self.commands]


def perform(folder: Path, request: str = "", times: int = 1, deadline: float = DEADLINE) -> Outcome:
    """Run the example that lies in a folder: its request, that many times, or else its `main`.

    Raises:
        TimeoutError: it is not done when the deadline is over. Where it hangs is on the standard error by then.
        EOFError: the process died.
    """
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_play, args=(theirs, folder, request, times, deadline), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(deadline):
            raise TimeoutError(f"still running after {deadline:.0f} s")
        outcome = ours.recv()
        assert isinstance(outcome, Outcome)
        return outcome
    finally:
        process.kill()
        process.join()
        ours.close()


def _play(answer: Connection, folder: Path, request: str, times: int, deadline: float) -> None:
    """All of the child process."""
    faulthandler.dump_traceback_later(deadline * 0.9)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    outcome = Outcome()
    connections, pulse = _Connections(), _Pulse()
    monitoring.register(_Commands(outcome, pulse))
    logging.basicConfig(handlers=[_Log(outcome)], level=logging.ERROR, force=True)
    sys.unraisablehook = lambda lost: outcome.logged.append(_named(lost.exc_value))
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(io.StringIO()) as printed:
        warnings.simplefilter("always")
        try:
            app = importlib.import_module("app")
            if request:
                asyncio.run(pulse.during(_ask(app.app, request, times, outcome, connections)))
            elif inspect.iscoroutinefunction(app.main):
                outcome.returned = repr(asyncio.run(pulse.during(app.main())))
            else:
                outcome.returned = repr(app.main())
        except Exception as error:
            outcome.error = _named(error)
        gc.collect()  # coroutines that nobody awaited complain when they are collected
    outcome.printed = printed.getvalue()
    outcome.connections = outcome.connections or [connections.take()]
    outcome.warned = [
        f"{each.category.__name__}: {str(each.message).splitlines()[0]}"
        for each in warned
        if not issubclass(each.category, DeprecationWarning)
    ]
    answer.send(outcome)


async def _ask(app: Any, request: str, times: int, outcome: Outcome, connections: _Connections) -> None:
    """Start an ASGI application up, send it a request, and shut it down."""
    method, path, *body = request.split(" ", 2)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(_telling(app, outcome)), base_url="http://shop") as http,
    ):
        for _ in range(times):
            connections.take()
            response = await http.request(method, path, json=json.loads(body[0]) if body else None)
            if times > 1:
                await asyncio.sleep(SETTLE)
            outcome.connections.append(connections.take())
            outcome.statuses.append(response.status_code)
            outcome.body = response.text


def _telling(app: Any, outcome: Outcome) -> Any:
    """The same application, as a server runs it: what it raises after its answer is noted, and goes no further."""

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:
            outcome.error = _named(error)

    return asgi


class _Connections:
    """Counts the connections that this process opens, as the interpreter reports them to its audit hooks."""

    def __init__(self) -> None:
        self.opened = 0
        sys.addaudithook(self._count)

    def _count(self, event: str, args: tuple[Any, ...]) -> None:
        self.opened += event == "socket.connect"

    def take(self) -> int:
        """How many there were since the last time."""
        opened, self.opened = self.opened, 0
        return opened


def _named(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}"


class _Pulse:
    """Beats as long as the event loop runs."""

    def __init__(self) -> None:
        self.beats = 0

    async def during(self, work: Coroutine[Any, Any, Any]) -> Any:
        beating = asyncio.create_task(self._beat())
        await asyncio.sleep(0)
        try:
            return await work
        finally:
            beating.cancel()

    async def _beat(self) -> None:
        while True:
            self.beats += 1
            await asyncio.sleep(TICK)


class _Commands(monitoring.CommandListener):
    """Notes each command, and whether the event loop stood still until its answer was there."""

    def __init__(self, outcome: Outcome, pulse: _Pulse) -> None:
        self.outcome, self.pulse = outcome, pulse
        self.under_way: dict[int, int] = {}
        """How far the pulse was when each command started."""

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.outcome.commands.append(dict(event.command))
        self.under_way[event.request_id] = self.pulse.beats
        self.outcome.at_once = max(self.outcome.at_once, len(self.under_way))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        if 0 < self.under_way.pop(event.request_id) == self.pulse.beats:
            self.outcome.stalled = max(self.outcome.stalled, event.duration_micros / 1e6)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        del self.under_way[event.request_id]


class _Log(logging.Handler):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.outcome.logged.append(record.getMessage().splitlines()[0] + (f" ({_named(error)})" if error else ""))
