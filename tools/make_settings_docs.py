"""Writes what is said of the settings as the code declares them: JSON schema, table of keys, VS Code setting."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pymongo_async_lint.config.documents import schema, table, vscode_setting

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
MANIFEST = ROOT / "editors" / "vscode" / "package.json"
TABLE = re.compile(r"^\| key \|.*?\n(?!\|)", re.MULTILINE | re.DOTALL)


def main() -> None:
    (DOCS / "settings.schema.json").write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
    page = DOCS / "settings.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(TABLE.sub(lambda _: table(), text, count=1), encoding="utf-8")
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    manifest["contributes"]["configuration"]["properties"]["pymongo-async-lint.settings"] = vscode_setting()
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
