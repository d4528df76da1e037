"""Many edits at once: which of them go together, and what a text looks like after them."""

from __future__ import annotations

from collections.abc import Iterable

from pymongo_async_lint.rules.finding import Edit


def compatible(wanted: Iterable[tuple[Edit, ...]]) -> list[bool]:
    """Which of these groups of edits can be made together: a group counts as a whole, and the first one wins.

    Groups that say the same go together; those that overlap or touch don't, since their order would be open.
    """
    taken: set[tuple[Edit, ...]] = set()
    spans: dict[str, list[tuple[int, int]]] = {}
    chosen = []
    for group in wanted:
        if group not in taken:
            if any(_meets(edit, spans.get(edit.place.path, [])) for edit in group):
                chosen.append(False)
                continue
            taken.add(group)
            for edit in group:
                spans.setdefault(edit.place.path, []).append((edit.place.start, edit.place.end))
        chosen.append(True)
    return chosen


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after all of these edits, which must not overlap; the same edit twice counts once."""
    pieces = []
    done = 0
    for edit in sorted(set(edits)):
        assert edit.place.start >= done, "edits overlap"
        pieces += [text[done : edit.place.start], edit.text]
        done = edit.place.end
    return "".join([*pieces, text[done:]])


def _meets(edit: Edit, spans: list[tuple[int, int]]) -> bool:
    return any(edit.place.start <= end and start <= edit.place.end for start, end in spans)
