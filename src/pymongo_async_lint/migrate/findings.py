"""What a migration would change, and what it leaves to people, as findings of `check`: PMA901 to PMA909."""

from __future__ import annotations

from collections.abc import Iterator, Set

from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.migrate.project import Migration
from pymongo_async_lint.migrate.records import Caller, Found, Kept
from pymongo_async_lint.project import ProjectFiles
from pymongo_async_lint.rules.base import Related
from pymongo_async_lint.rules.finding import Finding
from pymongo_async_lint.rules.registry import RULES

_UNPROVEN = frozenset({"UNK01", "TXT01"})
"""Rows about what is not proved, or does nothing: for people who migrate, no findings"""


def findings(files: ProjectFiles, answers: Answers, codes: Set[str]) -> list[Finding]:
    """What `migrate` would tell of a project, under these codes; the ids of the rows end each message."""
    found = Migration(files, lambda: answers, frozenset(files.paths)).look()
    rules = {rule.code: rule for rule in RULES if rule.code in codes}
    told: dict[tuple[str, Place], tuple[str, dict[str, None], tuple[Caller, ...]]] = {}
    for code, row, place, message, callers in _told(found):
        _, rows, _ = told.setdefault((code, place), (message, {}, callers))
        rows[row] = None
    return [
        rules[code].finding(
            place,
            f"{message} ({', '.join(rows)})",
            tuple(Related(caller.place, "it is called here") for caller in callers),
        )
        for (code, place), (message, rows, callers) in told.items()
        if code in rules
    ]


def _told(found: Found) -> Iterator[tuple[str, str, Place, str, tuple[Caller, ...]]]:
    for report in found.reports:
        if report.kind is not Kept.MENTION and report.row not in _UNPROVEN:
            yield report.code, report.row, report.place, report.message, report.callers
    for rewrite in found.rewrites:
        if rewrite.message:
            yield rewrite.code, rewrite.row, rewrite.place, rewrite.message, ()
