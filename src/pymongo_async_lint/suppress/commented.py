"""What the comments of a file say of its findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from pymongo_async_lint.rules.finding import Finding


def commented(
    findings: Sequence[Finding], path: str, text: str, checked: Set[str]
) -> tuple[list[Finding], Callable[[Finding], bool]]:
    """The comments that hide none of a file's findings, and whether a comment hides a finding, or such a comment.

    `checked` are the codes that the file was checked for.
    """
    if "noqa" not in text.lower():
        return [], lambda finding: False
    from pymongo_async_lint.capture.source import LineTable
    from pymongo_async_lint.suppress.noqa import Noqa
    from pymongo_async_lint.suppress.unused import unused

    comments = Noqa(text)
    lines = LineTable(text)

    def line_of(finding: Finding) -> int:
        return lines.position(finding.place.start)[0]

    idle = list(unused(comments, path, text, [(finding.code, line_of(finding)) for finding in findings], checked))
    return idle, lambda finding: comments.hides(finding.code, line_of(finding))
