"""What the program imports before it does anything: a user waits for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def imported(program: str) -> set[str]:
    """The modules that a program imports."""
    shown = f"import sys\ntry:\n    {program}\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)"
    finished = subprocess.run(
        [sys.executable, "-c", shown], capture_output=True, text=True, encoding="utf-8", check=True
    )
    return set(finished.stderr.split())


def of_run(option: str) -> set[str]:
    return imported(f"from pymongo_async_lint.cli import main; main([{option!r}])") - imported("import click")


def test_the_version_costs_click_and_nothing_else() -> None:
    more = of_run("--version")
    assert {name for name in more if name.startswith("pymongo_async_lint.")} == {"pymongo_async_lint.cli"}
    assert len(more) < 10


def test_a_check_that_finds_nothing_changed_imports_what_it_shows_and_no_more(tmp_path: Path) -> None:
    """Neither LibCST nor what links is needed where the cache has the answer."""
    (tmp_path / "pyproject.toml").write_text("[tool.pymongo-async-lint]\n", encoding="utf-8")
    (tmp_path / "app.py").write_text(
        "from pymongo import AsyncMongoClient\n\nAsyncMongoClient().shop.users.drop()\n", encoding="utf-8"
    )
    check = f"from pymongo_async_lint.cli import main; main(['check', {str(tmp_path)!r}])"
    imported(check)
    more = imported(check) - imported("import click")
    assert "pymongo_async_lint.snapshot" in more
    assert more.isdisjoint({"libcst", "subprocess", "difflib", "asyncio", "multiprocessing"})
    assert "pymongo_async_lint.link.project" not in more


def test_help_imports_the_commands_but_not_what_they_need() -> None:
    more = of_run("--help")
    assert "pymongo_async_lint.cli.check" in more
    assert more.isdisjoint({"libcst", "msgspec", "json", "subprocess", "asyncio", "multiprocessing", "tomllib"})
    assert len(more) < 45
