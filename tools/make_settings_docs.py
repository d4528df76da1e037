"""Writes what the docs say of the settings, as the code declares them: the JSON schema and the table of keys."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pymongo_async_lint.config.documents import schema, table

DOCS = Path(__file__).parents[1] / "docs"
TABLE = re.compile(r"^\| key \|.*?\n(?!\|)", re.MULTILINE | re.DOTALL)


def main() -> None:
    (DOCS / "settings.schema.json").write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
    page = DOCS / "settings.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(TABLE.sub(lambda _: table(), text, count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
