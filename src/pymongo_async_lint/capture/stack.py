"""Room for deep recursion, native and Python's own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_BYTES = 64 * 2**20
"""Several times what LibCST's parser takes for a text at the bounds of `nesting`."""
_FRAMES = 20_000
"""More than any walk over one takes."""

_lock = threading.Lock()  # both are settings of the whole process

_P = ParamSpec("_P")
_R = TypeVar("_R")


def with_large_stack(function: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    """Calls the function in a thread with a large stack, and with Python's bound on recursion raised meanwhile."""
    from concurrent.futures import ThreadPoolExecutor

    with _lock:
        limit = sys.getrecursionlimit()
        size = threading.stack_size(_BYTES)
        try:
            sys.setrecursionlimit(max(limit, _FRAMES))
            with ThreadPoolExecutor(max_workers=1) as executor:
                return executor.submit(function, *args, **kwargs).result()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
