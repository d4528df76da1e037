"""A way around a mistake of LibCST, which refuses some code for want of a blank."""

from __future__ import annotations

import re

from pymongo_async_lint.capture.nesting import string_pattern

_STRING_OR_COMMENT = "|".join((r"\#[^\r\n]*+", string_pattern('"'), string_pattern("'")))
_WANT_OF_BLANK = re.compile(
    rf"({_STRING_OR_COMMENT})|\b(?:and|assert|await|del|else|for|from|if|in|is|not|or|raise|return|yield)(?=\()|\)(?=[a-z])",
    re.DOTALL,
)


def with_more_blanks(text: str) -> str:
    """The text with a blank between each keyword and a parenthesis next to it; what strings and comments say stays."""
    return _WANT_OF_BLANK.sub(lambda match: match[1] or f"{match[0]} ", text)
