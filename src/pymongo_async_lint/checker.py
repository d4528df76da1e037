"""The whole run: from the paths that a user names to a result."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pymongo_async_lint.config import ConfigError, Settings, nearest, read_file
from pymongo_async_lint.discovery import Roots, repository
from pymongo_async_lint.project import ProjectFiles, problem
from pymongo_async_lint.result import INTERNAL_ERROR, UNREADABLE, Problem, Result

if TYPE_CHECKING:
    from pymongo_async_lint.link.place import Place
    from pymongo_async_lint.rules.finding import Finding
    from pymongo_async_lint.rules.selection import Selection

__all__ = ["Problem", "ProjectSettings", "Result", "check", "find", "settings_of", "shown_path"]

MOST_ATTEMPTS = 5
"""How often the analysis starts again without the file that it failed in."""


def check(
    targets: Sequence[Path],
    settings: Settings | None = None,
    *,
    overrides: Mapping[Path, bytes] | Mapping[str, bytes] | None = None,
    config: Path | None = None,
    noqa: bool = True,
) -> Result:
    """Check files and folders, each as a part of the project that it lies in.

    `settings` go over those of the projects, or over those of the file `config`. `overrides` maps paths to content that
    replaces what is on disk, such as an editor's buffers; such a file need not exist. `noqa` is whether comments
    suppress. Nothing is raised for bad input: the result's problems tell it.
    """
    run = _Run(settings or Settings(), {_absolute(path): data for path, data in (overrides or {}).items()}, noqa)
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


class Found(Struct, frozen=True):
    """What a project's rules say."""

    findings: Sequence[Finding] = ()
    """Suppressed or not, by path, place and code."""
    selection: Selection | None = None
    """What the files were checked for; None where the project uses no driver."""


def find(files: ProjectFiles, asked: frozenset[str]) -> Found:
    """Look for mistakes in the files that were asked for.

    What goes wrong is added to the problems of `files`. Raises ConfigError for a code in the settings that no rule has.
    """
    relevant = files.relevant()
    settings = files.settings
    if not relevant and not any((settings.select, settings.extend_select, settings.ignore, settings.per_file_ignores)):
        return Found()  # the rules and all that they need are not even imported
    from pymongo_async_lint.rules.selection import Selection

    selection = Selection(settings)
    if not relevant:
        return Found()
    _check_objects(settings)
    findings = _run_rules(files, asked, selection.codes)
    for path in asked.intersection(relevant):
        files.facts(path)  # what no rule had to read may still be unreadable
    return Found([finding for finding in findings if finding.code in selection.of(finding.place.path)], selection)


def _check_objects(settings: Settings) -> None:
    """Raises ConfigError for a declared object that no driver has."""
    from pymongo_async_lint.drivers import Flavour, Kind

    for name, value in settings.objects.items():
        flavour, _, kind = value.partition(".")
        for word, words in ((flavour, Flavour), (kind, Kind)):
            if word not in set(words):
                complaint = f"`objects`: `{name}` is declared as `{value}`, but there is no `{word}`"
                raise ConfigError(None, f"{complaint}{nearest(word, [str(one) for one in words])}")


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

    def __init__(self, settings: Settings, overrides: Mapping[Path, bytes], noqa: bool) -> None:
        self.settings = settings
        self.noqa = noqa
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
        if asked:
            self._keep(files, asked, find(files, frozenset(asked)))
        self.problems.update(
            structs.replace(told, path=shown_path(root / told.path))
            for told in files.problems
            if told.code == INTERNAL_ERROR or any(_lies_in(told.path, target) for target in relative)
        )

    def _keep(self, files: ProjectFiles, asked: Set[str], found: Found) -> None:
        """Take over the findings that no comment hides, with paths as they are shown."""
        if found.selection is None:
            return
        by_path: dict[str, list[Finding]] = {path: [] for path in files.relevant() if path in asked}
        for finding in found.findings:
            by_path.setdefault(finding.place.path, []).append(finding)
        is_complete = not any(problem.code == INTERNAL_ERROR for problem in files.problems)
        for path, findings in by_path.items():
            if files.facts(path) is not None:
                checked = found.selection.of(path) if is_complete else frozenset[str]()
                shown = self._unsuppressed(path, files.text(path), findings, checked)
                self.findings.extend(self._relocated(files, finding) for finding in shown)

    def _unsuppressed(self, path: str, text: str, findings: list[Finding], checked: Set[str]) -> list[Finding]:
        """The findings in a file that no comment hides, and the comments that hide none."""
        if "noqa" not in text.lower() or not self.noqa:
            return findings
        from pymongo_async_lint.capture.source import LineTable
        from pymongo_async_lint.suppress.noqa import Noqa
        from pymongo_async_lint.suppress.unused import unused

        noqa = Noqa(text)
        lines = LineTable(text)
        line_of = {finding: lines.position(finding.place.start)[0] for finding in findings}
        idle = unused(noqa, path, [(finding.code, line) for finding, line in line_of.items()], checked)
        line_of |= {finding: lines.position(finding.place.start)[0] for finding in idle}
        shown = [finding for finding, line in line_of.items() if not noqa.hides(finding.code, line)]
        self.suppressed += len(line_of) - len(shown)
        return shown

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
