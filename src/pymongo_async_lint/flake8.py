"""The flake8 plugin: the findings of `check`, file by file, as flake8 asks for them."""

from __future__ import annotations

import ast
import os
import tokenize
from argparse import Namespace
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, get_origin

import msgspec
from flake8.exceptions import ExecutionError
from flake8.options.manager import OptionManager
from flake8.utils import is_using_stdin

from pymongo_async_lint import __version__, checker
from pymongo_async_lint.config import ConfigError, Settings, read_file
from pymongo_async_lint.config.documents import Key, keys
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.project import ProjectFiles, cache_of
from pymongo_async_lint.snapshot import remembered

Report = tuple[int, int, str]
"""Line (from 1), column (from 0) and what flake8 prints."""

OWN_CODES = "PMA"
FLAKE8S_OWN = frozenset({"select", "extend-select", "ignore", "per-file-ignores", "fail-on"})
"""What is flake8's own business: it has options for it, or, as to when a run fails, its own rules."""


class Plugin:
    """Checks the whole project of a file when the first of its files comes along, and keeps what it found.

    Files that are no part of their project, as git or the settings ignore them, are passed over, as `check .` does.
    Comments that suppress are flake8's own business. Settings come from the project, as for `check`, and flake8's
    options go over them.
    """

    name = "pymongo-async-lint"
    version = __version__

    roots = Roots()
    settings = Settings()

    @staticmethod
    def add_options(manager: OptionManager) -> None:
        """Make an option of each setting that flake8 has not: `--pma-src`, or `pma-src` in its configuration."""
        manager.add_option(
            "--pma-config",
            metavar="PATH",
            parse_from_config=True,
            normalize_paths=True,
            help="Take the settings of pymongo-async-lint from this file.",
        )
        for key in keys():
            if key.name not in FLAKE8S_OWN:
                manager.add_option(f"--pma-{key.name}", parse_from_config=True, help=key.says, **_form(key))

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        """Take over what flake8 was told. Codes that it selects by name are selected here too, even in preview.

        Raises ExecutionError for settings of the project flake8 runs in that can't be followed. That must not wait for
        the first file: the pool of processes that flake8 checks files in at times hangs when one of them fails.
        """
        named = (*(options.select or ()), *(options.extend_select or ()))
        selected = tuple(code for code in named if code.startswith(OWN_CODES) and code != OWN_CODES)
        given = {
            key.attribute: _value(key, value)
            for key in keys()
            if key.name not in FLAKE8S_OWN and (value := getattr(options, f"pma_{key.attribute}")) is not None
        }
        cls.settings = Settings(extend_select=selected, **given)
        try:
            cls.roots = Roots(read_file(Path(options.pma_config)) if options.pma_config else None)
            root = cls.roots.of(Path.cwd())
            checker.verify(root, cls.settings.over(cls.roots.settings(root)))
        except ConfigError as error:
            raise ExecutionError(f"{error.path}: {error}" if error.path else str(error)) from None
        _project.cache_clear()

    def __init__(self, tree: ast.AST, filename: str, lines: list[str], options: Namespace) -> None:
        self.path = Path(os.path.abspath(filename))
        self.content = _encoded(lines) if is_using_stdin(options.filenames) else None

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        root = self.roots.of(self.path.parent)
        path = self.path.relative_to(root).as_posix()
        try:
            reports = _project(root) if self.content is None else _reports(root, {path: self.content})
        except ConfigError as error:
            # Only of projects below the one that flake8 runs in, see `parse_options`.
            yield 1, 0, f"PMA001 {error.path}: {error}" if error.path else f"PMA001 {error}", type(self)
            return
        for line, column, message in (*reports.get(path, ()), *reports.get("", ())):
            yield line, column, message, type(self)


@cache
def _project(root: Path) -> dict[str, list[Report]]:
    return _reports(root, {})


def _reports(root: Path, overrides: dict[str, bytes]) -> dict[str, list[Report]]:
    """What there is to say of each file: of all files, or of those that are overridden."""
    settings = Plugin.settings.over(Plugin.roots.settings(root))
    cache = cache_of(root, settings, Plugin.roots)
    files = ProjectFiles(root, settings, overrides=overrides, roots=Plugin.roots, cache=cache)
    reports: dict[str, list[Report]] = {}
    judged = remembered(files, checker.judge).findings
    if judged:
        from pymongo_async_lint.report.positions import Positions
        from pymongo_async_lint.suppress.baseline import known, read

        baseline = read(root / settings.baseline) if settings.baseline else None
        for path, found in groupby(judged, lambda one: one.finding.place.path):
            if overrides and path not in overrides:
                continue
            sources = {path: files.text(path)}
            positions = Positions(sources)
            for one in found:
                finding = one.finding
                is_known = not one.is_hidden and baseline is not None and baseline.covers(known(finding, sources))
                if one.is_told and not is_known:
                    line, column = positions.start(finding.place)
                    reports.setdefault(path, []).append((line, column - 1, f"{finding.code} {finding.message}"))
    for problem in files.problems:
        report = problem.line or 1, (problem.column or 1) - 1, f"{problem.code} {problem.message}"
        reports.setdefault(problem.path, []).append(report)
    return reports


def _form(key: Key) -> dict[str, Any]:
    """How flake8 reads an option: as a switch, as a list with commas, or as it is."""
    if key.type == bool | None:
        return {"action": "store_true", "default": None}
    if get_origin(key.type) in (tuple, dict):
        pairs = "NAME=VALUE,..." if get_origin(key.type) is dict else "VALUE,..."
        return {"comma_separated_list": True, "metavar": pairs}
    return {"metavar": "VALUE"}


def _value(key: Key, given: Any) -> Any:
    """What flake8 has read, as the setting has it. Raises ExecutionError."""
    if get_origin(key.type) is dict:
        given = {name: value for name, _, value in (item.partition("=") for item in given)}
        if not all(given.values()):
            raise ExecutionError(f"pma-{key.name} must be a list such as {_pairs(key.example)}")
    try:
        return msgspec.convert(given, key.type, strict=False)
    except msgspec.ValidationError:
        raise ExecutionError(f"pma-{key.name} must be {key.must_be}") from None


def _pairs(example: dict[str, str]) -> str:
    return ",".join(f"{name}={value}" for name, value in example.items())


def _encoded(lines: list[str]) -> bytes:
    """The lines as a file would hold them, in the encoding that it declares."""
    text = "".join(lines)
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(text.encode(errors="surrogateescape")).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeError):
        return text.encode(errors="replace")
