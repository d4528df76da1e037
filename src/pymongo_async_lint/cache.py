"""A folder in which runs leave what later ones need not work out again: `facts` by content, and `projects` by name.

Nothing depends on it. What can't be read, or means nothing, is as if it were not there; where nothing can be written,
no more is tried. Entries appear at once or not at all, so that runs at the same time, and runs that are killed, do no
harm, and folders of several machines merge by copying one over the other.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pymongo_async_lint import atomic

FOLDER = ".pymongo_async_lint_cache"
"""The name of the folder, in the project's root, unless the settings give another."""

_LONGEST_WAIT = 60.0
_BETWEEN_LOOKS = 0.02
"""Seconds."""

_TAG = b"""Signature: 8a477f597d28d172789f06886806bc55
# This file says that the folder is a cache, which may be deleted at any time: see https://bford.info/cachedir/
"""


class Cache:
    """Entries of bytes, by the kind of entry and a key; without a `folder`, an empty one that keeps nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._made: set[Path] = set()

    @property
    def is_kept(self) -> bool:
        """Will a later run find what is put here? False once something could not be written."""
        return self._folder is not None

    def get(self, kind: str, key: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            with open(self._path(kind, key), "rb", buffering=0) as file:
                return file.readall()
        except OSError:
            return None

    def put(self, kind: str, key: str, data: bytes) -> None:
        if self._folder is None:
            return
        path = self._path(kind, key)
        try:
            self._make(path.parent)
            atomic.write(path, data)
        except OSError:
            self._folder = None

    @contextlib.contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """While in here, other processes that ask for the same key wait, where the system can do that.

        They don't wait for long: the one that they wait for may be stopped, or hang.
        """
        with contextlib.ExitStack() as stack:
            if self._folder is not None:
                with contextlib.suppress(ImportError, OSError):
                    import fcntl

                    path = self._path("locks", key)
                    self._make(path.parent)
                    file = stack.enter_context(open(path, "wb"))
                    end = time.monotonic() + _LONGEST_WAIT
                    while time.monotonic() < end:
                        try:
                            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                            break
                        except BlockingIOError:
                            time.sleep(_BETWEEN_LOOKS)
                    # Not by closing alone: a process that is forked in here would hold on to it.
                    stack.callback(fcntl.flock, file, fcntl.LOCK_UN)
            yield

    def _path(self, kind: str, key: str) -> Path:
        assert self._folder is not None
        return self._folder / kind / key[:2] / key[2:]

    def _make(self, folder: Path) -> None:
        assert self._folder is not None
        if not self._made:
            is_new = not self._folder.exists()
            self._folder.mkdir(parents=True, exist_ok=True)
            if is_new:
                atomic.write(self._folder / ".gitignore", b"*\n")
                atomic.write(self._folder / "CACHEDIR.TAG", _TAG)
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)
            self._made.add(folder)
