"""`--format junit`: JUnit XML, with a suite for each file and a failed test for each finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from xml.etree import ElementTree as xml

from pymongo_async_lint.report.records import Finding, records
from pymongo_async_lint.result import Problem, Result

_TOOL = "pymongo-async-lint"
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(result: Result) -> Iterator[str]:
    """One document. A problem is a test with an error; where there is nothing to say, one test passes."""
    suites = xml.Element("testsuites", name=_TOOL)
    for path, findings in groupby(sorted(records(result), key=attrgetter("path")), key=attrgetter("path")):
        _suite(suites, path, [_failure(finding) for finding in findings])
    for path, problems in groupby(sorted(result.problems, key=attrgetter("path")), key=attrgetter("path")):
        _suite(suites, path, [_error(problem) for problem in problems])
    if not len(suites):
        _suite(suites, _TOOL, [xml.Element("testcase", name="no findings", classname=_TOOL)])
    for total in ("tests", "failures", "errors"):
        suites.set(total, str(sum(int(suite.get(total, 0)) for suite in suites)))
    xml.indent(suites)
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield xml.tostring(suites, encoding="unicode")


def _suite(suites: xml.Element, path: str, cases: list[xml.Element]) -> None:
    attributes = {
        "name": _text(path),
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
    }
    xml.SubElement(suites, "testsuite", attributes).extend(cases)


def _failure(finding: Finding) -> xml.Element:
    case = _case(finding.path, f"{finding.code} {finding.name} at {finding.line}:{finding.column}")
    failure = xml.SubElement(case, "failure", type=finding.severity, message=_text(finding.message))
    places = [f"{finding.path}:{finding.line}:{finding.column}: {finding.code} {finding.message}"]
    places += [f"{related.path}:{related.line}:{related.column}: {related.message}" for related in finding.related]
    failure.text = _text("\n".join(places))
    return case


def _error(problem: Problem) -> xml.Element:
    case = _case(problem.path, f"{problem.code} at {problem.line or 1}:{problem.column or 1}")
    xml.SubElement(case, "error", type=problem.code, message=_text(problem.message))
    return case


def _case(path: str, name: str) -> xml.Element:
    return xml.Element("testcase", name=name, classname=_text(path))


def _text(text: str) -> str:
    """Without what XML has no way to write."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
