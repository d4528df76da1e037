"""`--format gitlab`: a code quality report for GitLab."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from pymongo_async_lint.report.records import Finding, records
from pymongo_async_lint.result import Problem, Result

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def render(result: Result) -> Iterator[str]:
    """One array. GitLab compares the fingerprints of two branches to tell which findings are new."""
    issues = [_finding(finding) for finding in records(result)]
    issues += [_problem(problem) for problem in result.problems]
    yield msgspec.json.format(msgspec.json.encode(issues)).decode()


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "description": finding.message,
        "check_name": finding.code,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": finding.path, "lines": {"begin": finding.line, "end": finding.end_line}},
    }


def _problem(problem: Problem) -> dict[str, Any]:
    line = problem.line or 1
    return {
        "description": problem.message,
        "check_name": problem.code,
        "fingerprint": hashlib.sha256(f"{problem.code}\0{problem.path}\0{problem.message}".encode()).hexdigest()[:32],
        "severity": "critical",
        "location": {"path": problem.path, "lines": {"begin": line, "end": line}},
    }
