"""What an editor shows of an expression, or of a code in a comment that suppresses."""

from __future__ import annotations

from lsprotocol import types

from pymongo_async_lint import inspection
from pymongo_async_lint.lsp.positions import Lines
from pymongo_async_lint.lsp.session import Session
from pymongo_async_lint.report.why import render
from pymongo_async_lint.rules.page import markdown
from pymongo_async_lint.rules.registry import RULES
from pymongo_async_lint.suppress.noqa import Noqa, name_hides


def hover(session: Session, path: str, position: types.Position, encoding: str) -> types.Hover | None:
    text = session.files.text(path)
    lines = Lines(text, encoding)
    offset = lines.offset(position)
    for comment in Noqa(text).comments():
        for name in comment.names:
            if name.start <= offset <= name.end:
                pages = [markdown(rule) for rule in RULES if name_hides(name.text, rule.code)]
                return _hover("\n---\n\n".join(pages), lines.range(name.start, name.end)) if pages else None
    if session.answers is None:
        return None
    found = inspection.at(session.files, session.answers, path, offset, session.spaced)
    if found is None:
        return None
    told = "\n".join(list(render(found))[3:])  # without the line itself, which the reader has in front of them
    place = found.readings[0].expressions[0].place
    return _hover(f"```text\n{told}\n```", lines.range(place.start, place.end))


def _hover(content: str, span: types.Range) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, content), span)
