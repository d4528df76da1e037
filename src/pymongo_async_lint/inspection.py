"""One line of a project, from the place that a user names to what is known there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import structs

from pymongo_async_lint.checker import check_objects, shown_path
from pymongo_async_lint.config import ConfigError
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.project import ProjectFiles, cache_of, problem

if TYPE_CHECKING:
    from pymongo_async_lint.link.answers import Answers
    from pymongo_async_lint.link.place import Place
    from pymongo_async_lint.link.why import Inspection, Reading


class InspectionError(Exception):
    """Why nothing can be said of a place, in one line."""


def inspect(path: Path, line: int, column: int | None = None, *, config: Path | None = None) -> Inspection:
    """What each expression of a line is and how that is known, or the one at a column; both count from 1.

    Raises InspectionError.
    """
    from pymongo_async_lint.config import read_file

    file = Path(os.path.abspath(path))
    shown = shown_path(file)
    if not file.is_file():
        raise InspectionError(f"{shown}: {'is a folder' if file.is_dir() else 'there is no such file'}")
    try:
        roots = Roots(read_file(config) if config else None)
        root = roots.of(file.parent)
        relative = file.relative_to(root).as_posix()
        settings = roots.settings(root)
        check_objects(settings)
        cache = cache_of(root, settings, roots)
        files = ProjectFiles(root, settings, targets=[relative], roots=roots, cache=cache)
    except ConfigError as error:
        raise InspectionError(f"{shown_path(error.path or root)}: {error}") from error
    if relative not in files.paths:
        raise InspectionError(f"{shown}: the settings exclude it from the project")
    return _inspected(files, relative, line, column)


class Elsewhere(Protocol):
    """Places as answers know them, where that is not as they are written."""

    def offset(self, path: str, written: int) -> int: ...
    def as_written(self, place: Place) -> Place: ...


def at(files: ProjectFiles, answers: Answers, path: str, offset: int, places: Elsewhere) -> Inspection | None:
    """What the expression at an offset of a file is, by answers that are there already; None where there is none.

    Paths are relative to the project's root.
    """
    from pymongo_async_lint.capture.source import LineTable
    from pymongo_async_lint.link.why import Explainer

    module = answers.project.module(path)
    if path not in answers.project.scanned_paths or module is None:
        return None
    readings = Explainer(answers).at(module, places.offset(path, offset))
    if not any(reading.expressions for reading in readings):
        return None
    readings = [reading.relocated(places.as_written) for reading in readings]
    line, _ = LineTable(files.text(path)).position(offset)
    return _as_shown(files, path, line, readings, lambda path: path)


def _inspected(files: ProjectFiles, path: str, line: int, column: int | None) -> Inspection:
    from pymongo_async_lint.capture.source import LineTable
    from pymongo_async_lint.link.answers import answers_about
    from pymongo_async_lint.link.project import Project
    from pymongo_async_lint.link.told import told_by
    from pymongo_async_lint.link.why import Explainer

    shown = shown_path(files.root / path)
    try:
        text = files.text(path)
    except Exception as error:
        told = problem(path, error)
        raise InspectionError(f"{shown}: {told.message}") from error
    lines = LineTable(text)
    if not 1 <= line <= lines.count:
        raise InspectionError(f"{shown}:{line}: the file has {lines.count} line{'s' * (lines.count != 1)}")
    start, end = lines.start(line), lines.start(line + 1)
    content = text[start:end]
    if not content.strip():
        raise InspectionError(f"{shown}:{line}: the line is blank")
    if column is not None and not 1 <= column <= max(len(content.rstrip("\r\n")), 1):
        raise InspectionError(f"{shown}:{line}:{column}: the line has {len(content.rstrip())} columns")
    if files.facts(path) is None:
        told = next(one for one in files.problems if one.path == path)
        raise InspectionError(f"{shown}:{told.line or 1}:{told.column or 1}: {told.message}")
    if not files.relevant():
        raise InspectionError(f"{shown}: the project uses no MongoDB driver")
    answers = answers_about(Project(files, told_by(files.settings, files.root)))
    module = answers.project.module(path)
    if path not in answers.project.scanned_paths or module is None:
        raise InspectionError(f"{shown}: no driver object is seen to get into this file, so that it is not looked at")
    explainer = Explainer(answers)
    readings = explainer.line(module, start, end) if column is None else explainer.at(module, start + column - 1)
    if not any(reading.expressions for reading in readings):
        if column is not None:
            raise InspectionError(f"{shown}:{line}:{column}: there is no expression here")
        raise InspectionError(f"{shown}:{line}: no expression begins here that has more to it than can be seen")
    return _as_shown(files, path, line, readings, lambda path: shown_path(files.root / path))


def _as_shown(
    files: ProjectFiles, path: str, line: int, readings: list[Reading], shown_as: Callable[[str], str]
) -> Inspection:
    from pymongo_async_lint.link.why import Inspection

    sources: dict[str, str] = {}

    def moved(place: Place) -> Place:
        shown = shown_as(place.path)
        sources[shown] = files.text(place.path)
        return structs.replace(place, path=shown)

    relocated = tuple(reading.relocated(moved) for reading in readings)
    shown = shown_as(path)
    sources[shown] = files.text(path)
    return Inspection(shown, line, relocated, sources)
