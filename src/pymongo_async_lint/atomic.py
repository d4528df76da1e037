"""Files that are either old or new, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path


def write(path: Path, data: bytes, *, is_private: bool = False) -> None:
    """Replace the content of a file, or make the file. Raises OSError, and leaves things as they were.

    The file keeps its mode; a new one is for its owner alone if it is private. Links are followed; a device or a pipe
    is simply written to.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        mode = 0o600 if is_private else 0o666 & ~_umask()
    else:
        if not stat.S_ISREG(status.st_mode):
            path.write_bytes(data)
            return
        mode = stat.S_IMODE(status.st_mode)
    import tempfile

    path = Path(os.path.realpath(path))
    descriptor, temporary = tempfile.mkstemp(prefix=_prefix(path), dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def leftovers(path: Path) -> Iterator[Path]:
    """Files that a process may have left which was killed while it was writing this one."""
    path = Path(os.path.realpath(path))
    pattern = re.compile(re.escape(_prefix(path)) + r"\w{8}")
    yield from (one for one in sorted(path.parent.iterdir()) if pattern.fullmatch(one.name) and one.is_file())


def _prefix(path: Path) -> str:
    return f".{path.name[:100]}."


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
