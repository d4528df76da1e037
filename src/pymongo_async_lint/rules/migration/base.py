"""What the rules of the migration have in common."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from pymongo_async_lint.drivers.migration import migration_rows
from pymongo_async_lint.rules.base import Answers, Finding, Rule, Severity


class MigrationRule(Rule):
    """One kind of difference between Motor and Async PyMongo: some rows of the table that `migrate` goes by."""

    severity = Severity.WARNING
    only_when_named = True

    def check(self, answers: Answers) -> Iterator[Finding]:
        """Nothing: what differs is what a migration would change or report, and migrate/findings.py tells it."""
        yield from ()

    def table(self) -> str:
        """Its rows: the id, what Motor has, what Async PyMongo has."""
        lines: list[str] = []
        for row in migration_rows().values():
            if row.code == self.code:
                lines += _wrapped(f"{row.id}  ", row.motor)
                lines += _wrapped("   →   ", row.pymongo if row.pymongo != "-" else "nothing")
        return "".join(f"{line}\n" for line in lines)


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(text, 110, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)
