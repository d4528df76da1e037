"""`check --watch`: check again whenever a file is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click

NAMES = (".py", ".ipynb", ".toml", ".json", ".gitignore")
"""Endings of what a check reads."""


def watch(folders: Iterable[Path], check: Callable[[], object]) -> None:
    """Check, and check again after each change below these folders, until the user interrupts.

    Raises UsageError if watchfiles is not installed.
    """
    try:
        from watchfiles import DefaultFilter
        from watchfiles import watch as changes
    except ImportError:
        complaint = "--watch needs watchfiles: pip install 'pymongo-async-lint[watch]'"
        raise click.UsageError(complaint) from None
    ignores = DefaultFilter()
    check()
    for _ in changes(
        *folders,
        watch_filter=lambda change, path: path.endswith(NAMES) and ignores(change, path),
        raise_interrupt=False,
    ):
        click.clear()
        check()
