"""`--statistics`: how many findings each rule has, in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pymongo_async_lint.report.terminal import PLAIN, Terminal
from pymongo_async_lint.report.text import SEVERITY_COLOURS, closing
from pymongo_async_lint.result import Result


def render(result: Result, terminal: Terminal = PLAIN) -> Iterator[str]:
    """A line for each rule with findings, the most frequent first: findings, files, code, name."""
    rules = {finding.code: finding for finding in result.findings}
    findings = Counter(finding.code for finding in result.findings)
    files = Counter(code for code, _ in {(finding.code, finding.place.path) for finding in result.findings})
    if findings:
        yield terminal.styled("findings  files  code    name", dim=True)
    for code, count in sorted(findings.items(), key=lambda item: (-item[1], item[0])):
        styled = terminal.styled(code, fg=SEVERITY_COLOURS[rules[code].severity], bold=True)
        yield f"{count:8}  {files[code]:5}  {styled}  {rules[code].name}"
    if findings:
        yield ""
    yield closing(result)
