"""The Python API: what `import pymongo_async_lint` offers other tools. It changes only as a release's number says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pymongo_async_lint import checker
from pymongo_async_lint.config import Settings
from pymongo_async_lint.report import FORMATS, render
from pymongo_async_lint.result import Problem

if TYPE_CHECKING:
    from pymongo_async_lint.report.records import Edit, Finding, Fix, Related

    StrPath = str | os.PathLike[str]

__all__ = ["Edit", "Finding", "Fix", "Problem", "Related", "Result", "Settings", "check"]


class Result:
    """What a check has to say. Paths are relative to `root`, with forward slashes."""

    root: Path
    """The root of the repository that holds what was checked, or of the project where there is none."""
    findings: tuple[Finding, ...]
    """What was found and is not suppressed, by path and place."""
    problems: tuple[Problem, ...]
    """Why files could not be checked, or settings not be followed."""
    suppressed: int
    """How many findings comments hide."""
    baselined: int
    """How many findings the project's baseline has, so that they are not told."""
    files: int
    """How many files were asked for."""

    def __init__(self, result: checker.Result) -> None:
        from pymongo_async_lint.report.paths import seen_from_root

        self._result = result
        self.root = Path(os.path.abspath(result.root))
        seen = seen_from_root(result)
        self.findings = ()
        if seen.findings:
            from pymongo_async_lint.report.records import records

            self.findings = tuple(records(seen))
        self.problems = seen.problems
        self.suppressed = seen.suppressed
        self.baselined = seen.baselined
        self.files = seen.files

    def __repr__(self) -> str:
        return f"<Result: {len(self.findings)} findings, {len(self.problems)} problems, {self.files} files>"

    def render(self, form: str) -> str:
        """The whole report in one of the formats of `--format`. Raises ValueError for another word."""
        if form not in FORMATS:
            raise ValueError(f"no format is called {form!r}; there are {', '.join(FORMATS)}")
        return "".join(f"{line}\n" for line in render(form, self._result))


def check(
    paths: StrPath | Iterable[StrPath],
    settings: Settings | None = None,
    *,
    contents: Mapping[StrPath, str | bytes] | None = None,
) -> Result:
    """Check files and folders, each as a part of the project that it lies in, as the command `check` does.

    `settings` go over those of the projects. `contents` maps paths to what is checked in place of the file on disk,
    such as an editor's buffer; there need not be such a file. Raises ValueError for settings that mean nothing; bad
    input of any other kind is told in the result's problems.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    overrides = {
        Path(path): content.encode() if isinstance(content, str) else content
        for path, content in (contents or {}).items()
    }
    targets = [Path(path) for path in paths]
    return Result(checker.check(targets, settings and _meant(settings), overrides=overrides))


def _meant(settings: Settings) -> Settings:
    """The settings, with their types and codes checked. Lists will do for tuples."""
    from pymongo_async_lint.rules.selection import unknown_code

    try:
        settings = msgspec.convert(msgspec.to_builtins(settings), Settings)
    except msgspec.ValidationError as error:
        raise ValueError(f"settings: {error}") from None
    codes = *(settings.select or ()), *settings.extend_select, *settings.ignore
    for code in (*codes, *(code for ignored in settings.per_file_ignores.values() for code in ignored)):
        complaint = unknown_code(code)
        if complaint:
            raise ValueError(f"settings: {complaint}")
    return settings


def __getattr__(name: str) -> object:
    """The types of what is found, which need the rules' modules."""
    if name in ("Edit", "Finding", "Fix", "Related"):
        from pymongo_async_lint.report import records

        return getattr(records, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
