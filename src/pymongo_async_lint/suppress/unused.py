"""PMA002: comments that suppress nothing, and what is left of them when that is taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set

from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.comments.unused_suppression import UnusedSuppression
from pymongo_async_lint.rules.finding import Edit, Finding, Fix, FixKind
from pymongo_async_lint.rules.registry import CODES, PREFIX
from pymongo_async_lint.suppress.noqa import Comment, Name, Noqa, name_hides

_RULE = UnusedSuppression()


def unused(noqa: Noqa, path: str, text: str, found: Iterable[tuple[str, int]], checked: Set[str]) -> Iterator[Finding]:
    """The comments in a file that name codes of ours and hide no finding with them.

    `found` are code and line of all findings in the file, hidden or not. A name is judged only if all the codes that it
    stands for are among those that the file was `checked` for.
    """
    if _RULE.code not in checked or noqa.whole_file:
        return
    known = list(found)
    for comment in noqa.comments():
        here = {code for code, line in known if comment.first <= line <= comment.last}
        idle = [name for name in comment.names if _is_idle(name.text, here, checked)]
        if idle:
            place = Place(path, comment.start, comment.end)
            start, end, kept = without(text, comment, idle)
            edit = Edit(Place(path, start, end), kept)
            fix = Fix(FixKind.REMOVE_SUPPRESSION, place, is_safe=True, edits=(edit,))
            yield _RULE.finding(place, _message(idle), fix=fix)


def without(text: str, comment: Comment, names: Collection[Name]) -> tuple[int, int, str]:
    """What to write in place of which span, to take these names out of a comment.

    Without any name left the comment goes, with the reason behind it and the space before it; so does the line, if
    there is nothing else on it.
    """
    kept = [name for name in comment.names if name not in names]
    if kept:
        parts = [kept[0].text]
        for before, name in zip(comment.names, comment.names[1:], strict=False):
            if name in kept[1:]:
                parts += [text[before.end : name.start], name.text]
        return comment.names[0].start, comment.names[-1].end, "".join(parts)
    line = max(text.rfind(newline, 0, comment.start) for newline in "\r\n") + 1
    end = comment.end
    while end < len(text) and text[end] not in "#\r\n":
        end += 1
    if end < len(text) and text[end] == "#":
        return comment.start, end, ""
    start = line + len(text[line : comment.start].rstrip())
    if start == line:
        end += 2 if text.startswith("\r\n", end) else 1 if end < len(text) else 0
    return start, end, ""


def _is_idle(name: str, here: Iterable[str], checked: Set[str]) -> bool:
    """Whether a name that is ours hides none of the codes that were found, although it could have."""
    if not name.upper().startswith(PREFIX) or any(name_hides(name, code) for code in (*here, _RULE.code)):
        return False
    return {code for code in CODES if code.startswith(name.upper())} <= checked


def _message(idle: list[Name]) -> str:
    names = ", ".join(name.text for name in idle)
    unknown = [name.text for name in idle if not any(code.startswith(name.text.upper()) for code in CODES)]
    reason = f", as no rule has a code that begins with `{unknown[0]}`" if unknown else ""
    return f"`# noqa: {names}` suppresses nothing{reason}; remove it"
