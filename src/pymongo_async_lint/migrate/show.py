"""A plan for people, and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from pymongo_async_lint.drivers.migration import migration_rows
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.migrate.records import Kept, Plan, Report
from pymongo_async_lint.report import diff
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.report.terminal import PLAIN, Terminal
from pymongo_async_lint.report.text import plural

_HEADINGS = {
    Kept.BLOCKED: ("Blocked", "red"),
    Kept.PERSON: ("Needs a person", "yellow"),
    Kept.NOTE: ("Rewritten, and good to know", "cyan"),
    Kept.MENTION: ("Still speaks of Motor", "blue"),
}


def render(plan: Plan, terminal: Terminal = PLAIN, *, is_written: bool = False) -> Iterator[str]:
    """The diff of each file unless it is written already, what a person has to do, and the figures."""
    positions = Positions(plan.sources)
    if not is_written:
        for file in plan.files:
            yield from diff.render(file.path, file.text, file.new_text, terminal)
            yield ""
    for kind, (heading, colour) in _HEADINGS.items():
        reports = [report for report in plan.reports if report.kind is kind]
        if reports:
            yield terminal.styled(f"{heading} ({len(reports)})", fg=colour, bold=True)
            if kind is Kept.MENTION:
                yield from _mentions(reports, plan.sources, positions, terminal)
            else:
                for report in reports:
                    yield from _told(report, positions, terminal)
            yield ""
    if plan.rewrites:
        counts = Counter(rewrite.row for rewrite in plan.rewrites)
        yield terminal.styled("Rewritten" if is_written else "Would be rewritten", fg="green", bold=True)
        for row in [row for row in migration_rows() if row in counts]:
            yield f"  {row} {counts[row]:>4}  {migration_rows()[row].motor}"
        yield ""
    yield closing(plan, is_written=is_written)


def closing(plan: Plan, *, is_written: bool = False) -> str:
    """The figures, in one line."""
    kinds = Counter(report.kind for report in plan.reports)
    if plan.is_done and not plan.reports:
        return "Nothing to migrate."
    done = "Rewrote" if is_written else "Would rewrite"
    told = [
        f"{done} {plural(len(plan.rewrites), 'place')} in {plural(len(plan.files), 'file')}",
        f"{kinds[Kept.PERSON]} for a person",
        f"{kinds[Kept.BLOCKED]} blocked",
        plural(kinds[Kept.NOTE], "note"),
        plural(kinds[Kept.MENTION], "mention"),
    ]
    return ", ".join(told) + "."


def as_json(plan: Plan) -> str:
    """The same for programs; lines and columns count from 1."""
    positions = Positions(plan.sources)

    def at(place: Place) -> dict[str, Any]:
        line, column = positions.start(place)
        return {"path": place.path, "line": line, "column": column}

    kinds = Counter(report.kind for report in plan.reports)
    document = {
        "files": [
            {"path": file.path, "diff": "\n".join(diff.render(file.path, file.text, file.new_text))}
            for file in plan.files
        ],
        "rewrites": [{"row": one.row, "code": one.code, **at(one.place)} for one in plan.rewrites],
        "reports": [
            {
                "row": one.row,
                "code": one.code,
                "kind": one.kind.name.lower(),
                **at(one.place),
                "message": one.message,
                "callers": [
                    {**at(caller.place), "function": caller.function or None, "is_plain": caller.is_plain}
                    for caller in one.callers
                ],
            }
            for one in plan.reports
        ],
        "groups": plan.groups,
        "problems": plan.problems,
        "unfinished": [str(root) for root in plan.unfinished],
        "summary": {
            "files": len(plan.files),
            "rewrites": len(plan.rewrites),
            **{kind.name.lower(): kinds[kind] for kind in Kept},
        },
    }
    return msgspec.json.format(msgspec.json.encode(document)).decode()


def _mentions(
    reports: Sequence[Report], sources: Mapping[str, str], positions: Positions, terminal: Terminal
) -> Iterator[str]:
    """A line for each file: there may be hundreds of them, and none has to be gone to one by one."""
    by_file: dict[str, list[Place]] = {}
    for report in reports:
        by_file.setdefault(report.place.path, []).append(report.place)
    for path, places in by_file.items():
        words = Counter(sources[path][place.start : place.end] for place in places)
        said = [f"`{word}` ({count})" if count > 1 else f"`{word}`" for word, count in words.most_common()]
        lines = [str(positions.start(place)[0]) for place in places]
        in_lines = f"{'line' if len(lines) == 1 else 'lines'} {_some(lines, 12)}"
        yield f"  {terminal.styled(path, bold=True)}, {in_lines}: {_some(said, 5)}"


def _some(found: Sequence[str], most: int) -> str:
    """The first of them, and how many more there are."""
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")


def _told(report: Report, positions: Positions, terminal: Terminal) -> Iterator[str]:
    line, column = positions.start(report.place)
    place = terminal.styled(f"{report.place.path}:{line}:{column}", bold=True)
    yield f"  {place} {report.code} {report.row} {report.message}"
    for caller in report.callers:
        line, column = positions.start(caller.place)
        whose = f"`{caller.function}`" if caller.function else "the module itself"
        more = ", which has to become an `async def`, too" if caller.is_plain else ""
        yield f"      called in {caller.place.path}:{line}:{column} by {whose}{more}"
