"""Makes the pages of docs/rules, and the table in docs/rules.md, from the rules themselves.

make_rule_pages.py          write them
make_rule_pages.py check    say which are out of date
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pymongo_async_lint.rules.page import markdown, summary
from pymongo_async_lint.rules.registry import RULES, Rule

DOCS = Path(__file__).parents[1] / "docs"
INDEX = DOCS / "rules.md"
TABLE = re.compile(r"(?<=<!-- the table is made by tools/make_rule_pages.py -->\n)(?:\|.*\n)*")


def pages() -> dict[Path, str]:
    """What the files should hold."""
    index = INDEX.read_text(encoding="utf-8")
    return {INDEX: TABLE.sub(table(), index), **{DOCS / "rules" / f"{rule.code}.md": page(rule) for rule in RULES}}


def table() -> str:
    rows = [
        f"| [{rule.code}](rules/{rule.code}.md) | {rule.name} | {default(rule)} | {'yes' if rule.fix_safety else ''} "
        f"| {summary(rule)} |"
        for rule in RULES
    ]
    return "\n".join(
        ["| code | name | by default | fix | what it finds |", "| --- | --- | --- | --- | --- |", *rows, ""]
    )


def default(rule: Rule) -> str:
    if rule.only_when_named:
        return f"off, for `migrate` ({rule.severity.value})"
    return f"off, in preview ({rule.severity.value})" if rule.preview else rule.severity.value


def page(rule: Rule) -> str:
    """The page, with links to the other rules that it names."""
    parts = re.split(r"(^# [^\n]*|^```.*?^```)", markdown(rule), flags=re.MULTILINE | re.DOTALL)
    for position in range(0, len(parts), 2):
        parts[position] = re.sub(r"\b(PMA\d{3})\b", r"[\1](\1.md)", parts[position])
    return "".join(parts)


def stale() -> list[str]:
    """The files that differ from what they should hold, or that no rule stands behind."""
    wanted = pages()
    there = {INDEX, *(DOCS / "rules").glob("*.md")}
    return sorted(
        path.relative_to(DOCS.parent).as_posix()
        for path in there | wanted.keys()
        if path not in wanted or not path.exists() or path.read_text(encoding="utf-8") != wanted[path]
    )


def main(arguments: list[str]) -> int:
    match arguments:
        case []:
            wanted = pages()
            for path in (DOCS / "rules").glob("*.md"):
                if path not in wanted:
                    path.unlink()
            for path, text in wanted.items():
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
        case ["check"]:
            found = stale()
            print(*found, f"{len(found)} out of date", sep="\n")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
