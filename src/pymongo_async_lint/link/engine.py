"""Memoised questions that record what they read, solved to a fixpoint.

A question is a method marked with `@question`. Its answer is kept, together with the questions that read it. Where
questions read each other in a circle, the first reader gets what is known so far, and is asked again as soon as that
changes. The first answers may be revised; from round `WIDENED_FROM` on they only ever grow (see `shapes.widened`), so
this ends. After an edit, only those questions are asked again whose reading has changed: `Engine.again`.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Protocol, TypeVar, TypeVarTuple

MAX_DEPTH = {True: 40, False: 600}
"""Questions, heavy or not, asked inside of each other before the next one is put off; bounds the interpreter's
stack."""

MAX_ROUNDS = {True: 30, False: 3_000}
"""How often one question, heavy or not, is asked again. Real projects need a handful; this is the guard behind the
lattice."""


WIDENED_FROM = 4
"""The round of a question from which on its answers only grow. What is known in the first rounds may be less than the
truth and lead to something else than the truth; without this, what is cut for being nested too deep comes and goes
forever."""

Widen = Callable[[Any, Any], Any]
"""Of the answer so far and the next one, an answer that covers both."""


class Cell:
    """One question with its arguments, its answer so far, what it read, and who read it."""

    __slots__ = ("answer", "compute", "is_heavy", "known", "readers", "reads", "rounds", "running", "widen")

    def __init__(self, compute: Callable[[], Any], initial: Any, is_heavy: bool, widen: Widen | None = None) -> None:
        self.compute = compute
        self.widen = widen
        self.is_heavy = is_heavy
        self.answer = initial
        self.known = False
        self.running = False
        self.rounds = 0
        self.readers: dict[Cell, None] = {}
        self.reads: dict[Cell, None] = {}


class Engine:
    def __init__(self, interrupt: Callable[[], None] | None = None) -> None:
        """`interrupt` is called again and again, and may raise something to put an end to this engine."""
        self.cells: dict[Hashable, Cell] = {}
        self.inputs: dict[Hashable, dict[Cell, None]] = {}
        """What answers were made of beside other answers, with those who read it."""
        self.pending: dict[Cell, None] = {}
        self.heavy: dict[Cell, None] = {}
        """The pending ones that take long: they wait until all the others are answered."""
        self.current: Cell | None = None
        self.depth = {True: 0, False: 0}
        self.recording = True
        self.interrupt = interrupt
        self.created: list[Hashable] = []
        """The questions that were asked for the first time since somebody emptied this list."""

    def ask(self, cell: Cell) -> Any:
        reader = self.current
        if not cell.known and not cell.running:
            if self.depth[cell.is_heavy] < MAX_DEPTH[cell.is_heavy]:
                self._run(cell)
            else:
                self._put_off(cell)
        if reader is None:
            if self.pending or self.heavy:
                self.settle()
        elif self.recording:
            # Only now: a reader that gets the first answer need not be told of it.
            cell.readers[reader] = None
            reader.reads[cell] = None
        return cell.answer

    @contextlib.contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Questions asked in here are answered, but the one that asks is not asked again when they change."""
        outer, self.recording = self.recording, False
        try:
            yield
        finally:
            self.recording = outer

    @property
    def is_full(self) -> bool:
        """Would a heavy question be put off now?"""
        return self.depth[True] >= MAX_DEPTH[True]

    def ask_later(self) -> None:
        """The question that is being answered has to be asked again."""
        if self.current is not None:
            self._put_off(self.current)

    def observe(self, key: Hashable) -> None:
        """The question that is being answered reads something that is no question itself."""
        if self.current is not None and self.recording:
            self.inputs.setdefault(key, {})[self.current] = None

    def changed(self, key: Hashable) -> None:
        """What was observed under this key has grown: whoever read it is asked again."""
        for reader in self.inputs.pop(key, ()):
            if reader.known:
                self._put_off(reader)

    def settle(self) -> None:
        """Ask again, until no answer changes, every question whose reading has changed."""
        while self.pending or self.heavy:
            self._run(next(iter(self.pending or self.heavy)))

    def _put_off(self, cell: Cell) -> None:
        (self.heavy if cell.is_heavy else self.pending)[cell] = None

    def again(self, changed: Iterable[Hashable], gone: Iterable[Hashable]) -> None:
        """Ask the `changed` questions again, and whoever read what is `gone`; then all whose reading changes by that.

        The answers that there are stay until then. So where questions read each other in a circle, they may hold on to
        what only their old answers proved; only a new engine's answers are exact.
        """
        for cell in self.cells.values():
            cell.rounds = 0
        for key in gone:
            cell = self.cells.pop(key)
            for reader in cell.readers:
                if reader.known:
                    self._put_off(reader)
            for read in cell.reads:
                read.readers.pop(cell, None)
            cell.known = False
            self.pending.pop(cell, None)
            self.heavy.pop(cell, None)
        for key in changed:
            cell = self.cells[key]
            if cell.known:
                self._put_off(cell)
        self.pending = {cell: None for cell in self.pending if cell.known}
        self.heavy = {cell: None for cell in self.heavy if cell.known}
        self.settle()

    def _run(self, cell: Cell) -> None:
        self.pending.pop(cell, None)
        self.heavy.pop(cell, None)
        if cell.rounds >= MAX_ROUNDS[cell.is_heavy]:
            return
        if self.interrupt is not None:
            self.interrupt()
        cell.rounds += 1
        for read in cell.reads:
            read.readers.pop(cell, None)
        cell.reads = {}
        outer, self.current = self.current, cell
        self.depth[cell.is_heavy] += 1
        recording, self.recording = self.recording, True
        cell.running = True
        try:
            answer = cell.compute()
        finally:
            cell.running = False
            self.depth[cell.is_heavy] -= 1
            self.recording = recording
            self.current = outer
        cell.known = True
        if answer == cell.answer:
            return
        if cell.widen is not None and cell.rounds >= WIDENED_FROM:
            answer = cell.widen(cell.answer, answer)
        if answer != cell.answer:
            cell.answer = answer
            for reader in cell.readers:
                self._put_off(reader)


A = TypeVarTuple("A")
R = TypeVar("R")


class HasEngine(Protocol):
    engine: Engine


S = TypeVar("S", bound=HasEngine)


def question(
    initial: Any, is_heavy: bool = False, widen: Widen | None = None
) -> Callable[[Callable[[S, *A], R]], Callable[[S, *A], R]]:
    """Make a method a memoised question; `initial` is the answer while nothing is known."""

    def decorate(method: Callable[[S, *A], R]) -> Callable[[S, *A], R]:
        name = method.__qualname__

        def ask(self: S, /, *args: *A) -> R:
            engine = self.engine
            key = (name, *args)
            cell = engine.cells.get(key)
            if cell is not None and cell.known and engine.current is not None:
                # What `Engine.ask` comes to, without the call: most questions were asked before.
                if engine.recording:
                    cell.readers[engine.current] = None
                    engine.current.reads[cell] = None
                known: R = cell.answer
                return known
            if cell is None:
                cell = engine.cells[key] = Cell(functools.partial(method, self, *args), initial, is_heavy, widen)
                engine.created.append(key)
            answer: R = engine.ask(cell)
            return answer

        functools.update_wrapper(ask, method)
        return ask

    return decorate
