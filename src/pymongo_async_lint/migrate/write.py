"""A plan gets to disk: all files of a connected group, or none of them.

A group that is written by half is worse than one that is not written: the files that are still old may get their
objects from those that are new, and nothing shows any more that they were Motor's. So what is under way is noted in
the project's root first, and a run that finds such a note finishes what the note says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pymongo_async_lint import atomic
from pymongo_async_lint.edit import WriteError, replace
from pymongo_async_lint.migrate.records import Plan

NOTE = ".pymongo_async_lint_migration"
"""What a file in the root of a project is called while the project is being written"""


class Change(msgspec.Struct, frozen=True):
    """What becomes of one file."""

    path: bytes
    """Relative to the root, as the file system has it"""
    old: bytes
    new: bytes


Group = tuple[Change, ...]


class Note(msgspec.Struct, frozen=True):
    """What is being written."""

    groups: list[Group]
    told: str
    """What the run has to say of its plan, which it may not come to"""


class Unwritten(msgspec.Struct, frozen=True):
    """A file that is not as it should be."""

    file: Path
    why: str


def write(plan: Plan, told: str = "") -> tuple[int, tuple[Unwritten, ...]]:
    """Write the files of a plan, each at once. Gives how many were written, and why others were not.

    Should the process be killed, `finish` can do the rest, and gives back what is `told`.

    Where one file of a group can't be written, those before it get their old content back.
    """
    by_path = {file.path: file for file in plan.files}
    by_root: dict[Path, list[Group]] = {}
    for group in plan.groups:
        files = [by_path[path] for path in group]
        changes = (Change(os.fsencode(file.file), file.old, file.new) for file in files)
        by_root.setdefault(files[0].root, []).append(tuple(changes))
    written = 0
    unwritten: list[Unwritten] = []
    for root, groups in by_root.items():
        try:
            atomic.write(root / NOTE, msgspec.msgpack.encode(Note(groups, told)), is_private=True)
        except OSError as error:
            unwritten.append(Unwritten(root / NOTE, f"can't be written: {error.strerror or type(error).__name__}"))
            continue
        done, left = _carried_out(root, groups)
        written += done
        unwritten += left
    return written, tuple(unwritten)


def is_unfinished(root: Path) -> bool:
    """Was an earlier run ended while it was writing this project?"""
    return (root / NOTE).exists()


class Finished(msgspec.Struct, frozen=True):
    """What became of what an earlier run has left."""

    written: int
    """How many files are new now"""
    unwritten: tuple[Unwritten, ...]
    told: str


def finish(root: Path) -> Finished:
    """Write what an earlier run has left."""
    try:
        note = msgspec.msgpack.decode((root / NOTE).read_bytes(), type=Note)
    except (OSError, msgspec.MsgspecError) as error:
        return Finished(0, (Unwritten(root / NOTE, f"can't be read: {error}"),), "")
    for change in (change for group in note.groups for change in group):
        for file in atomic.leftovers(root / os.fsdecode(change.path)):
            if change.new.startswith(file.read_bytes()):
                file.unlink()
    written, unwritten = _carried_out(root, note.groups)
    return Finished(written, tuple(unwritten), note.told)


def _carried_out(root: Path, groups: Sequence[Group]) -> tuple[int, list[Unwritten]]:
    """Write what the note says, and take the note away."""
    written = 0
    unwritten: list[Unwritten] = []
    for group in groups:
        told = _written(root, group)
        written += 0 if told else len(group)
        unwritten += told
    (root / NOTE).unlink()
    return written, unwritten


def _written(root: Path, group: Group) -> list[Unwritten]:
    """Why the group could not be written; empty if it was."""
    for change in group:
        file = root / os.fsdecode(change.path)
        try:
            _replace(file, change.old, change.new)
        except WriteError as error:
            others = [one for one in group if one is not change]
            return [Unwritten(file, str(error)), *_restored(root, others)]
    return []


def _restored(root: Path, group: Sequence[Change]) -> Iterator[Unwritten]:
    for change in group:
        file = root / os.fsdecode(change.path)
        try:
            if _replace(file, change.new, change.old):
                yield Unwritten(file, "has its old content back, as it belongs together with a file that failed")
        except WriteError as error:
            yield Unwritten(file, str(error))


def _replace(file: Path, old: bytes, new: bytes) -> bool:
    """Write a file unless it is so already; says whether there was something to do."""
    if file.is_file() and file.read_bytes() == new:
        return False
    replace(file, old, new)
    return True
