"""`pymongo-async-lint explain` and `pymongo-async-lint rules`"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pymongo_async_lint.rules.registry import Rule

WIDEST = 100
_INDENT = "    "
_CODE = re.compile(r"`([^`]+)`")
_FINDING = re.compile(r"  # (?P<codes>PMA\d{3}(?:, PMA\d{3})*)$")


@click.command()
@click.argument("rule", metavar="CODE")
def explain(rule: str) -> None:
    """Print a rule's page: why it exists, a mistake, what happens, and the code put right.

    CODE may be the rule's name as well.
    """
    from pymongo_async_lint.result import PROBLEMS
    from pymongo_async_lint.rules.page import blocks, markdown

    if rule.upper() in PROBLEMS:
        click.echo(f"{rule.upper()}: {PROBLEMS[rule.upper()]}")
        return
    found = _rule(rule)
    if not _is_terminal():
        click.echo(markdown(found), nl=False)
        return
    width = min(shutil.get_terminal_size().columns, WIDEST)
    for block in blocks(found):
        click.echo(_styled(block, width) + "\n", color=True)


@click.command()
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def rules(output_format: str) -> None:
    """List all rules, one a line."""
    from pymongo_async_lint.rules.page import summary
    from pymongo_async_lint.rules.registry import RULES

    if output_format == "json":
        import json

        click.echo(json.dumps([_record(rule) for rule in RULES], indent=2, ensure_ascii=False))
        return
    is_terminal = _is_terminal()
    widths = max(len(rule.name) for rule in RULES), max(len(_default(rule)) for rule in RULES)
    room = shutil.get_terminal_size().columns if is_terminal else 0
    for rule in RULES:
        line = f"{rule.code}  {rule.name:{widths[0]}}  {_default(rule):{widths[1]}}  {summary(rule)}"
        if room and len(line) > room:
            line = line[: room - 1] + "…"
        if is_terminal:
            line = line.replace(rule.code, click.style(rule.code, bold=True), 1)
        click.echo(line, color=is_terminal)


def _rule(asked: str) -> Rule:
    """The rule of that code or name. Raises UsageError for one that there is not."""
    from pymongo_async_lint.config import nearest
    from pymongo_async_lint.rules.registry import RULES

    known = {word: rule for rule in RULES for word in (rule.code, rule.name)}
    for word in (asked, asked.upper(), asked.lower()):
        if word in known:
            return known[word]
    word = asked.upper() if asked[:1].isupper() or asked[-1:].isdigit() else asked
    hint = nearest(word, known) or "; `pymongo-async-lint rules` lists them"
    raise click.UsageError(f"there is no rule `{asked}`{hint}")


def _default(rule: Rule) -> str:
    return "preview" if rule.preview else "migrate" if rule.only_when_named else rule.severity.value


def _record(rule: Rule) -> dict[str, object]:
    from pymongo_async_lint.rules.page import markdown, reason

    return {
        "code": rule.code,
        "name": rule.name,
        "since": rule.since,
        "severity": rule.severity.value,
        "preview": rule.preview,
        "only_when_named": rule.only_when_named,
        "in_tests": rule.in_tests,
        "fix": rule.fix_safety or None,
        "settings": list(rule.options),
        "reason": reason(rule),
        "mistakes": len(rule.mistakes),
        "correct": len(rule.correct),
        "page": markdown(rule),
    }


def _is_terminal() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _styled(block: str, width: int) -> str:
    """A block of a page as a terminal shows it: code indented, and the lines with findings marked."""
    if block.startswith("#"):
        return click.style(block.lstrip("# "), bold=True, underline=block.startswith("# "))
    if block.startswith("```"):
        return "\n".join(_INDENT + _code(line) if line else "" for line in block.splitlines()[1:-1])
    lines = textwrap.wrap(block, width, break_long_words=False, break_on_hyphens=False)
    return _CODE.sub(lambda found: click.style(found[1], fg="cyan"), "\n".join(lines))


def _code(line: str) -> str:
    found = _FINDING.search(line)
    if found is None:
        return line
    return click.style(line[: found.start()], fg="red") + click.style(f"  ◀ {found['codes']}", fg="red", bold=True)
