"""The whole run: from the paths that a user names to a result."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pymongo_async_lint.config import ConfigError, Settings, nearest, read_file
from pymongo_async_lint.discovery import Patterns, Roots, repository
from pymongo_async_lint.project import ProjectFiles, problem
from pymongo_async_lint.result import INTERNAL_ERROR, UNREADABLE, Problem, Result

if TYPE_CHECKING:
    from pymongo_async_lint.link.place import Place
    from pymongo_async_lint.rules.finding import Finding

__all__ = ["Problem", "ProjectSettings", "Result", "check", "find", "settings_of", "shown_path"]

MOST_ATTEMPTS = 5
"""How often the analysis starts again without the file that it failed in."""


def check(
    targets: Sequence[Path],
    settings: Settings | None = None,
    *,
    overrides: Mapping[Path, bytes] | Mapping[str, bytes] | None = None,
    config: Path | None = None,
) -> Result:
    """Check files and folders, each as a part of the project that it lies in.

    `settings` go over those of the projects, or over those of the file `config`. `overrides` maps paths to content that
    replaces what is on disk, such as an editor's buffers; such a file need not exist. Nothing is raised for bad input:
    the result's problems tell it.
    """
    run = _Run(settings or Settings(), {_absolute(path): data for path, data in (overrides or {}).items()})
    with run.telling():
        run.roots = Roots(read_file(config) if config else None)
        for target in targets:
            run.add(_absolute(target))
    while run.pending:
        root = min(run.pending, key=lambda root: len(root.parts))  # projects in other ones come after these
        paths = run.pending.pop(root)
        with run.telling(root):
            run.check(root, paths)
    return run.result()


class ProjectSettings(Struct, frozen=True):
    """What holds for a project."""

    root: Path
    file: Path | None
    """Where its settings stand; None where it has none."""
    settings: Settings


def settings_of(
    targets: Sequence[Path], settings: Settings | None = None, *, config: Path | None = None
) -> list[ProjectSettings]:
    """The settings that `check` would follow, for each project that the targets lie in. Raises ConfigError."""
    roots = Roots(read_file(config) if config else None)
    found = []
    for root in sorted({roots.of(_folder(_absolute(target))) for target in targets}):
        file = roots.file(root)
        settled = (settings or Settings()).over(roots.settings(root))
        found.append(ProjectSettings(root, file.path if file else None, settled))
    return found


def find(files: ProjectFiles, asked: frozenset[str]) -> list[Finding]:
    """The findings in the files that were asked for, suppressed or not, by path, place and code.

    What goes wrong is added to the problems of `files`. Raises ConfigError for a code in the settings that no rule has.
    """
    relevant = files.relevant()
    settings = files.settings
    if not relevant and not any((settings.select, settings.extend_select, settings.ignore, settings.per_file_ignores)):
        return []  # the rules and all that they need are not even imported
    codes = _codes(settings)
    per_file = _per_file_ignores(settings)
    if not relevant:
        return []
    _check_objects(settings)
    findings = _run_rules(files, asked, codes)
    for path in asked.intersection(relevant):
        files.facts(path)  # what no rule had to read may still be unreadable
    return [
        finding
        for finding in findings
        if not any(
            finding.code.startswith(prefixes) and patterns.covers(finding.place.path) for patterns, prefixes in per_file
        )
    ]


def _check_objects(settings: Settings) -> None:
    """Raises ConfigError for a declared object that no driver has."""
    from pymongo_async_lint.drivers import Flavour, Kind

    for name, value in settings.objects.items():
        flavour, _, kind = value.partition(".")
        for word, words in ((flavour, Flavour), (kind, Kind)):
            if word not in set(words):
                complaint = f"`objects`: `{name}` is declared as `{value}`, but there is no `{word}`"
                raise ConfigError(None, f"{complaint}{nearest(word, [str(one) for one in words])}")


def unknown_code(prefix: str) -> str | None:
    """What to tell a user who asks for codes with a beginning that no rule's code has; None if one has."""
    from pymongo_async_lint.rules import RULES

    codes = [rule.code for rule in RULES]
    if any(code.startswith(prefix) for code in codes):
        return None
    return f"no rule has a code that begins with `{prefix}`{nearest(prefix, codes)}"


def _codes(settings: Settings) -> frozenset[str]:
    """The codes that the settings ask for: of the beginnings that a code has, the longest decides.

    A preview rule needs `preview`, or a selection of it or its family.
    """
    from pymongo_async_lint.rules import PREFIX, RULES

    _check_codes("select", settings.select or ())
    _check_codes("extend-select", settings.extend_select)
    _check_codes("ignore", settings.ignore)
    selected = (*((PREFIX,) if settings.select is None else settings.select), *settings.extend_select)
    named = [prefix for prefix in selected if len(prefix) > len(PREFIX)]
    return frozenset(
        rule.code
        for rule in RULES
        if _longest(rule.code, selected if settings.preview or not rule.preview else named)
        > _longest(rule.code, settings.ignore)
    )


def _longest(code: str, prefixes: Iterable[str]) -> int:
    """How much of a code the best of these says; -1 if none is a beginning of it."""
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def _per_file_ignores(settings: Settings) -> list[tuple[Patterns, tuple[str, ...]]]:
    """The files of the setting, and the beginnings of the codes that they may have."""
    for codes in settings.per_file_ignores.values():
        _check_codes("per-file-ignores", codes)
    return [(Patterns([glob], "per-file-ignores"), codes) for glob, codes in settings.per_file_ignores.items()]


