"""A real Emacs, in batch mode, with eglot, the language server and the settings of the documentation."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SESSION = Path(__file__).parent / "emacs" / "session.el"
EGLOT = ["emacs", "--batch", "-q", "--eval", "(progn (package-initialize) (require 'eglot))"]


def test_emacs_shows_a_finding_and_fixes_it(shop, documented, surroundings):
    if shutil.which("emacs") is None or subprocess.run(EGLOT, capture_output=True, timeout=60).returncode:
        pytest.skip("Emacs with eglot is not installed")
    finished = subprocess.run(
        ["emacs", "--batch", "-q", "-l", str(SESSION)],
        cwd=shop,
        env=surroundings | {"SETTINGS": str(documented("elisp"))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert "5:5 pymongo-async-lint [PMA101]: `db.items.insert_one()` is never awaited" in finished.stderr
    assert "Add `await` (PMA101)" in finished.stderr
    assert (shop / "routes.py").read_text() == (
        "from db import db\n\n\nasync def add(item):\n    await db.items.insert_one(item)\n"
    )
