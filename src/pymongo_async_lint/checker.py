"""The whole run: from the paths that a user names to a result."""

from __future__ import annotations

import contextlib
import functools
import os
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pymongo_async_lint.config import ConfigError, Settings, nearest, read_file
from pymongo_async_lint.discovery import Roots, repository
from pymongo_async_lint.garbage import garbage_collector_off
from pymongo_async_lint.project import ProjectFiles, cache_of, problem
from pymongo_async_lint.result import INTERNAL_ERROR, UNREADABLE, Problem, Result, Stale, cell_path, file_and_cell
from pymongo_async_lint.snapshot import Judged, Judgement, remembered

if TYPE_CHECKING:
    from pymongo_async_lint.link.answers import Answers
    from pymongo_async_lint.link.place import Place
    from pymongo_async_lint.rules.finding import Finding
    from pymongo_async_lint.rules.selection import Selection
    from pymongo_async_lint.suppress.baseline import Baseline, Known

__all__ = [
    "Captured",
    "Problem",
    "ProjectSettings",
    "Recorded",
    "Result",
    "capture",
    "check",
    "judge",
    "record",
    "settings_of",
    "shown_path",
    "verify",
    "visit",
]

DEFAULT_BASELINE = "pymongo-async-lint-baseline.json"
MOST_ATTEMPTS = 5
"""How often the analysis starts again without the file that it failed in."""


