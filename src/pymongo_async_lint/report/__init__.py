"""What a check prints: one file for each format, which is imported when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pymongo_async_lint.report.terminal import Terminal
    from pymongo_async_lint.result import Result


class Format(NamedTuple):
    """The module of the same name has a function `render`, which takes a result and gives lines.

    If the format is for people, `render` also takes a terminal.
    """

    what_for: str
    is_for_people: bool = False
    """Do paths count from the working directory? For other programs they count from the root of the repository."""


FORMATS = {
    "text": Format("for people, with source lines and proofs", is_for_people=True),
    "concise": Format("for people, one line each", is_for_people=True),
    "statistics": Format("how many findings each rule has", is_for_people=True),
    "json": Format("one object with everything"),
    "jsonl": Format("one object a line"),
    "sarif": Format("SARIF 2.1.0, for code scanning"),
    "github": Format("annotations of a GitHub workflow"),
    "gitlab": Format("GitLab's code quality report"),
    "junit": Format("JUnit XML"),
    "rdjson": Format("reviewdog's diagnostics"),
    "pylint": Format("lines as pylint writes them"),
}


def render(name: str, result: Result, terminal: Terminal | None = None) -> Iterator[str]:
    """The report in one of the `FORMATS`, line by line; in those for people, as the terminal can show it."""
    module: Any = import_module(f"{__name__}.{name}")
    lines: Iterator[str]
    if FORMATS[name].is_for_people:
        lines = module.render(result, terminal) if terminal else module.render(result)
    else:
        from pymongo_async_lint.report.paths import seen_from_root

        lines = module.render(seen_from_root(result))
    return lines
