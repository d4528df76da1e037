"""The baseline: findings that a project lives with for now, known by rule, file and code, but not by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from pymongo_async_lint.config import ConfigError
from pymongo_async_lint.fingerprints import code_of
from pymongo_async_lint.rules.finding import Finding

VERSION = 1


class Known(NamedTuple):
    """What a finding is known by. The path is relative to the project's root."""

    path: str
    code: str
    source: str
    """The code that it is about, without what a formatter may change and without secrets."""


class _Entry(Struct, forbid_unknown_fields=True):
    path: str
    code: str
    source: str
    count: int
    """How many findings of the file are alike."""


class _File(Struct, forbid_unknown_fields=True):
    version: int
    findings: list[_Entry]


class Baseline:
    """The findings that are known and not met yet in this run."""

    def __init__(self, entries: Mapping[Known, int]) -> None:
        self.remaining = Counter(entries)

    def covers(self, known: Known) -> bool:
        """Whether a finding is in the baseline; each entry covers as many as were recorded."""
        if self.remaining[known] <= 0:
            return False
        self.remaining[known] -= 1
        return True

    def left(self, is_judged: Callable[[Known], bool]) -> list[tuple[Known, int]]:
        """What no finding has matched, of what this run could have found, and how often."""
        return sorted((known, count) for known, count in self.remaining.items() if count > 0 and is_judged(known))


def known(finding: Finding, sources: Mapping[str, str]) -> Known:
    """What a finding is known by; its path counts from the project's root."""
    return Known(finding.place.path, finding.code, code_of(finding, sources))


def read(path: Path) -> Baseline:
    """The baseline in a file. Raises ConfigError if there is none."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        hint = "`pymongo-async-lint baseline` makes it"
        raise ConfigError(path, f"there is no such baseline; {hint}") from None
    except OSError as error:
        raise ConfigError(path, error.strerror or type(error).__name__) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, f"not a baseline: {error}") from None
    if file.version != VERSION:
        raise ConfigError(path, f"a baseline of version {file.version}; this release reads version {VERSION}")
    entries: Counter[Known] = Counter()
    for entry in file.findings:
        entries[Known(entry.path, entry.code, entry.source)] += entry.count
    return Baseline(entries)


def render(entries: Mapping[Known, int]) -> bytes:
    """The file: sorted, and an entry on each line, so that changes can be read and merged."""
    lines = [
        msgspec.json.encode(_Entry(*known, count)).decode() for known, count in sorted(entries.items()) if count > 0
    ]
    findings = "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n ]" if lines else "[]"
    return f'{{\n "version": {VERSION},\n "findings": {findings}\n}}\n'.encode()
