"""Writes the table of `docs/accuracy.md` from the verdicts on single findings."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FILE = DOCS / "accuracy" / "verdicts.tsv"
VERDICTS = ("true", "false", "unclear")
TABLE = re.compile(r"^\| code \|.*?\n(?!\|)", re.MULTILINE | re.DOTALL)

Row = dict[str, str]


def rows() -> list[Row]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def share(count: Counter[str]) -> float:
    """The true ones of those that could be decided."""
    return count["true"] / (count["true"] + count["false"])


def table(judged: list[Row]) -> str:
    head = ("code", "judged", "projects", "true", "false", "undecided", "share")
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for code in [*sorted({row["code"] for row in judged}), "all"]:
        mine = [row for row in judged if code in (row["code"], "all")]
        count = Counter(row["verdict"] for row in mine)
        projects = len({row["repository"] for row in mine})
        cells = (code, len(mine), projects, *(count[verdict] for verdict in VERDICTS), f"{share(count):.1%}")
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    page = DOCS / "accuracy.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(TABLE.sub(lambda _: table(rows()), text, count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
