"""Finds un-awaited, blocking and wasteful uses of PyMongo's drivers in asynchronous Python projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pymongo_async_lint.api import Edit, Finding, Fix, Problem, Related, Result, Settings, check

__version__ = "0.1.0"

__all__ = ["Edit", "Finding", "Fix", "Problem", "Related", "Result", "Settings", "__version__", "check"]


def __getattr__(name: str) -> object:
    """The API, which is imported when somebody asks for it."""
    if name in __all__:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
