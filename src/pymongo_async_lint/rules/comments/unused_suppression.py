"""PMA002"""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.rules.base import Answers, Example, Finding, Rule, Severity


class UnusedSuppression(Rule):
    """A `# noqa` names a code of this tool, and hides no finding. The mistake is gone, or never was on this line; the
    next one that somebody makes there would be hidden.

    Only comments that name our codes are judged, and in these only our codes; each code only where the file was checked
    for it, so neither `--select` nor an ignored code makes a comment unused. A name that no code begins with never
    hides anything.

    Limits: in a file that can hold no driver object, as nothing in it has to do with one, comments are not looked at.
    Nor are those that name `PMA002` itself.
    """

    code, name, since = "PMA002", "unused-suppression", "0.1.0"
    severity = Severity.WARNING
    mistakes = (
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")


            async def main():
                await client.shop.events.insert_one({})  # noqa: PMA101  # expect: PMA002
            """,
            happens="The document is written: there is nothing to hide.",
        ),
    )
    correct = (
        Example(
            """
            from pymongo import AsyncMongoClient

            client = AsyncMongoClient("mongodb://localhost")


            async def main():
                await client.shop.events.insert_one({})
            """,
            happens="The document is written.",
        ),
    )

    fix_safety = "Safe: only the comment changes. With the last of its names goes the reason that stands behind them."

    def check(self, answers: Answers) -> Iterator[Finding]:
        """Nothing: what a comment hides is known when all rules have run, and suppress/unused.py tells it then."""
        yield from ()
