"""A real Neovim, headless, with the language server and the settings of the documentation."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SESSION = Path(__file__).parent / "neovim" / "session.lua"

pytestmark = pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")


def version() -> tuple[int, ...]:
    told = subprocess.run(["nvim", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"NVIM v(\d+)\.(\d+)", told)
    assert found is not None
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("settings", [0, 1])
def test_neovim_shows_a_finding_and_fixes_it(shop, documented, surroundings, settings):
    if settings == 1 and version() < (0, 11):
        pytest.skip("the shorter settings need Neovim 0.11")
    finished = subprocess.run(
        ["nvim", "--headless", "-n", "-i", "NONE", "-u", str(documented("lua", settings)), "-S", str(SESSION)],
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


@pytest.mark.parametrize("settings", [0, 1])
def test_settings_are_proper_lua(documented, settings):
    check = f"lua assert(loadfile([[{documented('lua', settings)}]]))"
    finished = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-c", check, "-c", "quit"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
