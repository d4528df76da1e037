"""All projects that an editor has open, and what its buffers say. One thread at a time may use it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pymongo_async_lint.config import ConfigError, Settings, converted
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.lsp.session import Session

Scope = Literal["open", "workspace"]


_OPTIONS = Path("initializationOptions")
"""Where a complaint says that the client's own settings stand."""


class Options(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a client may ask for, as `initializationOptions` or when its configuration changes."""

    settings: dict[str, object] = {}
    """Goes over the settings of the projects; the same keys as in `pyproject.toml`."""
    diagnostics: Scope = "open"
    """Whether files that are not open get diagnostics, too."""
    unsafe_fixes: bool = True
    """Are fixes offered that may change more than the mistake? They are marked."""


class Workspace:
    """Paths are absolute."""

    def __init__(self, folders: Iterable[Path], progress: Callable[[int, int], None] | None = None) -> None:
        self.folders = list(folders)
        self.options = Options()
        self.problems: dict[Path, str] = {}
        """What keeps a project from being checked, by its root."""
        self.sessions: dict[Path, Session] = {}
        self.settings = Settings()
        self._progress = progress
        self._roots = Roots()
        self.texts: dict[Path, str] = {}
        """The buffers that editors have."""
        self._stale: dict[Path, Session | None] = {}
        """Projects that have to be read again, with what is known of them by now."""
        self._changed: set[Path] = set()
        """The roots of projects with news."""

    def configure(self, options: object) -> None:
        """Follow what the client asks for from now on. Raises ConfigError for what means nothing."""
        try:
            self.options = msgspec.convert(options or {}, Options)
        except msgspec.ValidationError as error:
            raise ConfigError(_OPTIONS, str(error)) from None
        self.settings = converted(dict(self.options.settings), _OPTIONS, "settings")
        self.read_again()

    def read_again(self) -> None:
        """Files have come or gone, or settings have changed."""
        self._roots = Roots()
        self._stale = {root: self._stale.get(root) or session for root, session in self.sessions.items()}
        self._stale |= {root: None for root in self.problems if root not in self._stale}
        self.sessions = {}
        self.problems = {}

    def buffers(self, texts: Mapping[Path, str | None]) -> None:
        """Editors have these buffers now; None for one that is closed, or for a file that has changed on disk."""
        for path, text in texts.items():
            self.texts.pop(path, None)
            if text is not None:
                self.texts[path] = text
            root = self.root_of(path)
            session = self.sessions.get(root)
            relative = path.relative_to(root).as_posix()
            if session is None:
                self._stale.setdefault(root, None)
            elif not session.knows(relative) or (text is None and not path.is_file()):
                self._stale[root] = self.sessions.pop(root)
            elif session.take(relative, text):
                self._changed.add(root)

    def on_disk(self, paths: Iterable[Path]) -> None:
        """These files have changed on disk. Those that are open are what their buffers say."""
        self.buffers({path: None for path in paths if path not in self.texts and self.root_of(path) in self.sessions})

    def check(self) -> None:
        """Bring everything up to date that has news."""
        if self.options.diagnostics == "workspace":
            for folder in self.folders:
                root = self.root_of(folder / "_")
                if root not in self.sessions and root not in self.problems:
                    self._stale.setdefault(root, None)
        while self._stale or self._changed:
            if self._stale:
                root, old = self._stale.popitem()
                self._begin(root, old)
            else:
                root = self._changed.pop()
            session = self.sessions.get(root)
            if session is not None:
                with self._telling(root):
                    session.check()

    @property
    def is_exact(self) -> bool:
        return all(session.is_exact for session in self.sessions.values())

    def settle(self, interrupt: Callable[[], None]) -> None:
        """Make all findings exact; see `Session.settle`."""
        for root, session in list(self.sessions.items()):
            if not session.is_exact:
                with self._telling(root):
                    session.settle(interrupt)

    def _begin(self, root: Path, old: Session | None) -> None:
        buffers = {
            path.relative_to(root).as_posix(): text
            for path, text in self.texts.items()
            if root in path.parents and self.root_of(path) == root
        }
        is_wanted = self.options.diagnostics == "workspace" and any(
            root == folder or folder in root.parents or root in folder.parents for folder in self.folders
        )
        if not buffers and not is_wanted:
            return
        with self._telling(root):
            session = Session(root, self._roots, self.settings, buffers, old=old, progress=self._progress)
            self.sessions[root] = session
            if is_wanted:
                for folder in session.files.projects:
                    if root / folder not in self.sessions and root / folder not in self.problems:
                        self._stale.setdefault(root / folder, None)

    def root_of(self, path: Path) -> Path:
        """The project that a file belongs to: as elsewhere, but where none is marked, the editor's folder is one."""
        root = self._roots.of(path.parent)
        if self._roots.is_marked(root):
            return root
        holding = [folder for folder in self.folders if folder in path.parents]
        return max(holding, key=lambda folder: len(folder.parts), default=root)

    def session_of(self, path: Path) -> tuple[Session, str] | None:
        """The project that a file belongs to, and the file's path there."""
        root = self.root_of(path)
        session = self.sessions.get(root)
        return None if session is None else (session, path.relative_to(root).as_posix())

    def files(self) -> Iterator[tuple[Path, Session, str]]:
        """All files that there is something to tell of."""
        for root, session in self.sessions.items():
            for path in {*session.findings, *session.problems}:
                yield root / path, session, path

    @contextlib.contextmanager
    def _telling(self, root: Path) -> Iterator[None]:
        """Makes a problem of settings that can't be followed."""
        self.problems.pop(root, None)
        try:
            yield
        except ConfigError as error:
            self.sessions.pop(root, None)
            self.problems[root] = f"{error.path or root}: {error}"
