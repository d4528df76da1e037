"""How deeply a text nests, told before it is parsed.

LibCST's parser recurses in native code, where a stack that runs out ends the process; and nested patterns of a `match`
cost it twice the time per level. So the bounds below are checked first. They are far above what people write: Python
itself refuses 200 open brackets.
"""

from __future__ import annotations

import re
from math import inf
from typing import NamedTuple

from pymongo_async_lint.capture.source import LineTable, SourceError

MAX_BRACKETS = 500
"""Brackets inside of each other, counting the braces of f-strings."""
MAX_LINKS = 3000
"""Operators, calls, strings … that follow each other without a comma between, as in `a + b + c`, `a.b().c()` or
`not not a`, added up over all open brackets; also the branches of one `elif` chain."""
MAX_PATTERN = 14
"""Brackets inside of each other in the pattern of a `case`, where braces count twice."""

_SHALLOW_BRACKETS = 25
_SHALLOW_LINKS = 100
_SHORT = 1000
"""Characters. So many can't hold links enough to fill a quarter of an ordinary stack."""


def is_deep(text: str) -> bool:
    """Whether parsing and walking `text` takes a larger stack than usual. Raises SourceError beyond the bounds."""
    if text.count("elif") > _SHALLOW_LINKS:
        _check_branches(text)
        _Scan(text).run()
        return True
    if not ("case" in text and _CASE.search(text)):
        length = _longest_stretch(text)
        if length <= MAX_LINKS:
            return length > _SHORT
    scan = _Scan(text)
    scan.run()
    return scan.most_brackets > _SHALLOW_BRACKETS or scan.most_links > _SHALLOW_LINKS


# --- the quick look, enough for nearly every file ---------------------------------------------------------------------


def string_pattern(quote: str) -> str:
    """Matches the strings that hold no bracket of code, but for one pair in the fields of a short f-string."""
    other = "'" if quote == '"' else '"'
    triple = quote * 3
    name_or_string = rf"[^][(){{}}\"'\\#\n]++|{other}[^\"'{{}}\\\n]*+{other}"
    field = rf"\{{(?:{name_or_string}|\[(?:{name_or_string})*+\]|\((?:{name_or_string})*+\))*+\}}"
    is_format = r"(?:(?<=[fFtT])|(?<=[fFtT][rR]))"
    is_plain = r"(?<![fFtT])(?<![fFtT][rR])"
    return "|".join(
        (
            rf"{is_plain}{triple}(?:[^{quote}\\]++|\\.|{quote}(?!{quote}{quote}))*+{triple}",
            rf"{is_plain}(?!{triple}){quote}(?:[^{quote}\\\n]++|\\.)*+{quote}",
            rf"{is_format}{triple}(?:[^{quote}\\{{]++|\\[^{{]|\{{\{{|{quote}(?!{quote}{quote})|{field})*+{triple}",
            rf"{is_format}(?!{triple}){quote}(?:[^{quote}\\{{\n]++|\\[^{{]|\{{\{{|{field})*+{quote}",
        )
    )


_NO_BRACKET = "|".join((r"""[^][(){}"'#]++""", r"\#[^\r\n]*+", string_pattern('"'), string_pattern("'")))
_UP_TO_BRACKET = re.compile(rf"((?:{_NO_BRACKET})*+)([][(){{}}\"']|\Z)", re.DOTALL)
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_LINE_END = r"(?:(?<![\\\r])\n|(?<!\\)\r)"
_ENDS_LINE = re.compile(rf"""[^"'#]*{_LINE_END}|.*["'#][^"']*{_LINE_END}[^"']*\Z""", re.DOTALL)
"""Matches text without brackets if a line of code surely ends in it: before its first string or behind its last one."""


def _longest_stretch(text: str) -> float:
    """How many characters the longest line or bracketed expression has; infinity where only the exact scan can tell.

    Each link takes one of them at least.
    """
    depth = length = longest = 0
    for skipped, bracket in _UP_TO_BRACKET.findall(text):
        length += len(skipped) + 1
        if bracket in _OPENING:
            if not depth and _ENDS_LINE.match(skipped):
                length = len(skipped)
            depth += 1
            if depth > _SHALLOW_BRACKETS:
                return inf
        elif bracket in _CLOSING:
            depth -= depth > 0
            if not depth and length > longest:
                longest = length
        elif bracket:  # the start of a string too intricate for the pattern
            return inf
    if depth:
        longest = max(longest, length)
    joined = text.replace("\\\r\n", "").replace("\\\n", "").replace("\\\r", "") if "\\" in text else text
    return max(longest, *map(len, joined.replace("\r", "\n").split("\n")))


# --- the exact scan ---------------------------------------------------------------------------------------------------

