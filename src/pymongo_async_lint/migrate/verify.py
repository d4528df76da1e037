"""The result is checked like any other code: what the rules find in it, a person has to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pymongo_async_lint import checker
from pymongo_async_lint.capture.source import LineTable
from pymongo_async_lint.config import Settings
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.migrate.records import Kept, Plan, Report
from pymongo_async_lint.migrate.requirements import LEAST
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


def verify(
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
