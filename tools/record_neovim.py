"""Records what Neovim shows, in a real terminal session, for docs/editors.md.

    python tools/record_neovim.py

Needs `nvim` and `tmux`, and the extra `lsp`. Neovim gets the settings that the page has, and the screens go between
the page's own markers.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "editors.md"
BEGIN, END = "<!-- recorded by tools/record_neovim.py -->\n", "<!-- end -->"
COLUMNS, ROWS = 120, 22
PATIENCE = 60.0
"""Seconds until something has to be on the screen."""

DB = """\
from pymongo import AsyncMongoClient

client = AsyncMongoClient("mongodb://localhost")
db = client.shop
"""
ROUTES = """\
from db import db
from fastapi import FastAPI

app = FastAPI()


@app.post("/orders")
async def order(item: dict):
    db.orders.insert_one(item)
    return {"ordered": item["name"]}
"""


class Terminal:
    def __init__(self, folder: Path, command: str) -> None:
        self._tmux("new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), "-c", str(folder), command)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-L", "record-neovim", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def type(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def screen(self, is_there: Callable[[str], bool]) -> str:
        """What is on the screen as soon as it shows what is waited for."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            shown = self._tmux("capture-pane", "-p")
            if is_there(shown):
                return shown
            time.sleep(0.1)
        raise SystemExit(f"waited in vain; on the screen is:\n{shown}")

    def close(self) -> None:
        self._tmux("kill-session")


def main() -> None:
    page = PAGE.read_text()
    settings = re.search(r"^```lua\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert settings is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shop = folder / "shop"
        (shop / ".git").mkdir(parents=True)
        (shop / "db.py").write_text(DB)
        (shop / "routes.py").write_text(ROUTES)
        (folder / "settings.lua").write_text(f"{settings[1]}\nvim.o.laststatus = 0\nvim.o.ruler = false\n")
        command = folder / "bin" / "pymongo-async-lint"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pymongo_async_lint "$@"\n')
        command.chmod(0o755)
        variables = f"HOME={folder} PATH={command.parent}:$PATH PYTHONPATH={os.environ.get('PYTHONPATH', '')}"
        terminal = Terminal(shop, f"{variables} nvim -n -i NONE -u {folder}/settings.lua routes.py")
        try:
            found = terminal.screen(lambda shown: "never awaited" in shown)
            terminal.type("9G", "0", "7l", ":lua vim.lsp.buf.hover()", "Enter")
            hovered = terminal.screen(lambda shown: "is made here" in shown)
        finally:
            terminal.close()
    recorded = "\n".join(
        f"{about}\n\n```text\n{_trimmed(screen)}\n```\n"
        for about, screen in (
            ("The finding, as soon as the file is open:", found),
            ("`:lua vim.lsp.buf.hover()` on `orders`, or the key that you give it:", hovered),
        )
    )
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{recorded}\n{END}{rest.partition(END)[2]}")


def _trimmed(screen: str) -> str:
    """Without the lines that are behind the end of the file, and the one of commands."""
    lines = [line.rstrip() for line in screen.rstrip().splitlines()]
    return "\n".join(line for line in lines if line != "~" and not line.startswith(":"))


if __name__ == "__main__":
    main()
