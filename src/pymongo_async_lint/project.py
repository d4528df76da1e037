"""The files of one project, as the analysis asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pymongo_async_lint.capture.notebook import SUFFIX as NOTEBOOK
from pymongo_async_lint.capture.notebook import Notebook
from pymongo_async_lint.capture.notebook import read as read_notebook
from pymongo_async_lint.capture.screen import may_get_at_driver, screen
from pymongo_async_lint.capture.source import SourceError
from pymongo_async_lint.config import Settings
from pymongo_async_lint.discovery import Patterns, Roots, walk
from pymongo_async_lint.result import INTERNAL_ERROR, UNREADABLE, Problem

if TYPE_CHECKING:
    from pymongo_async_lint.capture.facts import Facts


STUB = ".pyi"
"""What such files say is said better by the drivers' tables, and they run nothing."""


class ProjectFiles:
    """All Python files beneath a root: read, decoded and captured when they are first asked for, and then kept.

    Paths are relative to the root, with forward slashes; the root itself is "". What can't be read or understood is
    told in `problems`, once.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings | None = None,
        *,
        targets: Iterable[str] = (),
        overrides: Mapping[str, bytes] | None = None,
        roots: Roots | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """`targets` are files and folders to look at even where git ignores them; `overrides` replace content on disk.
        `roots` remembers, for many projects, which folders are one. `progress` is told how many files are captured, and
        of how many.

        Raises ConfigError if a pattern of the settings is none.
        """
        self.root = root
        self.settings = settings or Settings()
        self.problems: list[Problem] = []
        self._overrides = dict(overrides or {})
        self._contents: dict[str, bytes] = {}
        self._texts: dict[str, str] = {}
        self._facts: dict[str, Facts | None] = {}
        self._relevant: tuple[str, ...] | None = None
        self._notebooks: dict[str, Notebook] = {}
        self._progress = progress

        excluded = Patterns(self.settings.exclude)
        roots = roots or Roots()
        met = walk(root, excluded, roots)
        found = set(met.files)
        for target in (*targets, *self._overrides):
            if target in found or target in met.folders or excluded.covers(target) or target.endswith(STUB):
                continue
            if target not in self._overrides and (root / target).is_dir():
                inside = walk(root, excluded, roots, target)
                found.update(inside.files)
                met.projects += inside.projects
                met.unreadable += inside.unreadable
            else:
                found.add(target)
        self._known = found
        self.paths = tuple(sorted(found))
        """Every Python file of the project."""
        self.projects = tuple(met.projects)
        """Folders beneath the root that are projects of their own: no part of this one."""
        for folder, error in met.unreadable:
            self._fail(folder, error)

    @property
    def src(self) -> tuple[str, ...]:
        """Import roots that the settings add to the inferred ones."""
        return self.settings.src

    def beneath(self, target: str) -> list[str]:
        """The files that a target means: itself, or all that lie in it."""
        if target in self._known:
            return [target]
        return [path for path in self.paths if not target or path.startswith(f"{target}/")]

    def relevant(self) -> tuple[str, ...]:
        """The files that can matter, by their bytes; empty where the project uses no driver at all."""
        if self._relevant is None:
            contents = {}
            for path in self.paths:
                try:
                    contents[path] = self._read(path)
                except (OSError, SourceError) as error:
                    self._fail(path, error)
            relevant = screen(contents, self.settings.objects)
            self._contents = {path: contents[path] for path in relevant}
            self._relevant = tuple(sorted(relevant))
        return self._relevant

    def text(self, path: str) -> str:
        """The decoded text of a file. Raises SourceError or OSError."""
        if path not in self._texts:
            from pymongo_async_lint.capture.source import decode

            data = self._contents.pop(path, None)
            self._texts[path] = decode(self._read(path) if data is None else data).text
        return self._texts[path]

    def facts(self, path: str) -> Facts | None:
        """What a file says; None if it can't be read or parsed."""
        if path not in self._facts:
            self._facts[path] = self._capture(path)
            if self._progress:
                self._progress(len(self._facts), len(self.relevant()))
        return self._facts[path]

    def give_up(self, path: str, error: Exception) -> None:
        """Tell of an error that the analysis met in a file, and leave the file out from now on."""
        self._facts[path] = None
        self._fail(path, error)

    def _capture(self, path: str) -> Facts | None:
        from pymongo_async_lint.capture import SourceError, capture

        try:
            return capture(self.text(path))
        except (OSError, SourceError) as error:
            self._fail(path, error)
        except Exception as error:  # a mistake of ours must not cost the other files' findings
            self._fail(path, error)
        return None

    def notebook(self, path: str) -> Notebook | None:
        """The notebook that a file is, once it has been read; None for any other file."""
        return self._notebooks.get(path)

    def _read(self, path: str) -> bytes:
        """The Python code of a file, which for a notebook is that of its cells. Raises OSError and SourceError."""
        data = self._overrides.get(path)
        if data is None:
            with open(f"{self.root}/{path}", "rb", buffering=0) as file:
                data = file.read()
        if not path.endswith(NOTEBOOK):
            return data
        try:
            self._notebooks[path] = read_notebook(data)
        except SourceError:
            if may_get_at_driver(data):
                raise
            return b""  # as with any other file that can't matter
        return self._notebooks[path].text.encode(errors="replace")

    def _fail(self, path: str, error: Exception) -> None:
        told = problem(path, error)
        if told not in self.problems:
            self.problems.append(told)


def problem(path: str, error: Exception) -> Problem:
    """What an error means for the user. Of our own mistakes only kind and place are told: their text may quote code."""
    if isinstance(error, SourceError):
        return Problem(path, error.line, error.column, UNREADABLE, error.message)
    if isinstance(error, OSError):
        return Problem(path, None, None, UNREADABLE, error.strerror or type(error).__name__)
    return Problem(path, None, None, INTERNAL_ERROR, f"internal error, please report it: {_origin(error)}")


def _origin(error: Exception) -> str:
    trace = error.__traceback__
    where = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        where = f" in {Path(code.co_filename).stem}.{code.co_name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return type(error).__name__ + where
