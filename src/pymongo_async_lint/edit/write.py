"""Text to bytes, and bytes to disk: every file is either as it was or as it should be."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from pymongo_async_lint import atomic
from pymongo_async_lint.capture.source import decode


class WriteError(Exception):
    """Why a file was left as it is, in words for the user."""


BOM = b"\xef\xbb\xbf"


def with_text(data: bytes, old: str, new: str) -> bytes:
    """The content of a file after its text has changed; all the rest is as it was, byte by byte.

    Raises SourceError or WriteError where `data` does not hold the old text, or can't hold the new one.
    """
    source = decode(data)
    if source.text != old:
        raise WriteError("has changed meanwhile and was left alone")
    bom = BOM if source.has_bom else b""
    if bom + old.encode(source.encoding) != data:
        raise WriteError(f"can't be written back byte by byte in its encoding, {source.encoding}")
    try:
        return bom + new.encode(source.encoding)
    except UnicodeError:
        raise WriteError(f"can't be written in its encoding, {source.encoding}") from None


def compiles(data: bytes) -> bool:
    """Does this interpreter take the file? It may well be written for a later one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
        except (MemoryError, RecursionError):
            return True  # too much for the compiler, which says nothing of the syntax
    return True


def replace(path: Path, old: bytes, new: bytes) -> None:
    """Write a file at once; its mode stays, and so does a link to it.

    Raises WriteError if the file isn't as it was any more, or can't be written.
    """
    try:
        if path.read_bytes() != old:
            raise WriteError("has changed meanwhile and was left alone")
        if not os.access(path, os.W_OK):
            raise WriteError("is write-protected and was left alone")
        atomic.write(path, new)
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror or type(error).__name__}") from None
