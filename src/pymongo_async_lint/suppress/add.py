"""`--add-noqa`: comments that suppress what was found, on the lines where flake8 looks for them."""

from __future__ import annotations

from collections.abc import Mapping, Set

from pymongo_async_lint.capture.source import line_starts
from pymongo_async_lint.suppress.noqa import Comment, Noqa, hides_in

Wanted = Mapping[int, Set[str]]
"""The codes to suppress, by the line (from 1) where their findings start."""


def with_comments(text: str, wanted: Wanted) -> str:
    """The text with comments for as many of the findings as can have one; nothing else of it changes.

    A `# noqa` that is there gets more names; one that comes first in a string leaves no way to suppress what is on the
    same lines, and nor does a file that this interpreter can't tokenize.
    """
    comments = Noqa(text, is_wanted=True)
    if not comments.is_tokenized:
        return text
    there = {comment.first: comment for comment in comments.comments()}
    starts = [*line_starts(text), len(text)]
    pieces, done = [], 0
    for first, last, searched in comments.ranges():
        codes = sorted(set().union(*(wanted.get(line, ()) for line in range(first, last + 1))))
        if not codes:
            continue
        comment = there.get(first)
        if comment and comment.names:
            separator = _separator(text, comment)
            at, added = comment.names[-1].end, separator + separator.join(codes)
        else:
            at = starts[last - 1] + len(text[starts[last - 1] : starts[last]].rstrip())
            added = f"  # noqa: {', '.join(codes)}"
            if not all(hides_in(searched.rstrip() + added, code) for code in codes):
                continue
        pieces += [text[done:at], added]
        done = at
    return "".join([*pieces, text[done:]])


def _separator(text: str, comment: Comment) -> str:
    """What stands between the names of a comment; a comma and a space where it has one name only."""
    between = [text[a.end : b.start] for a, b in zip(comment.names, comment.names[1:], strict=False)]
    return between[-1] if between else ", "
