"""Records anew what the commands in docs/outputs.md and the programs in docs/api.md print.

Where lines are left out (…), that is for a person to do.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = re.compile(r"^```console\n\$ pymongo-async-lint (?P<given>.*)\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE)
PROGRAM = re.compile(r"^```python\n(?P<given>(?:.*\n)*?)```\n\n```text\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE)


def main() -> None:
    for name in ("outputs.md", "api.md"):
        page = ROOT / "docs" / name
        text = page.read_text(encoding="utf-8")
        text = COMMAND.sub(
            lambda block: _recorded(block, "-m", "pymongo_async_lint", *shlex.split(block["given"])), text
        )
        text = PROGRAM.sub(lambda block: _recorded(block, "-c", block["given"]), text)
        page.write_text(text, encoding="utf-8")


def _recorded(block: re.Match[str], *arguments: str) -> str:
    if "…\n" in block["output"]:
        return block[0]
    shown = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, encoding="utf-8").stdout
    return block[0].replace(block["output"], shown)


if __name__ == "__main__":
    main()
