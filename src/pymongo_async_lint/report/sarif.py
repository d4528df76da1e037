"""`--format sarif`: SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from pymongo_async_lint import __version__, documentation
from pymongo_async_lint.fingerprints import fingerprints
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.report.paths import uri
from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.result import Problem, Result, file_and_cell
from pymongo_async_lint.rules.finding import Finding, Fix, Severity
from pymongo_async_lint.rules.page import markdown, reason, summary
from pymongo_async_lint.rules.registry import RULES, Rule

Json = dict[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""What services call the folder that they have checked out; paths are relative to it."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_INDICES = {rule.code: index for index, rule in enumerate(RULES)}


def render(result: Result) -> Iterator[str]:
    """One log of one run, with all rules. Columns count characters."""
    positions = Positions(result.sources)
    marks = fingerprints(result.findings, result.sources)
    run = {
        "tool": {"driver": _driver()},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": not result.problems,
                "toolExecutionNotifications": [_notification(problem) for problem in result.problems],
            }
        ],
        "results": [
            _result(finding, fingerprint, positions)
            for finding, fingerprint in zip(result.findings, marks, strict=True)
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield msgspec.json.format(msgspec.json.encode(log)).decode()


def _driver() -> Json:
    return {
        "name": "pymongo-async-lint",
        "semanticVersion": __version__,
        **_optional("informationUri", documentation.home()),
        "rules": [_rule(rule) for rule in RULES],
    }


def _rule(rule: Rule) -> Json:
    page = markdown(rule)
    level = _LEVELS[rule.severity]
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": summary(rule)},
        "fullDescription": {"text": reason(rule)},
        "help": {"text": page, "markdown": page},
        **_optional("helpUri", documentation.page_of(rule.code)),
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["mongodb", "async", "reliability"],
            "precision": "very-high",
            "problem.severity": "recommendation" if level == "note" else level,
        },
    }


def _result(finding: Finding, fingerprint: str, positions: Positions) -> Json:
    related = [
        {"id": number, **_location(one.place, positions, one.message)} for number, one in enumerate(finding.related)
    ]
    return {
        "ruleId": finding.code,
        "ruleIndex": _INDICES[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(finding.place, positions)],
        **_optional("relatedLocations", related),
        **_optional("codeFlows", _flows(finding, positions)),
        **_optional("fixes", _fixes(finding.fix, positions)),
        # GitHub goes by the first of these, and by the line where it is missing.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "codeAndPath/v1": fingerprint},
    }


def _flows(finding: Finding, positions: Positions) -> list[Json]:
    """The chain of calls from the finding to what goes wrong, where it goes through more than one place."""
    steps = [related for related in finding.related if related.is_step]
    if not steps:
        return []
    locations = [_location(finding.place, positions, "the chain of calls begins here")]
    locations += [_location(step.place, positions, step.message) for step in steps]
    return [{"threadFlows": [{"locations": [{"location": location} for location in locations]}]}]


def _fixes(fix: Fix | None, positions: Positions) -> list[Json]:
    """None in notebooks, where lines count within a cell."""
    if fix is None or file_and_cell(fix.place.path)[1] is not None:
        return []
    replacements: dict[str, list[Json]] = {}
    for edit in fix.edits:
        replacement = {"deletedRegion": _region(edit.place, positions), "insertedContent": {"text": edit.text}}
        replacements.setdefault(edit.place.path, []).append(replacement)
    changes = [{"artifactLocation": _artifact(path), "replacements": made} for path, made in replacements.items()]
    return [{"description": {"text": "A safe fix." if fix.is_safe else "An unsafe fix."}, "artifactChanges": changes}]


def _location(place: Place, positions: Positions, message: str = "") -> Json:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(file_and_cell(place.path)[0]),
            "region": _region(place, positions),
        },
        **_optional("message", message and {"text": message}),
    }


def _region(place: Place, positions: Positions) -> Json:
    line, column = positions.start(place)
    end_line, end_column = positions.end(place)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _notification(problem: Problem) -> Json:
    physical: Json = {"artifactLocation": _artifact(file_and_cell(problem.path)[0])}
    if problem.line is not None:
        physical["region"] = {"startLine": problem.line, "startColumn": problem.column or 1}
    return {
        "level": "error",
        "descriptor": {"id": problem.code},
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": physical}],
    }


def _artifact(path: str) -> Mapping[str, str]:
    return {"uri": uri(path), "uriBaseId": ROOT}


def _optional(key: str, value: Any) -> Json:
    return {key: value} if value else {}
