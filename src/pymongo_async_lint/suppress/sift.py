"""What is left of a file's findings once comments and the baseline have had their say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from msgspec import Struct

from pymongo_async_lint.rules.finding import Finding
from pymongo_async_lint.suppress.baseline import Baseline, known


class Sifted(Struct, frozen=True):
    """The findings of one file."""

    shown: Sequence[Finding]
    """Those that nothing hides, and the comments that hide nothing."""
    suppressed: Sequence[Finding] = ()
    """Those that comments hide."""
    baselined: Sequence[Finding] = ()
    """Those that the baseline has, of the others."""


def sift(
    findings: Sequence[Finding],
    path: str,
    text: str,
    checked: Set[str],
    *,
    noqa: bool = True,
    baseline: Baseline | None = None,
) -> Sifted:
    """Sort the findings of a file by who hides them. `checked` are the codes that the file was checked for."""
    shown, suppressed = _by_comments(findings, path, text, checked) if noqa else (findings, ())
    if baseline is None:
        return Sifted(shown, suppressed)
    new, baselined = _parted(shown, lambda finding: baseline.covers(known(finding, {path: text})))
    return Sifted(new, suppressed, baselined)


def _by_comments(
    findings: Sequence[Finding], path: str, text: str, checked: Set[str]
) -> tuple[Sequence[Finding], Sequence[Finding]]:
    if "noqa" not in text.lower():
        return findings, ()
    from pymongo_async_lint.capture.source import LineTable
    from pymongo_async_lint.suppress.noqa import Noqa
    from pymongo_async_lint.suppress.unused import unused

    comments = Noqa(text)
    lines = LineTable(text)
    line_of = {finding: lines.position(finding.place.start)[0] for finding in findings}
    idle = unused(comments, path, [(finding.code, line) for finding, line in line_of.items()], checked)
    line_of |= {finding: lines.position(finding.place.start)[0] for finding in idle}
    return _parted(line_of, lambda finding: comments.hides(finding.code, line_of[finding]))


def _parted(findings: Iterable[Finding], is_hidden: Callable[[Finding], bool]) -> tuple[list[Finding], list[Finding]]:
    parts: tuple[list[Finding], list[Finding]] = [], []
    for finding in findings:
        parts[is_hidden(finding)].append(finding)
    return parts
