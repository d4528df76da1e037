"""What the command line shows its reports on."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from pymongo_async_lint.report.terminal import Terminal


def terminal_of(stream: TextIO) -> Terminal:
    """The terminal behind a stream; characters that it does not have are escaped from now on."""
    from pymongo_async_lint.report.terminal import PLAIN, Terminal

    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # code may have characters that the terminal has not
    terminal = PLAIN
    if stream.isatty():
        import shutil

        terminal = Terminal(width=shutil.get_terminal_size().columns)
    return terminal._replace(colour=_has_colour(stream))


def _has_colour(stream: TextIO) -> bool:
    """Colours are for terminals. NO_COLOR forbids them, FORCE_COLOR wants them even in files and pipes."""
    if os.environ.get("NO_COLOR"):
        return False
    return stream.isatty() or os.environ.get("FORCE_COLOR", "0") not in ("", "0")
