"""A real Neovim, headless, with the language server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SESSION = Path(__file__).parent / "neovim" / "session.lua"


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_shows_a_finding_and_fixes_it(project, tmp_path):
    pytest.importorskip("pygls")
    root = project(
        {
            "db.py": "from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n",
            "routes.py": "from db import db\n\n\nasync def add(item):\n    db.items.insert_one(item)\n",
        }
    )
    server = "\n".join([sys.executable, "-m", "pymongo_async_lint", "lsp"])
    finished = subprocess.run(
        ["nvim", "--headless", "--clean", "-S", str(SESSION)],
        cwd=root,
        env={**os.environ, "SERVER": server, "XDG_STATE_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert finished.returncode == 0, finished.stderr
    said = finished.stdout + finished.stderr  # where a headless Neovim prints depends on its version
    assert "5:5 pymongo-async-lint PMA101" in said
    assert "Add `await` (PMA101)" in said
    assert (root / "routes.py").read_text() == (
        "from db import db\n\n\nasync def add(item):\n    await db.items.insert_one(item)\n"
    )
