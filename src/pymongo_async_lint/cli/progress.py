"""A bar for runs that take their time."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

import click

PATIENCE = 1.0
"""Seconds after which a bar shows that something goes on."""
_ERASE = "\r\033[K"

Progress = Callable[[int, int], None]
"""Gets how many files are read, and of how many."""


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Shows a bar on the standard error while the block runs, if that takes long, and if it is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    start = time.monotonic()
    shown: list[str] = []

    def show(done: int, total: int) -> None:
        if time.monotonic() - start < PATIENCE:
            return
        filled = 30 * done // max(total, 1)
        bar = f"{'█' * filled}{'░' * (30 - filled)} {done} of {total} files"
        if shown[-1:] != [bar]:
            shown[:] = [bar]
            with contextlib.suppress(UnicodeError):
                click.echo(f"{_ERASE}{bar}", nl=False, err=True)

    try:
        yield show
    finally:
        if shown:
            click.echo(_ERASE, nl=False, err=True)
