"""What a finding is known by after the code around it has moved: its code, its path and the code that it is about."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pymongo_async_lint.masking import masked

if TYPE_CHECKING:
    from pymongo_async_lint.rules.finding import Finding

_SPACE_THAT_PARTS_WORDS = re.compile(r"(?<=\w)\s+(?=\w)")
_OTHER_SPACE = re.compile(r"(?<!\w)\s+|\s+(?!\w)")
_TRAILING_COMMA = re.compile(r",(?=[)\]}])")


def normalised(code: str) -> str:
    """The code as it is however a formatter lays it out: without spaces that mean nothing and trailing commas.

    Secrets are masked. Quotes become double ones. A string's own spaces go, too: the outcome is only ever compared.
    """
    code = _OTHER_SPACE.sub("", _SPACE_THAT_PARTS_WORDS.sub(" ", masked(code))).replace("'", '"')
    return _TRAILING_COMMA.sub("", code)


def code_of(finding: Finding, sources: Mapping[str, str]) -> str:
    """The normalised code that a finding is about."""
    place = finding.place
    return normalised(sources[place.path][place.start : place.end])


def fingerprints(findings: Iterable[Finding], sources: Mapping[str, str]) -> list[str]:
    """One for each finding, in their order, and all different: of findings alike in one file, the n-th is known by n.

    A fingerprint changes with the path, so give all of them from the same folder.
    """
    met: Counter[tuple[str, str, str]] = Counter()
    made = []
    for finding in findings:
        key = finding.code, finding.place.path, code_of(finding, sources)
        made.append(hashlib.sha256("\0".join([*key, str(met[key])]).encode()).hexdigest()[:32])
        met[key] += 1
    return made