def check(
    targets: Sequence[Path],
    settings: Settings | None = None,
    *,
    overrides: Mapping[Path, bytes] | Mapping[str, bytes] | None = None,
    config: Path | None = None,
    noqa: bool = True,
    baseline: bool = True,
    cache: bool = True,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Check files and folders, each as a part of the project that it lies in.

    `settings` go over those of the projects, or over those of the file `config`. `overrides` maps paths to content that
    replaces what is on disk, such as an editor's buffers; such a file need not exist. `noqa` and `baseline` are whether
    comments and the project's baseline hide findings, `cache` whether what earlier runs left is used, `jobs` how many
    processes may parse; `progress` is told how many files of a project are read, and of how many. Nothing is raised for
    bad input: the result's problems tell it.
    """
    contents = {_absolute(path): data for path, data in (overrides or {}).items()}
    run = _Run(
        settings or Settings(), contents, noqa=noqa, baseline=baseline, cache=cache, jobs=jobs, progress=progress
    )
    run.go(targets, config, run.check)
    return run.result()


class Captured(Struct, frozen=True):
    """What `capture` did."""

    files: int
    """How many files were captured, or were in the cache already."""
    problems: tuple[Problem, ...]


def capture(
    targets: Sequence[Path],
    settings: Settings | None = None,
    *,
    config: Path | None = None,
    shard: int = 1,
    shards: int = 1,
    jobs: int = 1,
) -> Captured:
    """Fill the cache with the facts of those files of whole projects that can matter, or of one share of them.

    `shard` counts from 1 to `shards`; each file belongs to one of them, on whatever machine.
    """
    run = _Run(settings or Settings(), {}, jobs=jobs)
    captured = 0

    def look(files: ProjectFiles, targets: Sequence[str], asked: Set[str]) -> None:
        nonlocal captured
        share = files.relevant()[shard - 1 :: shards]
        files.capture_all(share)
        captured += sum(files.facts(path) is not None for path in share)

    run.go(targets, config, look)
    return Captured(captured, run.result().problems)


def visit(
    targets: Sequence[Path],
    look: Look,
    settings: Settings | None = None,
    *,
    config: Path | None = None,
    cache: bool = True,
    jobs: int = 1,
) -> tuple[Problem, ...]:
    """Let `look` see each project that the targets lie in: its files, the targets in it, and the files that these mean.

    Gives what could not be read or understood.
    """
    run = _Run(settings or Settings(), {}, cache=cache, jobs=jobs)
    run.go(targets, config, look)
    return run.result().problems


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


def record(
    targets: Sequence[Path], settings: Settings | None = None, *, config: Path | None = None
) -> tuple[Result, list[Recorded]]:
    """Write what `check` finds into the baseline of each project, in place of what that has of the same files.

    Nothing is written where there were problems. Raises ConfigError for a baseline that can't be read or written.
    """
    from pymongo_async_lint import atomic
    from pymongo_async_lint.suppress.baseline import read, render

    run = _Run(settings or Settings(), {}, baseline=False)
    run.go(targets, config, run.check)
    recorded = []
    for project in run.projects if not run.problems else ():
        found = project.found()
        entries = found.copy()
        if project.baseline.exists():
            old = read(project.baseline).remaining
            entries.update({entry: count for entry, count in old.items() if not project.judges(entry)})
        try:
            atomic.write(project.baseline, render(entries))
        except OSError as error:
            raise ConfigError(project.baseline, error.strerror or type(error).__name__) from None
        is_set = project.files.settings.baseline is not None
        recorded.append(Recorded(project.baseline, found.total(), entries.total(), is_set))
    return run.result(), recorded


class Recorded(Struct, frozen=True):
    """A baseline that was written."""

    path: Path
    found: int
    """How many findings this check recorded."""
    total: int
    """How many it holds, with those of files that were not checked."""
    is_set: bool
    """Do the settings name it, so that checks will heed it?"""


RunRules = Callable[[ProjectFiles, frozenset[str]], "list[Finding]"]
"""Gives what the rules of these codes find in a project."""


def judge(files: ProjectFiles, run_rules: RunRules | None = None) -> Judgement:
    """Look for mistakes in all files of a project, as a whole; `run_rules` is for who knows a part of it already.

    What goes wrong is added to the problems of `files`. Raises ConfigError for a code in the settings that no rule has.
    """
    relevant = files.relevant()
    settings = files.settings
    if not relevant and _says_nothing_of_rules(settings):
        return Judgement()  # the rules and all that they need are not even imported
    from pymongo_async_lint.rules.selection import Selection
    from pymongo_async_lint.suppress.commented import commented

    selection = Selection(settings)
    if not relevant:
        return Judgement(has_run=True)
    check_objects(settings)
    files.capture_all(relevant)
    by_path: dict[str, list[Finding]] = {path: [] for path in relevant}
    found = (run_rules or fresh_findings)(files, selection.codes)
    found = [one for one in found if one.code in selection.of(one.place.path)]
    if any(finding.fix is not None for finding in found):
        from pymongo_async_lint.edit import realise

        found = realise(found, files.content)
    for finding in found:
        by_path.setdefault(finding.place.path, []).append(finding)
    code = frozenset(files.paths)
    readable = [  # or else a problem tells of it; files with requirements are no code
        path for path in sorted(by_path) if path not in code or files.is_understood(path)
    ]
    findings: list[Judged] = []
    comments: list[Judged] = []
    for path in readable:
        checked = selection.of(path) if _is_complete(files) else frozenset[str]()
        idle, is_hidden = commented(by_path[path], path, files.text(path), checked)
        findings.extend(_judged(finding, is_hidden(finding), selection) for finding in by_path[path])
        comments.extend(_judged(finding, is_hidden(finding), selection) for finding in idle)
    return Judgement(tuple(findings), tuple(comments), has_run=True)


def verify(root: Path, settings: Settings) -> None:
    """Raises ConfigError for settings of a project that name what there is not: a code, an object, a baseline."""
    if not _says_nothing_of_rules(settings):
        from pymongo_async_lint.rules.selection import Selection

        Selection(settings)
    check_objects(settings)
    if settings.baseline:
        from pymongo_async_lint.suppress.baseline import read

        read(root / settings.baseline)


def _judged(finding: Finding, is_hidden: bool, selection: Selection) -> Judged:
    graded = selection.graded([finding])
    if not graded:
        return Judged(finding, is_hidden, is_told=False)
    return Judged(graded[0], is_hidden, is_told=True, fails=selection.fails(graded[0]))


def _says_nothing_of_rules(settings: Settings) -> bool:
    return settings == Settings(
        exclude=settings.exclude, src=settings.src, objects=settings.objects, cache_dir=settings.cache_dir
    )


def _is_complete(files: ProjectFiles) -> bool:
    """Has no mistake of ours kept rules from looking at something?"""
    return not any(problem.code == INTERNAL_ERROR for problem in files.problems)


def check_objects(settings: Settings) -> None:
    """Raises ConfigError for a declared object that no driver has."""
    from pymongo_async_lint.drivers import Flavour, Kind

    for name, value in settings.objects.items():
        flavour, _, kind = value.partition(".")
        for word, words in ((flavour, Flavour), (kind, Kind)):
            if word not in set(words):
                complaint = f"`objects`: `{name}` is declared as `{value}`, but there is no `{word}`"
                raise ConfigError(None, f"{complaint}{nearest(word, [str(one) for one in words])}")


def fresh_findings(files: ProjectFiles, codes: frozenset[str]) -> list[Finding]:
    """Run the rules. Where that fails by a mistake of ours, leave out the file that it happened in and try again."""
    from pymongo_async_lint.link.answers import answers_about
    from pymongo_async_lint.link.project import Project
    from pymongo_async_lint.link.told import told_by

    told = told_by(files.settings, files.root)
    for _ in range(MOST_ATTEMPTS):
        try:
            with garbage_collector_off():
                project = Project(files, told)
                return all_findings(files, answers_about(project), codes) if project.scanned else []
        except Exception as error:
            culprit = _culprit(error, files)
            files.give_up(culprit, error)
            if not culprit:
                break
    return []


def all_findings(files: ProjectFiles, answers: Answers, codes: frozenset[str]) -> list[Finding]:
    """What the rules of these codes find, and what a migration from Motor would change or report under them."""
    from pymongo_async_lint.rules.registry import MIGRATION_CODES, findings_of

    found = findings_of(answers, frozenset(files.paths), codes)
    if not codes.isdisjoint(MIGRATION_CODES):
        from pymongo_async_lint.migrate.findings import findings

        found += findings(files, answers, codes)
        found.sort(key=lambda finding: (finding.place, finding.code))
    return found


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


def baseline_of(files: ProjectFiles) -> Baseline | None:
    """The baseline that a project's settings name; None if they name none. Raises ConfigError as `read` does."""
    if not files.settings.baseline:
        return None
    from pymongo_async_lint.suppress.baseline import read

    return read(_baseline_path(files))


def known_by_text(files: ProjectFiles, finding: Finding) -> Known:
    """A finding as a baseline knows it."""
    from pymongo_async_lint.suppress.baseline import known

    return known(finding, {finding.place.path: files.text(finding.place.path)})


def _baseline_path(files: ProjectFiles) -> Path:
    return files.root / (files.settings.baseline or DEFAULT_BASELINE)


class CheckedProject:
    """A project after its check: what was found and not suppressed, and what could have been."""

    def __init__(self, files: ProjectFiles, targets: Iterable[str], asked: Set[str]) -> None:
        self.files = files
        self.shown: list[Finding] = []
        self._targets = targets
        self._asked = asked
        self._failed = frozenset(problem.path for problem in files.problems)

    @functools.cached_property
    def _selection(self) -> Selection | None:
        """None where a mistake of ours kept the check from being complete."""
        from pymongo_async_lint.rules.selection import Selection

        return Selection(self.files.settings) if _is_complete(self.files) else None

    def found(self) -> Counter[Known]:
        """What was found and not suppressed, as a baseline knows it."""
        return Counter(known_by_text(self.files, finding) for finding in self.shown)

    @property
    def baseline(self) -> Path:
        """Where the project's baseline stands, or would."""
        return _baseline_path(self.files)

    def judges(self, entry: Known) -> bool:
        """Whether the check would have met what an entry of a baseline stands for, were it still there."""
        from pymongo_async_lint.rules.registry import CODES

        path = entry.path
        if self._selection is None or path in self._failed:
            return False
        if path not in self._asked:
            was_asked = any(_lies_in(path, target) for target in self._targets)
            if not was_asked or (self.files.root / path).exists():
                return False
        return entry.code not in CODES or entry.code in self._selection.of(path)


Look = Callable[[ProjectFiles, Sequence[str], Set[str]], None]
"""What is done with a project: its files, the targets that lie in it, and the files that these mean."""


class _Run:
    """Collects, over all projects, what a result tells."""

    def __init__(
        self,
        settings: Settings,
        overrides: Mapping[Path, bytes],
        *,
        noqa: bool = True,
        baseline: bool = True,
        cache: bool = True,
        jobs: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.settings = settings
        self.noqa = noqa
        self.baseline = baseline
        self.cache = cache
        self.jobs = jobs
        self.progress = progress
        self.overrides = overrides
        self.roots = Roots()
        self.pending: dict[Path, set[Path]] = {}
        """What is still to be checked, by project."""
        self.repositories: set[Path] = set()
        self.problems: set[Problem] = set()
        self.findings: list[Finding] = []
        self.stale: list[Stale] = []
        self.projects: list[CheckedProject] = []
        self.mild: set[Finding] = set()
        self.suppressed = 0
        self.baselined = 0
        self.files = 0
        self.sources: dict[str, str] = {}

    def go(self, targets: Sequence[Path], config: Path | None, look: Look) -> None:
        """Let `look` see the projects of these, and those inside of them."""
        with self.telling():
            self.roots = Roots(read_file(config) if config else None)
            for target in targets:
                self.add(_absolute(target))
        while self.pending:
            root = min(self.pending, key=lambda root: len(root.parts))  # projects in other ones come after these
            paths = self.pending.pop(root)
            with self.telling(root):
                self._project(root, paths, look)

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

    def _project(self, root: Path, targets: set[Path], look: Look) -> None:
        self.repositories.add(repository(root))
        relative = [_beneath(root, target) for target in targets]
        settings = self.settings.over(self.roots.settings(root))
        files = ProjectFiles(
            root,
            settings,
            targets=relative,
            overrides={
                _beneath(root, path): data for path, data in self.overrides.items() if self.roots.holds(root, path)
            },
            roots=self.roots,
            cache=cache_of(root, settings, self.roots) if self.cache else None,
            jobs=self.jobs,
            progress=self.progress,
        )
        asked = {path for target in relative for path in files.beneath(target)}
        for folder in files.projects:
            if any(_lies_in(folder, target) for target in relative):
                self.pending.setdefault(root / folder, set()).add(root / folder)
        self.files += len(asked)
        if asked:
            look(files, relative, asked)
        self.problems.update(
            self._told(files, told)
            for told in files.problems
            if told.code == INTERNAL_ERROR or any(_lies_in(told.path, target) for target in relative)
        )

    def check(self, files: ProjectFiles, targets: Sequence[str], asked: Set[str]) -> None:
        """Take over the findings that neither a comment nor the baseline hides, with paths as they are shown."""
        judgement = remembered(files, judge)
        if not judgement.has_run:
            return
        project = CheckedProject(files, targets, asked)
        self.projects.append(project)
        baseline = baseline_of(files) if self.baseline else None
        for judged in (*judgement.findings, *(judgement.comments if self.noqa else ())):
            finding = judged.finding
            path = finding.place.path
            if path not in asked and (path in files.paths or not any(_lies_in(path, target) for target in targets)):
                continue
            if judged.is_hidden and self.noqa:
                self.suppressed += 1
            elif baseline is not None and baseline.covers(known_by_text(files, finding)):
                self.baselined += 1
            else:
                project.shown.append(finding)
                if judged.is_told:
                    shown = self._relocated(files, finding)
                    self.findings.append(shown)
                    if not judged.fails:
                        self.mild.add(shown)
        for entry, count in baseline.left(project.judges) if baseline else ():
            place = shown_path(project.baseline), shown_path(files.root / entry.path)
            self.stale.append(Stale(*place, entry.code, entry.source, count))

    def _relocated(self, files: ProjectFiles, finding: Finding) -> Finding:
        """The finding with paths as they are shown. In a notebook, places count within their cells."""

        def place(place: Place) -> Place:
            shown, self.sources[shown.path] = shown_place(files, place)
            return shown

        if finding.fix and files.notebook(finding.place.path):
            finding = structs.replace(finding, fix=None)  # the file is no text that could be edited
        return finding.relocated(place)

    def _told(self, files: ProjectFiles, problem: Problem) -> Problem:
        """The problem with its path as it is shown."""
        shown = shown_path(files.root / problem.path)
        notebook = files.notebook(problem.path)
        cell = notebook.cell_of_line(problem.line) if notebook and problem.line else None
        if cell and problem.line:
            return structs.replace(problem, path=cell_path(shown, cell.number), line=problem.line - cell.line + 1)
        return structs.replace(problem, path=shown)

    def result(self) -> Result:
        return Result(
            findings=tuple(sorted(self.findings, key=_order)),
            problems=tuple(sorted(self.problems, key=lambda told: (told.path, told.line or 0, told.column or 0))),
            mild=frozenset(self.mild),
            suppressed=self.suppressed,
            baselined=self.baselined,
            stale=tuple(sorted(self.stale)),
            files=self.files,
            sources=self.sources,
            root=shown_path(_common(self.repositories)),
        )


def _order(finding: Finding) -> tuple[str, int, Place, str]:
    file, cell = file_and_cell(finding.place.path)
    return file, cell or 0, finding.place, finding.code


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


def shown_place(files: ProjectFiles, place: Place) -> tuple[Place, str]:
    """The place with its path as it is shown, and the text that it is in. In a notebook, both are those of its cell."""
    shown, text = shown_path(files.root / place.path), files.text(place.path)
    notebook = files.notebook(place.path)
    cell = notebook.cell_at(place.start) if notebook else None
    if cell:
        shown, text = cell_path(shown, cell.number), text[cell.start : cell.end]
        start, end = place.start - cell.start, min(place.end, cell.end) - cell.start
        place = structs.replace(place, start=start, end=end)
    return structs.replace(place, path=shown), text


def shown_path(path: Path) -> str:
    """The path as the user sees it, from the working directory where there is a way; what is no text gets escaped."""
    with contextlib.suppress(ValueError):  # another drive
        path = Path(os.path.relpath(path))
    return path.as_posix().encode(errors="surrogateescape").decode(errors="backslashreplace")
