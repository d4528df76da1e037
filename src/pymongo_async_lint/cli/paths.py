"""The paths that a user names: on the command line, or in a list."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

STDIN = "-"


def targets(paths: Sequence[str]) -> list[Path]:
    """What to check: the paths, with lists in the place of their names, or else the working directory."""
    if not paths:
        return [Path()]
    return [target for path in paths for target in _expanded(path)]


def read_stdin() -> bytes:
    """All of the standard input. Raises UsageError where there is none."""
    try:
        return sys.stdin.buffer.read()
    except (AttributeError, ValueError, OSError) as error:
        raise click.UsageError("the standard input can't be read") from error


def _expanded(path: str) -> Iterator[Path]:
    """`@FILE` is a list of paths, one a line, or with NUL characters between them, as `git ls-files -z` has it."""
    if not path.startswith("@"):
        yield Path(path)
        return
    name = path[1:]
    try:
        data = read_stdin() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise click.UsageError(f"the list {name} can't be read: {error.strerror or type(error).__name__}") from None
    lines = data.split(b"\0") if b"\0" in data else data.splitlines()
    yield from (Path(os.fsdecode(line)) for line in lines if line.strip())
