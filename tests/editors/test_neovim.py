"""A real Neovim, headless, with the language server and the settings of the documentation."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SESSION = Path(__file__).parent / "neovim" / "session.lua"


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_shows_a_finding_and_fixes_it(shop, documented, surroundings):
    finished = subprocess.run(
        ["nvim", "--headless", "-n", "-i", "NONE", "-u", str(documented("lua")), "-S", str(SESSION)],
        cwd=shop,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr
    said = finished.stdout + finished.stderr  # where a headless Neovim prints depends on its version
    assert "5:5 pymongo-async-lint PMA101" in said
    assert "Add `await` (PMA101)" in said
    assert "async collection `items`" in said
    assert (shop / "routes.py").read_text() == (
        "from db import db\n\n\nasync def add(item):\n    await db.items.insert_one(item)\n"
    )
