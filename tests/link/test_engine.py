"""Questions that read each other: what is asked again, what is dropped, and that it always ends."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pymongo_async_lint.link.engine import MAX_DEPTH, WIDENED_FROM, Engine, question
from pymongo_async_lint.link.project import RECURSION_LIMIT

Values = frozenset[int]
NOTHING: Values = frozenset()
REPORT = -1


class Sheet:
    """Cells that hold numbers of their own and those of the cells that they read."""

    def __init__(self, own: dict[int, Values], reads: dict[int, tuple[int, ...]]) -> None:
        self.engine = Engine()
        self.own = own
        self.reads = reads
        self.computed = Counter[int]()

    @question(NOTHING)
    def cell(self, name: int) -> Values:
        self.computed[name] += 1
        self.engine.observe(name)
        return self.own.get(name, NOTHING).union(*(self.cell(read) for read in self.reads.get(name, ())))

    @question(NOTHING)
    def glance(self, name: int) -> Values:
        """Reads a cell without being asked again for its sake."""
        with self.engine.unrecorded():
            return self.cell(name)

    @question(NOTHING, is_heavy=True)
    def report(self, *names: int) -> Values:
        self.computed[REPORT] += 1
        return NOTHING.union(*(self.cell(name) for name in names))

    def edit(self, name: int, *values: int) -> None:
        self.own[name] = frozenset(values)
        self.engine.again([key(name)] if key(name) in self.engine.cells else [], [])

    def known(self) -> set[int]:
        """The cells that have an answer."""
        return {name for name in range(10) if key(name) in self.engine.cells}


def key(name: int) -> tuple[str, int]:
    return (Sheet.cell.__qualname__, name)


def expected(own: dict[int, Values], reads: dict[int, tuple[int, ...]], name: int) -> Values:
    """All that a cell can reach, found the plain way."""
    met, pending = {name}, [name]
    while pending:
        for read in reads.get(pending.pop(), ()):
            if read not in met:
                met.add(read)
                pending.append(read)
    return frozenset().union(*(own.get(cell, NOTHING) for cell in met))


def test_an_answer_is_worked_out_once() -> None:
    sheet = Sheet({1: frozenset({7})}, {2: (1,), 3: (1, 2)})
    assert [sheet.cell(name) for name in (3, 3, 2, 1)] == [{7}] * 4
    assert sheet.computed == {1: 1, 2: 1, 3: 1}


def test_a_circle_reaches_its_fixpoint() -> None:
    sheet = Sheet({n: frozenset({n}) for n in range(5)}, {n: ((n + 1) % 5,) for n in range(5)})
    assert [sheet.cell(n) for n in range(5)] == [set(range(5))] * 5


def test_a_question_may_read_itself() -> None:
    sheet = Sheet({1: frozenset({1}), 2: frozenset({2})}, {1: (1, 2)})
    assert sheet.cell(1) == {1, 2}


class Pendulum:
    """A question whose answer depends on itself, and comes and goes."""

    def __init__(self) -> None:
        self.engine = Engine()

    @question(NOTHING, widen=frozenset.union)
    def side(self) -> Values:
        return frozenset({2}) if self.side() == {1} else frozenset({1})


def test_an_answer_that_comes_and_goes_ends_with_what_covers_both() -> None:
    pendulum = Pendulum()
    assert pendulum.side() == {1, 2}
    assert [cell.rounds for cell in pendulum.engine.cells.values()] == [WIDENED_FROM + 1]


def test_what_read_an_early_answer_of_a_circle_is_asked_again() -> None:
    """3 is first asked while 1 is still being worked out, and sees nothing of it."""
    sheet = Sheet({1: frozenset({1})}, {1: (2,), 2: (3,), 3: (1,)})
    assert sheet.cell(1) == {1}
    assert sheet.cell(3) == {1}
    assert sheet.computed[3] > 1


def test_an_answer_whose_input_changed_is_worked_out_again_and_so_are_its_readers() -> None:
    sheet = Sheet({1: frozenset({1})}, {2: (1,), 3: (2,), 4: ()})
    assert [sheet.cell(3), sheet.cell(4)] == [{1}, NOTHING]
    sheet.own[1] = frozenset({1, 5})
    sheet.engine.changed(1)
    assert sheet.cell(3) == {1, 5}
    assert sheet.computed[4] == 1


def test_an_answer_that_comes_out_the_same_leaves_its_readers_alone() -> None:
    sheet = Sheet({1: frozenset({1})}, {2: (1,)})
    sheet.cell(2)
    before = sheet.computed.copy()
    sheet.engine.changed(1)
    sheet.engine.settle()
    assert sheet.computed - before == {1: 1}


def test_what_was_not_recorded_is_not_asked_again() -> None:
    sheet = Sheet({1: frozenset({1})}, {})
    assert sheet.glance(1) == {1}
    sheet.own[1] = frozenset({1, 2})
    sheet.engine.changed(1)
    sheet.engine.settle()
    assert (sheet.cell(1), sheet.glance(1)) == ({1, 2}, {1})


def test_heavy_questions_wait_until_the_others_are_answered() -> None:
    """The report reads three cells that change one after the other, and is asked again once."""
    sheet = Sheet({1: frozenset({1})}, {1: (2,), 2: (3,), 3: ()})
    assert sheet.report(3, 2, 1) == {1}
    before = sheet.computed[REPORT]
    sheet.own[3] = frozenset({3})
    sheet.engine.changed(3)
    assert sheet.report(3, 2, 1) == {1, 3}
    assert sheet.computed[REPORT] == before + 1


def test_after_an_edit_only_what_depends_on_it_is_asked_again() -> None:
    """4 reads 2, 5 reads 3, and both of these read 1."""
    sheet = Sheet({n: frozenset({n}) for n in range(1, 6)}, {2: (1,), 3: (1,), 4: (2,), 5: (3,)})
    for name in (4, 5):
        sheet.cell(name)
    before = sheet.computed.copy()
    sheet.edit(2, 7)
    assert (sheet.computed - before).keys() == {2, 4}
    assert sheet.cell(4) == {4, 7, 1}


def test_an_edit_that_changes_no_answer_goes_no_further() -> None:
    sheet = Sheet({1: frozenset({1}), 2: frozenset({2})}, {2: (1,), 3: (2,)})
    sheet.cell(3)
    before = sheet.computed.copy()
    sheet.edit(2, 1, 2)
    sheet.edit(2, 2)
    assert (sheet.computed - before).keys() == {2}


def test_who_read_what_is_gone_is_asked_again() -> None:
    sheet = Sheet({1: frozenset({1}), 2: frozenset({2})}, {2: (1,)})
    sheet.cell(2)
    sheet.reads[2] = ()
    sheet.engine.again([], [key(1)])
    assert sheet.known() == {2}
    assert sheet.cell(2) == {2}


def test_what_interrupts_puts_an_end_to_the_engine() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    sheet = Sheet({}, {})
    sheet.cell(1)
    sheet.engine.interrupt = interrupt
    assert sheet.cell(1) == set()
    with pytest.raises(KeyboardInterrupt):
        sheet.cell(2)


@pytest.mark.parametrize("length", [MAX_DEPTH[False] - 1, MAX_DEPTH[False], MAX_DEPTH[False] + 1, 5_000])
def test_long_chains_do_not_overflow_the_stack(length: int) -> None:
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))  # as a project does
    sheet = Sheet({0: frozenset({1})}, {n: (n - 1,) for n in range(1, length + 1)})
    assert sheet.cell(length) == {1}
    assert sheet.engine.depth == {True: 0, False: 0}


def test_an_error_leaves_the_engine_in_order() -> None:
    class Broken(Sheet):
        is_broken = True

        @question(NOTHING)
        def fail(self) -> Values:
            if self.is_broken:
                raise ValueError("broken")
            return self.cell(1)

        @question(NOTHING)
        def above(self) -> Values:
            return self.fail()

    sheet = Broken({1: frozenset({1})}, {})
    with pytest.raises(ValueError, match="broken"):
        sheet.above()
    assert (sheet.engine.current, sheet.engine.depth) == (None, {True: 0, False: 0})
    sheet.is_broken = False
    assert sheet.above() == {1}


names = st.integers(0, 4)
cells = st.dictionaries(names, st.frozensets(st.integers(0, 2), max_size=2))
graphs = st.dictionaries(names, st.lists(names, max_size=3).map(tuple))


@given(own=cells, reads=graphs, asked=st.lists(names, min_size=1, max_size=5))
def test_answers_are_those_of_the_least_fixpoint(
    own: dict[int, Values], reads: dict[int, tuple[int, ...]], asked: list[int]
) -> None:
    sheet = Sheet(own, reads)
    for name in asked:
        assert sheet.cell(name) == expected(own, reads, name)


edits = st.lists(st.tuples(names, st.frozensets(st.integers(0, 2), max_size=2)))


@given(own=cells, reads=graphs, edits=edits)
def test_answers_after_edits_are_those_of_a_fresh_engine_where_there_is_no_circle(
    own: dict[int, Values], reads: dict[int, tuple[int, ...]], edits: list[tuple[int, Values]]
) -> None:
    reads = {name: tuple(read for read in found if read > name) for name, found in reads.items()}
    sheet = Sheet(dict(own), reads)
    for name, values in edits:
        sheet.cell(0)
        sheet.edit(name, *values)
        assert [sheet.cell(n) for n in range(5)] == [expected(sheet.own, reads, n) for n in range(5)]


@given(own=cells, reads=graphs, edits=edits)
def test_answers_after_edits_lack_nothing_in_circles(
    own: dict[int, Values], reads: dict[int, tuple[int, ...]], edits: list[tuple[int, Values]]
) -> None:
    sheet = Sheet(dict(own), reads)
    for name, values in edits:
        sheet.cell(0)
        sheet.edit(name, *values)
        assert all(sheet.cell(n) >= expected(sheet.own, reads, n) for n in range(5))
