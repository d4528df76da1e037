"""What holds for every program: of generated ones, which use each member of Motor's that the drivers' tables know."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from pymongo_async_lint import drivers
from pymongo_async_lint.drivers import DriverType, Flavour, How, Kind
from pymongo_async_lint.drivers.migration import gains_await, loses_await, row_of_member, successor_kind
from pymongo_async_lint.drivers.tables import type_tables
from pymongo_async_lint.edit import apply
from pymongo_async_lint.migrate.records import Plan
from pymongo_async_lint.migrate.write import write
from pymongo_async_lint.migrator import plan

EXPORTED = drivers.module_names("motor.motor_asyncio") or frozenset()
CLASSES = {
    kind: table.class_name
    for kind, table in type_tables().types[Flavour.MOTOR].items()
    if table.class_name in EXPORTED and kind is not Kind.LATENT_CURSOR
}


class Use(Struct, frozen=True):
    """A member of an object of Motor's, with or without `await`."""

    kind: Kind
    old: str
    new: str
    is_told: bool = False
    """Is it for a person in any case?"""


class Spot(Struct, frozen=True):
    """Where a use may stand, in a line of its own."""

    before: str
    behind: str
    is_async: bool = True
    """May an `await` stand there?"""


def uses() -> Iterator[Use]:
    for kind in CLASSES:
        for name in sorted(drivers.member_names(DriverType(Flavour.MOTOR, kind))):
            old = drivers.member(DriverType(Flavour.MOTOR, kind), name)
            new = drivers.member(DriverType(Flavour.ASYNC, successor_kind(kind)), name)
            if old is None or new is None:
                continue
            text = f"{kind}.{name}" if old.how in (How.PROPERTY, How.AWAITABLE_PROPERTY) else f"{kind}.{name}( 1,'é' )"
            if gains_await(kind, name):
                row = row_of_member(kind, name)
                yield Use(kind, text, f"await {text}", is_told=row is not None and row.id == "GFS09")
            elif loses_await(kind, name):
                yield Use(kind, f"await {text}", text)
            elif old.how in (How.FUTURE, How.COROUTINE):
                yield Use(kind, f"await {text}", f"await {text}")
                yield Use(kind, text, text, is_told=old.how is How.FUTURE)
            else:
                yield Use(kind, text, text)


USES = list(uses())
SPOTS = [
    Spot("", ""),
    Spot("x = ", ""),
    Spot("print(1, ", ")"),
    Spot("if flag: return ", ""),
    Spot("if flag: print(", ")"),
    Spot("x = [", " for _ in flag]"),
    Spot("x = flag and ", ""),
    Spot("async def inner(): return ", ""),
    Spot("x = lambda: ", "", is_async=False),
    Spot("x = (", " for _ in flag)", is_async=False),
    Spot("def inner(): return 1, ", "", is_async=False),
    Spot("class Inner: x = 1, ", "", is_async=False),
]
IMPORTS = [
    "from motor.motor_asyncio import *\n",
    "from motor.motor_asyncio import " + ", ".join(CLASSES.values()) + "\n",
    "import os\nfrom motor.motor_asyncio import (\n"
    + "".join(f"    {name},  # ü\n" for name in CLASSES.values())
    + ")\n",
    "import motor.motor_asyncio as m\n",
    "import motor.motor_asyncio, os\n",
    "from motor import motor_asyncio as m\n",
]
HEADS = [
    "async def main(flag, {}):\n",
    "class Store:\n    '''Keeps it.'''\n    async def main(self, flag, {}):\n",
]


class Program(Struct, frozen=True):
    """A file, and what is in each line of its body."""

    before: str
    lines: tuple[tuple[Use, Spot], ...]
    indent: str
    newline: str
    mark: str

    def body(self, *, migrated: bool = False) -> list[str]:
        return [
            f"{self.indent}{spot.before}{use.new if migrated and spot.is_async else use.old}{spot.behind}  # {n}: naïve"
            for n, (use, spot) in enumerate(self.lines)
        ]

    def data(self) -> bytes:
        text = self.before + "".join(f"{line}\n" for line in self.body())
        return (self.mark + text).replace("\n", self.newline).encode()


def can_stand(use: Use, spot: Spot) -> bool:
    return spot.is_async or not use.old.startswith("await ")


@st.composite
def programs(draw: st.DrawFn) -> Program:
    imports = draw(st.sampled_from(IMPORTS))
    module = (
        "" if "AsyncIOMotor" in imports or "*" in imports else "m." if " as m" in imports else "motor.motor_asyncio."
    )
    lines = draw(
        st.lists(
            st.tuples(st.sampled_from(USES), st.sampled_from(SPOTS)).filter(lambda one: can_stand(*one)),
            min_size=1,
            max_size=6,
        )
    )
    quote = draw(st.sampled_from(["", '"']))
    kinds = dict.fromkeys(use.kind for use, _ in lines)
    params = ", ".join(f"{kind}: {quote}{module}{CLASSES[kind]}{quote}" for kind in kinds)
    head = draw(st.sampled_from(HEADS)).format(params)
    indent = draw(st.sampled_from(["    ", "\t"]))
    head = head.replace("    ", indent)
    return Program(
        f"{imports}\n\n{head}",
        tuple(lines),
        indent * (2 if "class" in head else 1),
        draw(st.sampled_from(["\n", "\r\n"])),
        draw(st.sampled_from(["", "\ufeff"])),
    )


@contextlib.contextmanager
def planned(program: Program) -> Iterator[Plan]:
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path(".git").mkdir()
        Path("app.py").write_bytes(program.data())
        yield plan([Path()], cache=False)


@settings(max_examples=150)
@given(programs())
def test_each_line_is_rewritten_told_or_the_same(program: Program) -> None:
    """An `await` comes where it is due and may stand; elsewhere a person is told; all else is as it was."""
    with planned(program) as made:
        (file,) = made.files
        compile(file.new, "app.py", "exec", dont_inherit=True)
        first = program.before.count("\n")
        new = file.new.decode().removeprefix(program.mark).split(program.newline)
        assert program.newline == "\n" or not any("\n" in line for line in new)
        body = new[-len(program.lines) - 1 : -1]
        told = {made.sources["app.py"].count("\n", 0, one.place.start) - first for one in made.reports}
        for number, ((use, spot), got, before, after) in enumerate(
            zip(program.lines, body, program.body(), program.body(migrated=True), strict=True)
        ):
            is_due = use.new != use.old
            if use.is_told or (is_due and not spot.is_async):
                assert got == before
                assert number in told, before
            elif is_due and number in told:
                assert got in (before, after)
            else:
                assert got == after
                assert not is_due or got != before


@settings(max_examples=75)
@given(programs())
def test_the_text_between_the_edits_stays(program: Program) -> None:
    with planned(program) as made:
        (file,) = made.files
        edits = sorted({edit for rewrite in made.rewrites for edit in rewrite.edits})
        assert apply(file.text, edits) == file.new_text
        at = shift = 0
        for edit in edits:
            start, end = edit.place.start, edit.place.end
            assert file.new_text[at + shift : start + shift] == file.text[at:start]
            at, shift = end, shift + len(edit.text) - (end - start)
        assert file.new_text[at + shift :] == file.text[at:]


@settings(max_examples=75)
@given(programs())
def test_twice_is_once(program: Program) -> None:
    with planned(program) as made:
        assert write(made) == (1, ())
        assert Path("app.py").read_bytes() == made.files[0].new
        assert b"otor" not in made.files[0].new
        again = plan([Path()], cache=False)
        assert again.files == again.rewrites == ()
