"""Records anew what the commands in docs/outputs.md print. Where lines are left out (…), that is for a person to do."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "outputs.md"
RECORDED = re.compile(r"^```console\n\$ pymongo-async-lint (?P<command>.*)\n(?P<output>(?:.*\n)*?)```$", re.MULTILINE)


def main() -> None:
    PAGE.write_text(RECORDED.sub(_recorded, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def _recorded(block: re.Match[str]) -> str:
    if "…\n" in block["output"]:
        return block[0]
    command = [sys.executable, "-m", "pymongo_async_lint", *shlex.split(block["command"])]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8").stdout
    return block[0].replace(block["output"], shown)


if __name__ == "__main__":
    main()
