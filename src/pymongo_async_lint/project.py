"""The files of one project, as the analysis asks for them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pymongo_async_lint.cache import FOLDER, Cache
from pymongo_async_lint.capture.notebook import SUFFIX as NOTEBOOK
from pymongo_async_lint.capture.notebook import Notebook
from pymongo_async_lint.capture.notebook import read as read_notebook
from pymongo_async_lint.capture.screen import imports_driver, may_get_at_driver, screen
from pymongo_async_lint.capture.source import SourceError
from pymongo_async_lint.config import Settings
from pymongo_async_lint.discovery import Patterns, Roots, walk
from pymongo_async_lint.result import INTERNAL_ERROR, UNREADABLE, Problem

if TYPE_CHECKING:
    from pymongo_async_lint.capture.facts import Facts

Signature = tuple[int, int, int, int]
"""What the file system says of a file: when content and status changed (nanoseconds), its size, its number."""

_COARSEST_CLOCK = 2_000_000_000
"""A file that changed less than these nanoseconds before it was read may change again without a new time."""


_WORTH_A_PROCESS = 100_000
"""A process more pays for so many characters to capture; its start takes as long as a tenth of that."""


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
        cache: Cache | None = None,
        jobs: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """`targets` are files and folders to look at even where git ignores them; `overrides` replace content on disk.
        `roots` remembers, for many projects, which folders are one. The `cache` keeps facts for later runs. So many
        `jobs` may capture at the same time, each a process. `progress` is told how many files are captured, and of how
        many.

        Raises ConfigError if a pattern of the settings is none.
        """
        self.root = root
        self.settings = settings or Settings()
        self.problems: list[Problem] = []
        self.cache = cache or Cache()
        self._jobs = jobs
        self.began = time.time_ns()
        self._overrides = dict(overrides or {})
        self._buffers: set[str] = set()
        """Files that an editor has changed: what they said in between is not worth keeping for later runs."""
        self._signatures: dict[str, Signature] = {}
        self._digests: dict[str, bytes] = {}
        self._contents: dict[str, bytes] = {}
        self._texts: dict[str, str] = {}
        self._facts: dict[str, Facts | None] = {}
        self._ready: dict[str, Callable[[], Facts]] = {}
        """Facts that somebody has, of files that can be parsed; asked for when they are needed."""
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
            contents = self.contents()
            relevant = screen(contents, self.settings.objects)
            self._contents = {path: contents[path] for path in relevant}
            self._relevant = tuple(sorted(relevant))
        return self._relevant

    def replace(self, path: str, text: str | None, facts: Callable[[], Facts] | None = None) -> None:
        """From now on a file of the project says this, as in an editor's buffer; with None, what is on disk.

        `facts` gives those of the text where that has been captured. Which files can matter stays as it was, but for a
        file that now imports a driver itself, until `screened` gives the answer for all.
        """
        for known in (self._texts, self._facts, self._ready, self._digests, self._contents, self._signatures):
            known.pop(path, None)
        self._overrides.pop(path, None)
        self.problems = [problem for problem in self.problems if problem.path != path]
        self._buffers.add(path)
        if text is not None:
            self._overrides[path] = self._contents[path] = text.encode(errors="replace")
            self._texts[path] = text  # as it is: a comment that names another encoding is about the file
        if facts is not None:
            self._ready[path] = facts
        if self._relevant is not None and path not in self._relevant:
            with contextlib.suppress(OSError, SourceError):
                if imports_driver(self._content(path)):
                    self._relevant = tuple(sorted((*self._relevant, path)))

    def is_known(self, path: str) -> bool:
        """Did somebody want to know before what the file says, and could it be told?"""
        return path in self._ready or self._facts.get(path) is not None

    def is_understood(self, path: str) -> bool:
        """Can it be read and parsed?"""
        return path in self._ready or self.facts(path) is not None

    def adopt(self, other: ProjectFiles) -> None:
        """Take over the facts of all files that say the same there."""
        for path in [path for path in self._known if other.is_known(path)]:
            with contextlib.suppress(OSError, SourceError):
                if self.digest(path) == other.digest(path):
                    if path in other._ready:
                        self._ready[path] = other._ready[path]
                    else:
                        self._facts[path] = other._facts[path]

    def contents(self) -> dict[str, bytes]:
        """The Python code of all files that can be read."""
        found = {}
        for path in self.paths:
            try:
                found[path] = self._contents[path] if path in self._contents else self._read(path)
            except (OSError, SourceError) as error:
                self._fail(path, error)
        return found

    def screened(self, relevant: Iterable[str]) -> bool:
        """These are the files that can matter, as `screen` tells of the `contents`; is that news?"""
        found = tuple(sorted(relevant))
        is_new = found != self._relevant
        self._relevant = found
        return is_new

    def text(self, path: str) -> str:
        """The decoded text of a file. Raises SourceError or OSError."""
        if path not in self._texts:
            from pymongo_async_lint.capture.source import decode

            self._texts[path] = decode(self._content(path)).text
        return self._texts[path]

    def digest(self, path: str) -> bytes:
        """What tells the content of a file from any other. Raises OSError and SourceError."""
        if path not in self._digests:
            self._digests[path] = _digest(self._content(path))
        return self._digests[path]

    @property
    def asked_for(self) -> Iterable[str]:
        """The files whose facts somebody wanted to know."""
        return self._facts

    @property
    def has_overrides(self) -> bool:
        return bool(self._overrides)

    def signature(self, path: str) -> Signature | None:
        """What the file system said when the file was read, or says now; None if it isn't there."""
        if path not in self._signatures:
            try:
                self._signatures[path] = _signature(os.stat(f"{self.root}/{path}"))
            except OSError:
                return None
        return self._signatures[path]

    def facts(self, path: str) -> Facts | None:
        """What a file says; None if it can't be read or parsed."""
        if path in self._ready:
            self._facts[path] = self._ready.pop(path)()
        if path not in self._facts:
            self._facts[path] = self._capture(path)
            if self._progress:
                self._progress(len(self._facts), len(self.relevant()))
        return self._facts[path]

    def content(self, path: str) -> tuple[Facts, str] | None:
        """What a file says, with its text; None if it can't be read or parsed."""
        facts = self.facts(path)
        return None if facts is None else (facts, self.text(path))

    def capture_all(self, paths: Iterable[str]) -> None:
        """Capture these files in several processes, if they are allowed and that pays; else they wait to be asked for.

        What can't be read or understood is left for later, too.
        """
        if self._jobs < 2:
            return
        from pymongo_async_lint.capture import facts

        texts = {}
        for path in paths:
            with contextlib.suppress(OSError, SourceError):
                kept = self._kept(path)
                if kept is None:
                    texts[path] = self.text(path)
                else:
                    self._facts[path] = kept
        jobs = min(self._jobs, sum(map(len, texts.values())) // _WORTH_A_PROCESS)
        if jobs > 1:
            from pymongo_async_lint.capture.parallel import captured

            for path, data in captured(texts, jobs):
                self.cache.put(facts.KIND, self.digest(path).hex(), data)
                self._facts[path] = facts.decode(data)
                if self._progress:
                    self._progress(len(self._facts), len(self.relevant()))

    def tell(self, problems: Iterable[Problem]) -> None:
        """Take over what an earlier run told."""
        self.problems += [problem for problem in problems if problem not in self.problems]

    def give_up(self, path: str, error: Exception) -> None:
        """Tell of an error that the analysis met in a file, and leave the file out from now on."""
        self._ready.pop(path, None)
        self._facts[path] = None
        self._fail(path, error)

    def _capture(self, path: str) -> Facts | None:
        from pymongo_async_lint.capture import capture, facts

        try:
            kept = self._kept(path)
            if kept is None:
                kept = capture(self.text(path))
                if path not in self._buffers:
                    self.cache.put(facts.KIND, self.digest(path).hex(), facts.encode(kept))
            return kept
        except (OSError, SourceError) as error:
            self._fail(path, error)
        except Exception as error:  # a mistake of ours must not cost the other files' findings
            self._fail(path, error)
        return None

    def _kept(self, path: str) -> Facts | None:
        """The facts that an earlier run left, if it left any that still mean something."""
        import msgspec

        from pymongo_async_lint.capture import facts

        data = self.cache.get(facts.KIND, self.digest(path).hex())
        if data is not None:
            with contextlib.suppress(msgspec.DecodeError):
                return facts.decode(data)
        return None

    def notebook(self, path: str) -> Notebook | None:
        """The notebook that a file is; None for any other file, and for one that can't be read."""
        if path.endswith(NOTEBOOK) and path not in self._notebooks:
            with contextlib.suppress(OSError, SourceError):
                self._content(path)
        return self._notebooks.get(path)

    def _content(self, path: str) -> bytes:
        if path not in self._contents:
            self._contents[path] = self._read(path)
        return self._contents[path]

    def _read(self, path: str) -> bytes:
        """The Python code of a file, which for a notebook is that of its cells. Raises OSError and SourceError."""
        data = self._overrides.get(path)
        if data is None:
            with open(f"{self.root}/{path}", "rb", buffering=0) as file:
                self._signatures[path] = _signature(os.fstat(file.fileno()))
                data = file.readall()
        if path.endswith(NOTEBOOK):
            data = self._code(path, data)
        if self.cache.is_kept and path in self._signatures and is_fresh(self._signatures[path], self.began):
            self._digests[path] = _digest(data)
        return data

    def _code(self, path: str, data: bytes) -> bytes:
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


def cache_of(root: Path, settings: Settings, roots: Roots) -> Cache:
    """Where a project keeps things for later runs; nowhere, if it is but a folder that somebody named."""
    if settings.cache_dir is None and not roots.is_marked(root) and root != Path.cwd():
        return Cache()
    return Cache(root / (settings.cache_dir or FOLDER))


def is_fresh(signature: Signature, when: int) -> bool:
    """Could the file, by this signature, have changed once more at the time of day `when` and look the same?"""
    return max(signature[:2]) > when - _COARSEST_CLOCK


def _signature(status: os.stat_result) -> Signature:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


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
