"""Small projects that use Motor, and what becomes of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pymongo_async_lint.cli import main
from pymongo_async_lint.migrate.records import Plan
from pymongo_async_lint.migrate.write import write
from pymongo_async_lint.migrator import plan

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Plans = Callable[..., Plan]
Command = Callable[..., Result]


@pytest.fixture
def planned(project: Write, monkeypatch: pytest.MonkeyPatch) -> Plans:
    """The plan for a project with these files, which is the working directory from then on."""

    def planned(files: Mapping[str, str | bytes], **options: object) -> Plan:
        monkeypatch.chdir(project(files))
        return plan(options.pop("targets", [Path()]), cache=False, **options)  # type: ignore[arg-type]

    return planned


@pytest.fixture
def migrated(planned: Plans) -> Callable[..., dict[str, str]]:
    """The files that change, written; a second run is sure to change nothing, and the result to compile."""

    def migrated(files: Mapping[str, str | bytes], **options: object) -> dict[str, str]:
        made = planned(files, **options)
        assert write(made) == (len(made.files), ())
        for file in made.files:
            assert Path(file.path).read_bytes() == file.new
            if file.path.endswith(".py"):
                compile(file.new, file.path, "exec", dont_inherit=True)
        assert plan([Path()], cache=False, **options).files == ()  # type: ignore[arg-type]
        return {file.path: file.new_text for file in made.files}

    return migrated


@pytest.fixture
def command() -> Command:
    """Runs `pymongo-async-lint migrate` in a folder."""

    def command(*arguments: str, cwd: Path) -> Result:
        with contextlib.chdir(cwd):
            result = CliRunner().invoke(main, ["migrate", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command
