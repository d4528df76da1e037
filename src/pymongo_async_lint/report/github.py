"""`--format github`: commands that make a GitHub workflow annotate the lines."""

from __future__ import annotations

from collections.abc import Iterator

from pymongo_async_lint.report.records import Finding, records
from pymongo_async_lint.result import Result

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(result: Result) -> Iterator[str]:
    """A command for each finding and each problem. The places that prove a finding follow its message."""
    for finding in records(result):
        title = f"{finding.code} {finding.name}"
        proof = [f"{related.path}:{related.line}: {related.message}" for related in finding.related]
        message = "\n".join([finding.message, *proof])
        yield _command(_COMMANDS[finding.severity], {**_position(finding), "title": title}, message)
    for problem in result.problems:
        position = {"file": problem.path, "line": problem.line, "col": problem.column}
        yield _command("error", {**position, "title": problem.code}, problem.message)


def _position(finding: Finding) -> dict[str, str | int | None]:
    """GitHub takes columns only of what lies within one line."""
    position: dict[str, str | int | None] = {"file": finding.path, "line": finding.line, "endLine": finding.end_line}
    if finding.line == finding.end_line:
        position |= {"col": finding.column, "endColumn": finding.end_column}
    return position


def _command(name: str, properties: dict[str, str | int | None], message: str) -> str:
    given = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value is not None)
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
