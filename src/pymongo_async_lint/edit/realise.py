"""From what a rule asks for to the edits that do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set

from msgspec import structs

from pymongo_async_lint.capture.facts import Facts
from pymongo_async_lint.edit import awaits, calls, conditions, imports
from pymongo_async_lint.edit.pieces import Edits
from pymongo_async_lint.edit.tree import Tree
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.rules.finding import Finding, Fix, FixKind

Maker = Callable[[Tree, Fix], "Edits | None"]

MAKERS: dict[FixKind, Maker] = {
    FixKind.ADD_AWAIT: awaits.add_await,
    FixKind.MOVE_AWAIT: awaits.move_await,
    FixKind.REMOVE_AWAIT: awaits.remove_await,
    FixKind.ASYNC_FOR: awaits.async_for,
    FixKind.TO_LIST: awaits.to_list,
    FixKind.COMPARE_WITH_NONE: conditions.compare_with_none,
    FixKind.RENAME_METHOD: calls.rename_method,
    FixKind.RENAME_KEYWORD: calls.rename_keyword,
    FixKind.ADD_ARGUMENT: calls.add_argument,
    FixKind.COPY_DICTIONARY: calls.copy_dictionary,
    FixKind.TO_STRING: calls.to_string,
    FixKind.MOVE_IMPORT: imports.move_import,
}
"""Each gives the edits, or None where the code around does not allow the fix. ASYNC_WITH needs to know the others."""


def realise(findings: Iterable[Finding], read: Callable[[str], tuple[Facts, str] | None]) -> list[Finding]:
    """The findings with the edits of their fixes; a finding whose fix can't be made has none.

    `read` gives facts and text of a file, by its path in the places.
    """
    found = list(findings)
    entered = frozenset(
        finding.fix.place for finding in found if finding.fix is not None and finding.fix.kind is FixKind.ASYNC_WITH
    )
    trees: dict[str, Tree | None] = {}

    def tree(path: str) -> Tree | None:
        if path not in trees:
            known = read(path)
            trees[path] = None if known is None else Tree(*known)
        return trees[path]

    return [
        finding if finding.fix is None else structs.replace(finding, fix=_realised(finding.fix, tree, entered))
        for finding in found
    ]


def _realised(fix: Fix, tree_of: Callable[[str], Tree | None], entered: Set[Place]) -> Fix | None:
    wanted: Fix | None = fix
    while wanted is not None:
        tree = tree_of(wanted.place.path)
        if tree is not None:
            is_with = wanted.kind is FixKind.ASYNC_WITH
            edits = awaits.async_with(tree, wanted, entered) if is_with else MAKERS[wanted.kind](tree, wanted)
            if edits:
                return structs.replace(wanted, otherwise=None, edits=tuple(sorted(edits)))
        wanted = wanted.otherwise
    return None
