"""Many texts to facts, in several processes."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from pymongo_async_lint.capture import facts
from pymongo_async_lint.capture.frontend import capture

_AT_ONCE = 4
"""How many texts a process takes at a time."""


def captured(texts: Mapping[str, str], jobs: int) -> Iterator[tuple[str, bytes]]:
    """The encoded facts of each text, under its key; without those that can't be captured, for whatever reason."""
    methods = multiprocessing.get_all_start_methods()
    if "fork" in methods:
        import libcst  # noqa: F401  # once, for all of them
    context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
    longest_first = sorted(texts, key=lambda key: -len(texts[key]))
    with contextlib.suppress(BrokenProcessPool, OSError), ProcessPoolExecutor(jobs, context) as pool:
        found = pool.map(_encoded, (texts[key] for key in longest_first), chunksize=_AT_ONCE)
        for key, data in zip(longest_first, found, strict=True):
            if data is not None:
                yield key, data


def _encoded(text: str) -> bytes | None:
    try:
        return facts.encode(capture(text))
    except Exception:  # whoever asks for these facts meets the error again, and tells it
        return None
