"""A rule's page, in Markdown: what `explain` prints, and what lies in docs/rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from pymongo_async_lint.rules.base import Rule
from pymongo_async_lint.rules.example import Example
from pymongo_async_lint.rules.migration.base import MigrationRule

_LIMITS = "Limits: "


def reason(rule: Rule) -> str:
    """Why the rule exists, in one paragraph on one line."""
    return next(_paragraphs(rule))


def summary(rule: Rule) -> str:
    """The first sentence of the reason."""
    return reason(rule).split(". ")[0].rstrip(".") + "."


def facts(rule: Rule) -> str:
    """What kind of rule it is, in one line: severity, since when, and where it speaks."""
    told = [rule.severity.value, f"since {rule.since}"]
    if rule.preview:
        told.append("in preview: runs with `--preview`, or when selected")
    if rule.only_when_named:
        told.append("runs when selected; told by `migrate`")
    if not rule.in_tests:
        told.append("silent in tests")
    if rule.fix_safety:
        told.append(f"{_kind_of_fix(rule)} fix")
    return " · ".join(told)


def markdown(rule: Rule) -> str:
    """The whole page."""
    return "\n\n".join(block if block.startswith(("#", "```")) else _wrapped(block) for block in blocks(rule)) + "\n"


def blocks(rule: Rule) -> Iterator[str]:
    """The page, block by block: headings, fenced code, and paragraphs on one line each."""
    *explained, limits = _paragraphs(rule)
    yield f"# {rule.code} {rule.name}"
    yield facts(rule)
    yield from explained
    yield "## Mistakes" if len(rule.mistakes) > 1 else "## Mistake"
    for example in rule.mistakes:
        yield from _shown(example)
    yield "## Correct"
    for example in rule.correct:
        yield from _shown(example)
    yield "## Limits"
    limits = limits.removeprefix(_LIMITS)
    yield limits[0].upper() + limits[1:]
    if isinstance(rule, MigrationRule):
        yield "## Rows"
        yield "What it stands for, row by row of the table that `migrate` goes by:"
        yield f"```text\n{rule.table()}```"
    if rule.fix_safety:
        yield "## Fix"
        yield rule.fix_safety
    if rule.options:
        yield "## Settings"
        yield f"What it finds depends on {', '.join(f'`{option}`' for option in rule.options)}."


def _shown(example: Example) -> Iterator[str]:
    for path, text in example.shown.items():
        if len(example.shown) > 1:
            yield f"`{path}`:"
        yield f"```{'python' if path.endswith('.py') else 'text'}\n{text}```"
    if example.happens:
        request = f" on `{example.request}`" if example.request else ""
        needs = f", given {example.needs}" if example.needs else ""
        yield f"What happens{request}{needs}: {example.happens}"


def _paragraphs(rule: Rule) -> Iterator[str]:
    for paragraph in (type(rule).__doc__ or _LIMITS).split("\n\n"):
        yield " ".join(paragraph.split())


def _kind_of_fix(rule: Rule) -> str:
    return rule.fix_safety.split(maxsplit=1)[0].rstrip(":").lower()


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)
