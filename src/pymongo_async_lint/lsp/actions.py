"""What a client may do about findings: fix one, fix all in a file, or suppress one on its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lsprotocol import types

from pymongo_async_lint import checker, fixer
from pymongo_async_lint.capture.source import LineTable
from pymongo_async_lint.lsp.diagnostics import Diagnostics, uri_of
from pymongo_async_lint.lsp.positions import Lines
from pymongo_async_lint.lsp.session import Session
from pymongo_async_lint.lsp.workspace import Workspace
from pymongo_async_lint.rules.comments.unused_suppression import UnusedSuppression
from pymongo_async_lint.rules.finding import Finding, Fix, FixKind
from pymongo_async_lint.suppress.add import with_comments

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.pymongo-async-lint"
KINDS: list[types.CodeActionKind | str] = [types.CodeActionKind.QuickFix, FIX_ALL]

_TITLES = {
    FixKind.ADD_AWAIT: "Add `await`",
    FixKind.MOVE_AWAIT: "Move the `await` to the coroutine",
    FixKind.REMOVE_AWAIT: "Remove the `await`",
    FixKind.ASYNC_FOR: "Make it an `async for`",
    FixKind.ASYNC_WITH: "Make it an `async with`",
    FixKind.TO_LIST: "Read it with `await ….to_list()`",
    FixKind.COMPARE_WITH_NONE: "Compare with `None`",
    FixKind.RENAME_METHOD: "Rename to `{name}`",
    FixKind.RENAME_KEYWORD: "Rename to `{name}`",
    FixKind.ADD_ARGUMENT: "Add `{argument}`",
    FixKind.COPY_DICTIONARY: "Insert a copy of the dictionary",
    FixKind.TO_STRING: "Convert to a string",
    FixKind.MOVE_IMPORT: "Import from `{name}`",
}


def actions(
    session: Session, path: str, found: types.CodeActionParams, encoding: str, *, unsafe: bool
) -> list[types.CodeAction]:
    """The actions for a span of a file."""
    diagnostics = Diagnostics(session, encoding)
    lines = diagnostics.lines(path)
    start, end = lines.offset(found.range.start), lines.offset(found.range.end)
    only = found.context.only
    here = [one for one in session.findings.get(path, ()) if one.place.start <= end and start <= one.place.end]
    offered: list[types.CodeAction] = []
    if _wants(only, types.CodeActionKind.QuickFix):
        for finding in here:
            fix = finding.fix
            if fix is not None and fix.edits and (fix.is_safe or unsafe):
                offered.append(_fix(session, diagnostics, finding, fix))
        for finding in here:
            suppression = _suppression(session, diagnostics, finding)
            if suppression is not None:
                offered.append(suppression)
    has_safe = any(one.fix is not None and one.fix.is_safe and one.fix.edits for one in session.findings.get(path, ()))
    if has_safe and _wants(only, FIX_ALL):
        title = "Make all safe fixes in this file (pymongo-async-lint)"
        uri = uri_of(session.root / path)
        offered.append(types.CodeAction(title, kind=FIX_ALL, data=uri))
    return offered


def fix_all(path: Path, workspace: Workspace, encoding: str) -> types.WorkspaceEdit | None:
    """What `check --fix` does to a file, by the text of all buffers; None if it does nothing."""
    overrides = {other: text.encode(errors="replace") for other, text in workspace.texts.items()}

    def check(contents: Mapping[Path, bytes]) -> checker.Result:
        return checker.check([path], workspace.settings, overrides=contents)

    fixed = fixer.fix([path], check, overrides=overrides)
    changes = {}
    for change in fixed.changes:
        old, new = change.old.decode(errors="replace"), change.new.decode(errors="replace")
        changes[uri_of(change.path)] = [replacement(old, new, encoding)]
    return types.WorkspaceEdit(changes=changes) if changes else None


def replacement(old: str, new: str, encoding: str) -> types.TextEdit:
    """The one edit between two texts: what they begin and end with alike is left alone."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    span = Lines(old, encoding).range(start, len(old) - end)
    return types.TextEdit(span, new[start : len(new) - end])


def _wants(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Does the client want such actions? Kinds are a hierarchy; a part of a name stands for all beneath it."""
    return only is None or any(kind == wanted or kind.startswith(f"{_text(wanted)}.") for wanted in only)


def _text(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _fix(session: Session, diagnostics: Diagnostics, finding: Finding, fix: Fix) -> types.CodeAction:
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in fix.edits:
        place = edit.place
        span = diagnostics.range(place.path, place.start, place.end)
        changes.setdefault(uri_of(session.root / place.path), []).append(types.TextEdit(span, edit.text))
    title = _TITLES[fix.kind].format(name=fix.name, argument=fix.argument)
    return types.CodeAction(
        title=f"{title} ({finding.code})" if fix.is_safe else f"{title} ({finding.code}, unsafe)",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostics.finding(finding)],
        is_preferred=fix.is_safe or None,
        edit=types.WorkspaceEdit(changes=changes),
    )


def _suppression(session: Session, diagnostics: Diagnostics, finding: Finding) -> types.CodeAction | None:
    """None where no comment can be."""
    if finding.code == UnusedSuppression.code:
        return None
    path = finding.place.path
    text = session.files.text(path)
    line, _ = LineTable(text).position(finding.place.start)
    new = with_comments(text, {line: {finding.code}})
    if new == text:
        return None
    edit = replacement(text, new, diagnostics.encoding)
    return types.CodeAction(
        title=f"Suppress {finding.code} on this line",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostics.finding(finding)],
        edit=types.WorkspaceEdit(changes={uri_of(session.root / path): [edit]}),
    )
