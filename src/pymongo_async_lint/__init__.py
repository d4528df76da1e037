"""Finds un-awaited, blocking and wasteful uses of PyMongo's drivers in asynchronous Python projects."""

__version__ = "0.1.0"
