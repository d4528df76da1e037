"""The flake8 plugin: the findings of `check`, file by file, as flake8 asks for them."""

from __future__ import annotations

import ast
import os
import tokenize
from argparse import Namespace
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from flake8.exceptions import ExecutionError
from flake8.utils import is_using_stdin

from pymongo_async_lint import __version__, checker
from pymongo_async_lint.config import ConfigError
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.project import ProjectFiles

Report = tuple[int, int, str]
"""Line (from 1), column (from 0) and what flake8 prints."""

_roots = Roots()


class Plugin:
    """Checks the whole project of a file when the first of its files comes along, and keeps what it found.

    Files that are no part of their project, as git or the settings ignore them, are passed over, as `check .` does.
    Comments that suppress are flake8's own business.
    """

    name = "pymongo-async-lint"
    version = __version__

    def __init__(self, tree: ast.AST, filename: str, lines: list[str], options: Namespace) -> None:
        self.path = Path(os.path.abspath(filename))
        self.content = _encoded(lines) if is_using_stdin(options.filenames) else None

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        root = _roots.of(self.path.parent)
        path = self.path.relative_to(root).as_posix()
        try:
            reports = _project(root) if self.content is None else _reports(root, {path: self.content})
        except ConfigError as error:
            raise ExecutionError(f"{error.path}: {error}" if error.path else str(error)) from None
        for line, column, message in (*reports.get(path, ()), *reports.get("", ())):
            yield line, column, message, type(self)


@cache
def _project(root: Path) -> dict[str, list[Report]]:
    return _reports(root, {})


def _reports(root: Path, overrides: dict[str, bytes]) -> dict[str, list[Report]]:
    """What there is to say of each file: of all files, or of those that are overridden."""
    files = ProjectFiles(root, _roots.settings(root), overrides=overrides, roots=_roots)
    findings = checker.find(files, frozenset(overrides or files.paths))
    reports: dict[str, list[Report]] = {}
    if findings:
        from pymongo_async_lint.report.positions import Positions

        positions = Positions({finding.place.path: files.text(finding.place.path) for finding in findings})
        for finding in findings:
            line, column = positions.start(finding.place)
            reports.setdefault(finding.place.path, []).append((line, column - 1, f"{finding.code} {finding.message}"))
    for problem in files.problems:
        report = problem.line or 1, (problem.column or 1) - 1, f"{problem.code} {problem.message}"
        reports.setdefault(problem.path, []).append(report)
    return reports


def _encoded(lines: list[str]) -> bytes:
    """The lines as a file would hold them, in the encoding that it declares."""
    text = "".join(lines)
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(text.encode(errors="surrogateescape")).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeError):
        return text.encode(errors="replace")
