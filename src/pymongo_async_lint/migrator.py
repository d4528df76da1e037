"""From Motor to Async PyMongo, for the files and folders that a user names: the plan, and a check of what it makes.

The result is checked like any other code: what the rules find in it, a person has to know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from pathlib import Path

from msgspec import structs

from pymongo_async_lint import checker
from pymongo_async_lint.capture.source import LineTable
from pymongo_async_lint.checker import shown_path, shown_place
from pymongo_async_lint.config import Settings
from pymongo_async_lint.link.answers import Answers, answers_about
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.told import told_by
from pymongo_async_lint.migrate.project import Migration
from pymongo_async_lint.migrate.records import Caller, Kept, Plan, Report
from pymongo_async_lint.migrate.versions import LEAST
from pymongo_async_lint.migrate.write import is_unfinished
from pymongo_async_lint.project import ProjectFiles
from pymongo_async_lint.result import Result
from pymongo_async_lint.rules.finding import Edit, Finding

_ROWS = {
    "PMA101": "FUT01",
    "PMA103": "FUT01",
    "PMA106": "CUR12",
    "PMA108": "COL17",
    "PMA109": "CUR10",
    "PMA111": "FUT03",
    "PMA112": "CUR11",
    "PMA205": "CLI14",
    "PMA303": "CLI15",
    "PMA601": "TXN06",
}
"""What the rules find, by the row of the table that tells of it"""

_ALWAYS = frozenset({"PMA106", "PMA108", "PMA205", "PMA303", "PMA601"})
"""These are told even if they were there before: what they mean changes."""

_NOTES = frozenset({"PMA303"})


def plan(
    targets: Sequence[Path],
    settings: Settings | None = None,
    *,
    config: Path | None = None,
    only: Collection[str] = (),
    skip: Collection[str] = (),
    cache: bool = True,
    jobs: int = 1,
) -> Plan:
    """What becomes of these files and folders, each as a part of the project that it lies in.

    `only` and `skip` are ids of rows to act on, or not to. Nothing is raised for bad input: the plan's problems tell
    it.
    """
    plans: list[Plan] = []
    interrupted: list[Path] = []

    def is_wanted(row: str) -> bool:
        return (not only or row in only) and row not in skip

    def look(files: ProjectFiles, targets: Sequence[str], asked: Set[str]) -> None:
        if is_unfinished(files.root):
            interrupted.append(files.root)
            return

        def answers() -> Answers:
            return answers_about(Project(files, told_by(files.settings, files.root)))

        plans.append(_shown(Migration(files, answers, asked, is_wanted).plan(), files))

    problems = checker.visit(targets, look, settings, config=config, cache=cache, jobs=jobs)
    made = Plan(
        files=tuple(file for one in plans for file in one.files),
        rewrites=tuple(rewrite for one in plans for rewrite in one.rewrites),
        reports=tuple(report for one in plans for report in one.reports),
        groups=tuple(group for one in plans for group in one.groups),
        sources={path: text for one in plans for path, text in one.sources.items()},
        problems=tuple(str(problem) for problem in problems),
        unfinished=tuple(interrupted),
    )
    more = [
        report for report in _verify(targets, made, settings, config, cache=cache, jobs=jobs) if is_wanted(report.row)
    ]
    reports = sorted({*made.reports, *more}, key=lambda report: (report.place, report.row))
    return structs.replace(made, reports=tuple(reports))


def _shown(made: Plan, files: ProjectFiles) -> Plan:
    """The plan with paths as they are shown."""
    sources: dict[str, str] = {}

    def shown(path: str) -> str:
        return shown_path(files.root / path)

    def moved(place: Place) -> Place:
        if files.notebook(place.path) is None:
            return structs.replace(place, path=shown(place.path))
        place, sources[place.path] = shown_place(files, place)
        return place

    def edited(edits: Sequence[Edit]) -> tuple[Edit, ...]:
        return tuple(structs.replace(edit, place=moved(edit.place)) for edit in edits)

    def calling(callers: Sequence[Caller]) -> tuple[Caller, ...]:
        return tuple(structs.replace(caller, place=moved(caller.place)) for caller in callers)

    return Plan(
        files=tuple(structs.replace(file, path=shown(file.path)) for file in made.files),
        rewrites=tuple(structs.replace(r, place=moved(r.place), edits=edited(r.edits)) for r in made.rewrites),
        reports=tuple(structs.replace(r, place=moved(r.place), callers=calling(r.callers)) for r in made.reports),
        groups=tuple(tuple(map(shown, group)) for group in made.groups),
        sources={shown(path): text for path, text in made.sources.items()} | sources,
    )


def _verify(
    targets: Sequence[Path], plan: Plan, settings: Settings | None, config: Path | None, *, cache: bool, jobs: int
) -> Iterator[Report]:
    """What a check of the changed files finds that it did not find before, at the places where they were."""
    changed = {file.path: file for file in plan.files if file.path.endswith(".py")}
    if not changed:
        return
    chosen = Settings(select=("PMA1", "PMA205", "PMA303", "PMA601"), pymongo_version=LEAST).over(settings or Settings())
    contents = {Path(path): file.new for path, file in changed.items()}
    before = checker.check(targets, chosen, config=config, baseline=False, cache=cache, jobs=jobs)
    after = checker.check(targets, chosen, overrides=contents, config=config, baseline=False, cache=False, jobs=jobs)
    edits: dict[str, list[Edit]] = {}
    for rewrite in plan.rewrites:
        for edit in rewrite.edits:
            edits.setdefault(edit.place.path, []).append(edit)
    known = Counter(_key(finding, before, finding.place) for finding in before.findings)
    told = {(report.place.path, _line(plan.sources, report.place)) for report in plan.reports if _counts(report)}
    for finding in after.findings:
        old = _moved_back(finding.place, edits.get(finding.place.path, []))
        text = changed[old.path].text if old.path in changed else after.sources[old.path]
        line = LineTable(text).position(min(old.start, len(text)))[0]
        key = (finding.code, old.path, line)
        if known[key]:
            known[key] -= 1
            if finding.code not in _ALWAYS:
                continue
        if (old.path, line) not in told and old.path in plan.sources:
            row = _ROWS.get(finding.code, "UNK01")
            kind = Kept.NOTE if finding.code in _NOTES else Kept.PERSON
            yield Report(row, old, f"{finding.message} ({finding.code})", kind)


def _counts(report: Report) -> bool:
    return report.kind is not Kept.MENTION


def _key(finding: Finding, result: Result, place: Place) -> tuple[str, str, int]:
    return finding.code, place.path, _line(result.sources, place)


def _line(sources: Mapping[str, str], place: Place) -> int:
    return LineTable(sources[place.path]).position(place.start)[0]


def _moved_back(place: Place, edits: Sequence[Edit]) -> Place:
    """Where something of the new text was in the old one."""
    shift = 0
    for edit in sorted(set(edits)):
        if edit.place.start + shift + len(edit.text) > place.start:
            break
        shift += len(edit.text) - (edit.place.end - edit.place.start)
    start = max(place.start - shift, 0)
    return Place(place.path, start, max(place.end - shift, start))