def _check_codes(key: str, prefixes: Iterable[str]) -> None:
    for prefix in prefixes:
        complaint = unknown_code(prefix)
        if complaint:
            raise ConfigError(None, f"`{key}`: {complaint}")


def _run_rules(files: ProjectFiles, asked: frozenset[str], codes: frozenset[str]) -> list[Finding]:
    """Run the rules. Where that fails by a mistake of ours, leave out the file that it happened in and try again."""
    from pymongo_async_lint.link import Project
    from pymongo_async_lint.rules import run

    for _ in range(MOST_ATTEMPTS):
        try:
            return run(Project(files, files.settings.objects), asked, codes)
        except Exception as error:
            culprit = _culprit(error, files)
            files.give_up(culprit, error)
            if not culprit:
                break
    return []


def _culprit(error: Exception, files: ProjectFiles) -> str:
    """The file that the analysis was busy with, as the variables of the innermost calls tell; "" if none does."""
    known = frozenset(files.paths)
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        for value in frame.f_locals.values():
            for holder in (value, getattr(value, "module", None)):
                path = getattr(holder, "path", None)
                if isinstance(path, str) and path in known and files.facts(path) is not None:
                    return path
    return ""


class _Run:
    """Collects, over all projects, what a result tells."""

    def __init__(self, settings: Settings, overrides: Mapping[Path, bytes]) -> None:
        self.settings = settings
        self.overrides = overrides
        self.roots = Roots()
        self.pending: dict[Path, set[Path]] = {}
        """What is still to be checked, by project."""
        self.repositories: set[Path] = set()
        self.problems: set[Problem] = set()
        self.findings: list[Finding] = []
        self.suppressed = 0
        self.files = 0
        self.sources: dict[str, str] = {}

    @contextlib.contextmanager
    def telling(self, root: Path | None = None) -> Iterator[None]:
        """Makes a problem of settings that can't be followed."""
        try:
            yield
        except ConfigError as error:
            path = error.path
            if path is None and root is not None:
                file = self.roots.file(root)
                path = file.path if file else root
            self.problems.add(Problem(shown_path(path or Path()), None, None, UNREADABLE, str(error)))

    def add(self, target: Path) -> None:
        if target not in self.overrides:
            try:
                target.stat()
            except OSError as error:
                self.problems.add(problem(shown_path(target), error))
                return
        root = self.roots.of(_folder(target))
        self.pending.setdefault(root, set()).add(target)

    def check(self, root: Path, targets: set[Path]) -> None:
        self.repositories.add(repository(root))
        relative = [_beneath(root, target) for target in targets]
        files = ProjectFiles(
            root,
            self.settings.over(self.roots.settings(root)),
            targets=relative,
            overrides={
                _beneath(root, path): data
                for path, data in self.overrides.items()
                if root in path.parents and self.roots.of(path.parent) == root
            },
            roots=self.roots,
        )
        asked = {path for target in relative for path in files.beneath(target)}
        for folder in files.projects:
            if any(_lies_in(folder, target) for target in relative):
                self.pending.setdefault(root / folder, set()).add(root / folder)
        self.files += len(asked)
        found = find(files, frozenset(asked)) if asked else []
        if found:
            self._keep(files, found)
        self.problems.update(
            structs.replace(told, path=shown_path(root / told.path))
            for told in files.problems
            if told.code == INTERNAL_ERROR or any(_lies_in(told.path, target) for target in relative)
        )

    def _keep(self, files: ProjectFiles, findings: list[Finding]) -> None:
        """Take over the findings that no comment hides, with paths as they are shown."""
        from pymongo_async_lint.capture.source import LineTable
        from pymongo_async_lint.suppress.noqa import Noqa

        comments: dict[str, tuple[Noqa, LineTable]] = {}
        for finding in findings:
            path = finding.place.path
            if path not in comments:
                comments[path] = Noqa(files.text(path)), LineTable(files.text(path))
            noqa, lines = comments[path]
            line, _ = lines.position(finding.place.start)
            if noqa.hides(finding.code, line):
                self.suppressed += 1
            else:
                self.findings.append(self._relocated(files, finding))

    def _relocated(self, files: ProjectFiles, finding: Finding) -> Finding:
        def place(place: Place) -> Place:
            shown = shown_path(files.root / place.path)
            self.sources[shown] = files.text(place.path)
            return structs.replace(place, path=shown)

        return finding.relocated(place)

    def result(self) -> Result:
        return Result(
            findings=tuple(sorted(self.findings, key=lambda finding: (finding.place, finding.code))),
            problems=tuple(sorted(self.problems, key=lambda told: (told.path, told.line or 0, told.column or 0))),
            suppressed=self.suppressed,
            files=self.files,
            sources=self.sources,
            root=shown_path(_common(self.repositories)),
        )


def _absolute(path: str | Path) -> Path:
    return Path(os.path.abspath(path))


def _folder(target: Path) -> Path:
    return target if target.is_dir() else target.parent


def _common(folders: set[Path]) -> Path:
    """The innermost folder that holds all of these, or else the working directory."""
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # of none, or on several drives
        return Path.cwd()


def _beneath(root: Path, path: Path) -> str:
    """The path as `ProjectFiles` writes it."""
    return "" if path == root else path.relative_to(root).as_posix()


def _lies_in(path: str, target: str) -> bool:
    return not target or path == target or path.startswith(f"{target}/")


def shown_path(path: Path) -> str:
    """The path as the user sees it, from the working directory where there is a way; what is no text gets escaped."""
    with contextlib.suppress(ValueError):  # another drive
        path = Path(os.path.relpath(path))
    return path.as_posix().encode(errors="surrogateescape").decode(errors="backslashreplace")
