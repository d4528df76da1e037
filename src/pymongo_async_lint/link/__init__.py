"""From the facts of many files to one project: the shape of any expression, the call graph, where each function
runs."""

from pymongo_async_lint.link.project import Project

__all__ = ["Project"]
