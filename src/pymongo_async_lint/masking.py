"""What must never be shown, nor kept in any form: users and passwords that stand in source code."""

from __future__ import annotations

import re

MASK = "***"

_GLUE = r"""["'][ \t]*(?:\\?\r?\n)?[ \t]*(?:\+[ \t]*(?:[\w.()\[\]]+[ \t]*\+[ \t]*)?)?[rRbBuUfF]*["']"""
"""Between two literals of one string: `"a" "b"`, `"a" + "b"`, `"a" + name + "b"`, also over the end of a line."""


_NEWLINE, _SPACE = r"\n", r"\s"


def _userinfo(ends: str) -> str:
    """All from `://` to the last `@` of a string; possessive and bounded, so that a text without `@` costs little."""
    piece = rf"""(?>\{{[^{{}}\n]*\}}|{_GLUE}|[^@"'{ends}]){{0,1000}}+"""
    return rf"://({piece}(?:@{piece})*)@"


# In a hurry people write passwords that a URL can't have: with slashes, at signs, even spaces.
_CONNECTION_STRING = re.compile(
    rf"(?:(?<=mongodb)|(?<=mongodb\+srv)){_userinfo(_NEWLINE)}|{_userinfo(_SPACE)}", re.IGNORECASE
)
_PASSWORD = re.compile(
    r"""\b(?:\w*_)?(?:password|passwd|pwd)["']?\s*[:=]\s*[rRbBuUfF]*(["'])((?:\\.|(?!\1)[^\\\n])+)\1""", re.IGNORECASE
)


def secrets(text: str) -> list[tuple[int, int]]:
    """The spans of a file that must never be shown: user and password of URLs, literal passwords."""
    spans = []
    if "://" in text:
        spans += [match.span(match.lastindex or 0) for match in _CONNECTION_STRING.finditer(text)]
    spans += [match.span(2) for match in _PASSWORD.finditer(text)]
    return sorted(span for span in spans if span[0] < span[1])


def masked(text: str) -> str:
    """The text with each of its secrets replaced by the same mask."""
    parts = []
    shown = 0
    for start, end in secrets(text):
        if start >= shown:
            parts += [text[shown:start], MASK]
            shown = end
    return "".join([*parts, text[shown:]])
