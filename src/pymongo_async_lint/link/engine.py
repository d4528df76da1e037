"""Memoised questions that record what they read, solved to a fixpoint.

A question is a method marked with `@question`. Its answer is kept, together with the questions that read it. Where
questions read each other in a circle, the first reader gets what is known so far, and is asked again as soon as that
changes; answers only ever grow (see `shapes.join`), so this ends. An edit drops the answers that depend on it, and
nothing else: `Engine.forget`.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

MAX_DEPTH = 60
"""Questions asked inside of each other before the next one is put off; bounds the interpreter's stack."""

MAX_ROUNDS = {True: 30, False: 3_000}
"""How often one question, heavy or not, is asked again. Real projects need a handful; this is the guard behind the
lattice."""


class Cell:
    """One question with its arguments, its answer so far, what it read, and who read it."""

    __slots__ = ("answer", "compute", "is_heavy", "known", "readers", "reads", "rounds", "running")

    def __init__(self, compute: Callable[[], Any], initial: Any, is_heavy: bool) -> None:
        self.compute = compute
        self.is_heavy = is_heavy
        self.answer = initial
        self.known = False
        self.running = False
        self.rounds = 0
        self.readers: dict[Cell, None] = {}
        self.reads: dict[Cell, None] = {}


class Engine:
    def __init__(self) -> None:
        self.cells: dict[Hashable, Cell] = {}
        self.pending: dict[Cell, None] = {}
        self.heavy: dict[Cell, None] = {}
        """The pending ones that take long: they wait until all the others are answered."""
        self.current: Cell | None = None
        self.depth = 0
        self.recording = True

    def ask(self, key: Hashable, compute: Callable[[], Any], initial: Any, is_heavy: bool) -> Any:
        cell = self.cells.get(key)
        if cell is None:
            cell = self.cells[key] = Cell(compute, initial, is_heavy)
        reader = self.current
        if not cell.known and not cell.running:
            if self.depth < MAX_DEPTH:
                self._run(cell)
            else:
                self._put_off(cell)
        # Only now: a reader that gets the first answer need not be told of it.
        if reader is not None and self.recording:
            cell.readers[reader] = None
            reader.reads[cell] = None
        if reader is None and (self.pending or self.heavy):
            self.settle()
        return cell.answer

    @contextlib.contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Questions asked in here are answered, but the one that asks is not asked again when they change."""
        outer, self.recording = self.recording, False
        try:
            yield
        finally:
            self.recording = outer

    def outdated(self, key: Hashable) -> None:
        """What this answer was made of has changed, otherwise than through the answers that it read."""
        cell = self.cells.get(key)
        if cell is not None and cell.known:
            self._put_off(cell)

    def settle(self) -> None:
        """Ask again, until no answer changes, every question whose reading has changed."""
        while self.pending or self.heavy:
            self._run(next(iter(self.pending or self.heavy)))

    def _put_off(self, cell: Cell) -> None:
        (self.heavy if cell.is_heavy else self.pending)[cell] = None

    def forget(self, keys: list[Hashable]) -> None:
        """Drop these answers and all that were built on them."""
        doomed = [self.cells[key] for key in keys if key in self.cells]
        seen = set(doomed)
        while doomed:
            cell = doomed.pop()
            for reader in cell.readers:
                if reader not in seen:
                    seen.add(reader)
                    doomed.append(reader)
        for key in [key for key, cell in self.cells.items() if cell in seen]:
            cell = self.cells.pop(key)
            for read in cell.reads:
                read.readers.pop(cell, None)
            self.pending.pop(cell, None)
            self.heavy.pop(cell, None)

    def _run(self, cell: Cell) -> None:
        self.pending.pop(cell, None)
        self.heavy.pop(cell, None)
        if cell.rounds >= MAX_ROUNDS[cell.is_heavy]:
            return
        cell.rounds += 1
        for read in cell.reads:
            read.readers.pop(cell, None)
        cell.reads = {}
        outer, self.current = self.current, cell
        self.depth += 1
        recording, self.recording = self.recording, True
        cell.running = True
        try:
            answer = cell.compute()
        finally:
            cell.running = False
            self.depth -= 1
            self.recording = recording
            self.current = outer
        cell.known = True
        if answer != cell.answer:
            cell.answer = answer
            for reader in cell.readers:
                self._put_off(reader)


P = ParamSpec("P")
R = TypeVar("R")


class HasEngine(Protocol):
    engine: Engine


S = TypeVar("S", bound=HasEngine)


def question(
    initial: Any, is_heavy: bool = False
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Make a method a memoised question; `initial` is the answer while nothing is known."""

    def decorate(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        name = method.__qualname__

        def ask(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            answer: R = self.engine.ask((name, *args), lambda: method(self, *args, **kwargs), initial, is_heavy)
            return answer

        functools.update_wrapper(ask, method)
        return ask

    return decorate