_CASE = re.compile(r"(?:^|(?<=\r))[ \t\f]*+case\b(?![ \t]*+[=.,:;)])", re.MULTILINE)
_BRANCH = re.compile(r"(?:^|(?<=\r))([ \t\f]*+)(if|elif)\b", re.MULTILINE)
_LINK = re.compile(r"[-+*/%@&|^~<>=!.]|\b(?:not|or|and|if|else|lambda|await|yield|from|for|in|is)\b")
_NEWLINES = ("\n", "\r", "\r\n")
_CODE = re.compile(r"""([^][(){}"'#,:\r\n\\]*+)(\\(?:\r\n?|\n)?|\r\n?|\n|\#[^\r\n]*+|\"""|'''|[][(){}"',:]|\Z)""")
_FORMAT_PREFIX = re.compile(r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])\Z")
_PLAIN_STRING = {
    "'": re.compile(r"(?:[^'\\\r\n]++|\\(?:\r\n|.))*+'?", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\r\n]++|\\(?:\r\n|.))*+"?', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]++|\\.|'(?!''))*+(?:''')?", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]++|\\.|"(?!""))*+(?:""")?', re.DOTALL),
}
"""What follows the opening quote."""
_FORMAT_TEXT = {
    "'": re.compile(r"(?:[^'\\{}\r\n]++|\\(?:\r\n|[^{}])|\{\{|\}\})*+", re.DOTALL),
    '"': re.compile(r'(?:[^"\\{}\r\n]++|\\(?:\r\n|[^{}])|\{\{|\}\})*+', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\{}]++|\\[^{}]|\{\{|\}\}|'(?!''))*+", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\{}]++|\\[^{}]|\{\{|\}\}|"(?!""))*+', re.DOTALL),
}
_SPECIFICATION = {
    "'": re.compile(r"[^'{}\r\n]*+"),
    '"': re.compile(r'[^"{}\r\n]*+'),
    "'''": re.compile(r"(?:[^'{}]++|'(?!''))*+"),
    '"""': re.compile(r'(?:[^"{}]++|"(?!""))*+'),
}


class _Field(NamedTuple):
    """A replacement field of an f-string."""

    depth: int
    """How many brackets are open in it, its own brace included."""
    quote: str
    """How its string ends."""
    is_in_specification: bool
    """Whether it stands behind the colon of another field."""


class _Scan:
    """Reads tokens as Python does, and counts."""

    def __init__(self, text: str) -> None:
        self.most_brackets = 0
        self.most_links = 0
        self._text = text
        self._position = 0
        self._links = 0
        """Links of the innermost bracket, since its last comma."""
        self._outer: list[int] = []
        """Links of the brackets around it."""
        self._total = 0
        """All of these."""
        self._braces = 0
        """How many of the brackets are braces."""
        self._fields: list[_Field] = []
        self._is_pattern = _CASE.match(text) is not None

    def run(self) -> None:
        """Raises SourceError beyond the bounds."""
        while self._position < len(self._text):
            self._token()

    def _token(self) -> None:
        match = _CODE.match(self._text, self._position)
        assert match is not None  # every text matches
        code, token = match.groups()
        self._position = match.end()
        if code:
            self._link(len(_LINK.findall(code)))
        if token in _OPENING:
            self._open(token)
        elif token in _CLOSING:
            self._close(token)
        elif token == ",":
            self._forget_links()
        elif token == ":":
            if self._fields and self._fields[-1].depth == len(self._outer):
                self._specification(self._fields[-1].quote)
        elif token in _PLAIN_STRING:
            self._link(1)
            if _FORMAT_PREFIX.search(code):
                self._format_text(token)
            else:
                self._skip(_PLAIN_STRING[token])
        elif token in _NEWLINES and not self._outer:
            self._forget_links()
            self._is_pattern = _CASE.match(self._text, self._position) is not None

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._position)
        assert match is not None  # they all match the empty text
        self._position = match.end()

    def _link(self, count: int) -> None:
        self._links += count
        self._total += count
        if self._total > self.most_links:
            self.most_links = self._total
            if self._total > MAX_LINKS:
                raise self._too_deep()

    def _forget_links(self) -> None:
        self._total -= self._links
        self._links = 0

    def _open(self, bracket: str) -> None:
        self._outer.append(self._links)
        self._links = 0
        self._braces += bracket == "{"
        depth = len(self._outer)
        if self._is_pattern and depth + self._braces > MAX_PATTERN:
            raise self._too_deep()
        if depth > self.most_brackets:
            self.most_brackets = depth
            if depth > MAX_BRACKETS:
                raise self._too_deep()

    def _close(self, bracket: str) -> None:
        if not self._outer:
            return
        is_field = bool(self._fields) and self._fields[-1].depth == len(self._outer)
        self._forget_links()
        self._links = self._outer.pop()
        self._braces -= bracket == "}"
        if not is_field:
            self._link(1)
            return
        field = self._fields.pop()
        if field.is_in_specification:
            self._specification(field.quote)
        else:
            self._format_text(field.quote)

    def _format_text(self, quote: str) -> None:
        """Reads an f-string up to its end or into its next field."""
        self._skip(_FORMAT_TEXT[quote])
        if self._text.startswith("{", self._position):
            self._open_field(quote, is_in_specification=False)
        elif self._text.startswith(quote, self._position):
            self._position += len(quote)

    def _specification(self, quote: str) -> None:
        """Reads what follows a field's colon into the next field inside of it, or up to its brace."""
        self._skip(_SPECIFICATION[quote])
        if self._text.startswith("{", self._position):
            self._open_field(quote, is_in_specification=True)

    def _open_field(self, quote: str, *, is_in_specification: bool) -> None:
        self._position += 1
        self._open("{")
        self._fields.append(_Field(len(self._outer), quote, is_in_specification))

    def _too_deep(self) -> SourceError:
        return _too_deep(self._text, self._position)


def _check_branches(text: str) -> None:
    branches: dict[str, int] = {}
    for match in _BRANCH.finditer(text):
        indentation, keyword = match.groups()
        branches[indentation] = branches.get(indentation, 0) + 1 if keyword == "elif" else 0
        if branches[indentation] > MAX_LINKS:
            raise _too_deep(text, match.start(2))


def _too_deep(text: str, offset: int) -> SourceError:
    line, column = LineTable(text).position(min(offset, len(text)))
    return SourceError("nested too deeply", line, column + 1)
