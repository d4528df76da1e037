"""The whole run with fixes: make those that go together, check again, and so on until nothing is left to do."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, structs

from pymongo_async_lint.capture.source import SourceError
from pymongo_async_lint.edit import WriteError, apply, compatible, compiles, replace, with_text
from pymongo_async_lint.result import INTERNAL_ERROR, UNREADABLE, Problem, Result
from pymongo_async_lint.rules.finding import Edit, Fix

MOST_ROUNDS = 20
"""What is left to fix after so many is left to the user."""


class Change(Struct, frozen=True):
    """What fixing makes of one file."""

    path: Path
    """Absolute."""
    shown: str
    """The path as reports show it."""
    old: bytes
    new: bytes
    fixes: int
    """How many findings in the file this repairs."""
    is_given: bool
    """Was the content handed over, rather than read from disk? Then it is not written there either."""


class Fixed(Struct, frozen=True):
    """The outcome of fixing: nothing is written yet."""

    changes: tuple[Change, ...]
    """By path."""
    remaining: Result
    """What a check of the changed files says, and how much was fixed."""


def fix(
    targets: Sequence[Path],
    check: Callable[[Mapping[Path, bytes]], Result],
    *,
    overrides: Mapping[Path, bytes] | None = None,
    unsafe: bool = False,
) -> Fixed:
    """Fix what can be fixed in these files and folders, until a check has nothing more to fix.

    `check` is `checker.check` of the targets, given contents in place of what is on disk; `overrides` are those that it
    begins with. Unsafe fixes are made only where `unsafe` allows them.
    """
    given = {_absolute(path): data for path, data in (overrides or {}).items()}
    files = _Files([_absolute(target) for target in targets], given)
    for attempt in range(MOST_ROUNDS + 1):
        result = check(files.contents)
        fixes = [finding.fix for finding in result.findings if finding.fix is not None]
        wanted = [fix for fix in fixes if fix.edits and (fix.is_safe or unsafe)]
        if attempt == MOST_ROUNDS or not files.change(wanted, result.sources):
            break
    problems = tuple(sorted({*result.problems, *files.problems}, key=lambda told: (told.path, told.line or 0)))
    changes = files.changes()
    made = sum(change.fixes for change in changes)
    return Fixed(changes, structs.replace(result, problems=problems, fixed=made))


def write(fixed: Fixed) -> Result:
    """Write the changed files, each at once or not at all; gives what is to be told then."""
    problems = []
    lost = 0
    for change in fixed.changes:
        if change.is_given:
            continue
        try:
            replace(change.path, change.old, change.new)
        except WriteError as error:
            problems.append(Problem(change.shown, None, None, UNREADABLE, str(error)))
            lost += change.fixes
    remaining = fixed.remaining
    return structs.replace(
        remaining, problems=(*remaining.problems, *problems), fixed=remaining.fixed - lost, unwritten=lost
    )


class _Files:
    """The files that fixes may change, with their content by now."""

    def __init__(self, targets: Sequence[Path], overrides: Mapping[Path, bytes]) -> None:
        self.contents = dict(overrides)
        self.problems: set[Problem] = set()
        self._targets = targets
        self._given = frozenset(overrides)
        self._old: dict[Path, bytes] = {}
        self._shown: dict[Path, str] = {}
        self._fixes: Counter[Path] = Counter()
        self._left_alone: set[Path] = set()

    def change(self, fixes: Sequence[Fix], sources: Mapping[str, str]) -> bool:
        """Make as many of the fixes as go together; tells whether there was any."""
        while True:
            possible = [fix for fix in fixes if all(self._is_open(edit.place.path) for edit in fix.edits)]
            chosen = [
                fix for fix, goes in zip(possible, compatible(fix.edits for fix in possible), strict=True) if goes
            ]
            edits: dict[str, set[Edit]] = {}
            for fix in chosen:
                for edit in fix.edits:
                    edits.setdefault(edit.place.path, set()).add(edit)
            changed = {path: self._changed(path, sources[path], made) for path, made in edits.items()}
            if None not in changed.values():
                break
        for shown, new in changed.items():
            path = _absolute(shown)
            assert new is not None
            self._old.setdefault(path, self._read(path))
            self._shown[path] = shown
            self.contents[path] = new
        self._fixes.update(_absolute(fix.place.path) for fix in chosen)
        return bool(changed)

    def changes(self) -> tuple[Change, ...]:
        return tuple(
            Change(path, self._shown[path], old, self.contents[path], self._fixes[path], path in self._given)
            for path, old in sorted(self._old.items())
        )

    def _is_open(self, shown: str) -> bool:
        """May this file be changed: was it asked for, and did nothing speak against it so far?"""
        path = _absolute(shown)
        is_asked = any(path == target or target in path.parents for target in self._targets)
        return is_asked and path not in self._left_alone

    def _changed(self, shown: str, text: str, edits: Iterable[Edit]) -> bytes | None:
        """The new content; None, and a problem, if the file has to be left alone from now on."""
        path = _absolute(shown)
        code = UNREADABLE
        try:
            old = self._read(path)
            new = with_text(old, text, apply(text, edits))
            if compiles(new) or not compiles(old):
                return new
            code, complaint = INTERNAL_ERROR, "internal error, please report it: a fix would break this file"
        except OSError as error:
            complaint = error.strerror or type(error).__name__
        except (SourceError, WriteError) as error:
            complaint = str(error)
        self._left_alone.add(path)
        self.problems.add(Problem(shown, None, None, code, complaint))
        return None

    def _read(self, path: Path) -> bytes:
        return self.contents[path] if path in self.contents else path.read_bytes()


def _absolute(path: str | Path) -> Path:
    return Path(os.path.abspath(path))
