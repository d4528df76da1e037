"""Declared objects must be some that a driver has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pymongo_async_lint.checker import check


@pytest.mark.parametrize(
    ("value", "complaint"),
    [("asynchronous.database", "there is no `asynchronous`"), ("async.db", "there is no `db`")],
)
def test_an_unknown_object_is_told_in_one_line(tmp_path: Path, value: str, complaint: str) -> None:
    settings = f'[tool.pymongo-async-lint.objects]\n"app.db:get_db" = "{value}"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "main.py").write_text("import pymongo\n", encoding="utf-8")
    (problem,) = check([tmp_path]).problems
    assert complaint in problem.message
    assert "\n" not in problem.message


def test_a_known_object_is_fine(tmp_path: Path) -> None:
    settings = '[tool.pymongo-async-lint.objects]\n"app.db:get_db" = "async.database"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "main.py").write_text("import pymongo\n", encoding="utf-8")
    assert not check([tmp_path]).problems
