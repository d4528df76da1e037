"""What the editors get: a small project, the settings of the documentation, and our command on the path."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EDITORS = Path(__file__).parents[2] / "docs" / "editors.md"
ROUTES = "from db import db\n\n\nasync def add(item):\n    db.items.insert_one(item)\n"


@pytest.fixture
def shop(project) -> Path:
    return project(
        {"db.py": "from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n", "routes.py": ROUTES}
    )


@pytest.fixture
def documented(tmp_path) -> Callable[..., Path]:
    """Writes settings that the documentation has in this language into a file, the first ones or others."""

    def write(language: str, number: int = 0) -> Path:
        found = re.findall(rf"^```{language}\n(.*?)^```", EDITORS.read_text(), re.DOTALL | re.MULTILINE)
        path = tmp_path / f"settings.{language}"
        path.write_text(found[number])
        return path

    return write


@pytest.fixture
def surroundings(tmp_path) -> dict[str, str]:
    """Variables of an editor that has nothing of its user's, and finds our command as if it were installed."""
    pytest.importorskip("pygls")
    command = tmp_path / "bin" / "pymongo-async-lint"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pymongo_async_lint "$@"\n')
    command.chmod(0o755)
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    return os.environ | folders | {"PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}
