"""Which codes are reported where, as the settings say."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from msgspec import structs

from pymongo_async_lint.config import ConfigError, Settings, nearest
from pymongo_async_lint.discovery import Patterns
from pymongo_async_lint.link.scopes import is_test_path
from pymongo_async_lint.rules.finding import Finding, Severity
from pymongo_async_lint.rules.registry import PREFIX, RULES, Rule


class Selection:
    """The codes that a project asks for."""

    def __init__(self, settings: Settings) -> None:
        """Raises ConfigError for a code that no rule has, and for what is no pattern."""
        _check("select", settings.select or ())
        _check("extend-select", settings.extend_select)
        _check("ignore", settings.ignore)
        _check("severity", settings.severity)
        for codes in settings.per_file_ignores.values():
            _check("per-file-ignores", codes)
        self.codes = _selected(settings)
        """Those that are reported anywhere."""
        self._per_file = [
            (Patterns([pattern], "per-file-ignores"), codes) for pattern, codes in settings.per_file_ignores.items()
        ]
        self.of = cache(self._of)
        self._severity = settings.severity
        self._least = Severity(settings.min_severity or Severity.INFO)
        self._failing = Severity(settings.fail_on or Severity.INFO)

    def graded(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that are severe enough to be told, with the severity that the settings give them."""
        graded = [structs.replace(finding, severity=self._severity_of(finding)) for finding in findings]
        return [finding for finding in graded if finding.severity.reaches(self._least)]

    def fails(self, finding: Finding) -> bool:
        """Does a graded finding make the run fail?"""
        return finding.severity.reaches(self._failing)

    def _severity_of(self, finding: Finding) -> Severity:
        prefixes = [prefix for prefix in self._severity if finding.code.startswith(prefix)]
        return Severity(self._severity[max(prefixes, key=len)]) if prefixes else finding.severity

    def _of(self, path: str) -> frozenset[str]:
        """The codes that are reported in a file."""
        ignored = tuple(code for patterns, codes in self._per_file if patterns.covers(path) for code in codes)
        is_test = is_test_path(path)
        return frozenset(
            rule.code
            for rule in RULES
            if rule.code in self.codes and not rule.code.startswith(ignored) and (rule.in_tests or not is_test)
        )


def unknown_code(prefix: str) -> str | None:
    """What to tell a user who asks for codes with a beginning that no rule's code has; None if one has."""
    codes = [rule.code for rule in RULES]
    if any(code.startswith(prefix) for code in codes):
        return None
    return f"no rule has a code that begins with `{prefix}`{nearest(prefix, codes)}"


def _check(key: str, prefixes: Iterable[str]) -> None:
    for prefix in prefixes:
        complaint = unknown_code(prefix)
        if complaint:
            raise ConfigError(None, f"`{key}`: {complaint}")


def _selected(settings: Settings) -> frozenset[str]:
    """Of the beginnings that a code has, the longest decides. A preview rule needs `preview`, or to be named.

    Some need to be named.
    """
    selected = (*((PREFIX,) if settings.select is None else settings.select), *settings.extend_select)
    named = [prefix for prefix in selected if len(prefix) > len(PREFIX)]
    return frozenset(
        rule.code
        for rule in RULES
        if _longest(rule.code, selected if _needs_no_name(rule, settings) else named)
        > _longest(rule.code, settings.ignore)
    )


def _needs_no_name(rule: Rule, settings: Settings) -> bool:
    return not rule.only_when_named and (not rule.preview or bool(settings.preview))


def _longest(code: str, prefixes: Iterable[str]) -> int:
    """How much of a code the best of these says; -1 if none is a beginning of it."""
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)
