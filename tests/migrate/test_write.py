"""Files get to disk as connected groups, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result

from pymongo_async_lint.migrate.records import Plan
from pymongo_async_lint.migrate.write import NOTE, Unwritten, write

Plans = Callable[..., Plan]
Command = Callable[..., Result]

FILES = {
    "db.py": "from motor.motor_asyncio import AsyncIOMotorClient\nclient = AsyncIOMotorClient()\n",
    "app/main.py": "from db import client\n\n\nasync def stop():\n    client.close()\n",
    "app/jobs.py": "from db import client\n\n\nasync def count():\n    return client.shop.events.aggregate([])\n",
    "alone.py": "from motor.motor_asyncio import AsyncIOMotorClient\nmine = AsyncIOMotorClient()\n",
    "requirements.txt": "motor==3.3\n",
}
GROUP = "db.py", "app/main.py", "app/jobs.py"


def restore(files: Mapping[str, str]) -> None:
    Path(NOTE).unlink(missing_ok=True)
    for path, text in files.items():
        Path(path).write_text(text)


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Does the work in a process that kills itself right before it touches the file system for that time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child runs no other thread's code
        child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    steps = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps
        if event == "open" or event.startswith(("os.", "tempfile.")):
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        work()
    finally:
        os._exit(0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that can be forked and killed")
def test_whenever_it_is_killed_each_file_is_old_or_new_and_the_next_run_finishes(
    planned: Plans, command: Command
) -> None:
    made = planned(FILES)
    new = {file.path: file.new_text for file in made.files}
    assert new.keys() == FILES.keys()
    mixed = step = 0
    names = sorted(path.name for path in Path().rglob("*"))
    while killed_at(step := step + 1, lambda: write(made)):
        now = {path: Path(path).read_text() for path in FILES}
        assert all(now[path] in (FILES[path], new[path]) for path in FILES)
        if Path(NOTE).exists():
            told = command(cwd=Path())
            assert (told.exit_code, told.stdout) == (1, "")
            assert "`migrate --write` was interrupted here" in told.stderr
            assert command("--write", cwd=Path()).exit_code == 1
            assert {path: Path(path).read_text() for path in FILES} == new
            assert sorted(path.name for path in Path().rglob("*")) == names
            mixed += any(now[path] != new[path] for path in GROUP) and any(now[path] == new[path] for path in GROUP)
        else:
            assert now in (FILES, new)
            for path in Path().glob(f".{NOTE}.*"):
                path.unlink()
        assert not Path(NOTE).exists()
        restore(FILES)
    assert step > 5 * len(FILES)
    assert mixed, "it was never killed between the files of a group"


def test_a_run_that_is_not_killed_leaves_nothing_behind(planned: Plans) -> None:
    made = planned(FILES)
    before = sorted(path.name for path in Path().iterdir())
    assert write(made) == (5, ())
    assert sorted(path.name for path in Path().iterdir()) == before


def test_what_was_left_is_not_forced_on_a_file_that_has_changed_since(planned: Plans, command: Command) -> None:
    """Its group goes back to what it was, and can be planned anew."""
    made = planned(FILES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write(made)
    Path("db.py").write_text("# mine\n" + FILES["db.py"])
    done = command("--write", cwd=Path())
    assert done.exit_code == 2
    assert "db.py: has changed meanwhile and was left alone" in done.stderr
    assert {path: Path(path).read_text() for path in GROUP[1:]} == {path: FILES[path] for path in GROUP[1:]}
    assert "AsyncMongoClient" in Path("alone.py").read_text()
    assert command("--write", cwd=Path()).exit_code == 1
    assert "await client.close()" in Path("app/main.py").read_text()
    assert Path("db.py").read_text().startswith("# mine\nfrom pymongo import AsyncMongoClient\n")


def test_a_file_that_changed_meanwhile_takes_its_group_back(planned: Plans) -> None:
    made = planned(FILES)
    Path("db.py").write_text("# new\n")
    written, unwritten = write(made)
    assert written == 2
    back = "has its old content back, as it belongs together with a file that failed"
    assert unwritten == (
        Unwritten(Path.cwd() / "db.py", "has changed meanwhile and was left alone"),
        Unwritten(Path.cwd() / "app/jobs.py", back),
        Unwritten(Path.cwd() / "app/main.py", back),
    )
    assert {path: Path(path).read_text() for path in GROUP[1:]} == {path: FILES[path] for path in GROUP[1:]}
    assert not Path(NOTE).exists()


def test_what_was_not_told_any_more_is_told_by_the_next_run(planned: Plans, command: Command) -> None:
    planned(
        {"db.py": FILES["db.py"], "app.py": "from db import client\nasync def f():\n    client.a.b.insert_one({})\n"}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
        assert command("--write", cwd=Path()).exit_code == 1
    done = command("--write", cwd=Path())
    assert done.exit_code == 1
    assert "app.py:3:5 PMA906 FUT01 " in done.stderr


def test_a_note_that_can_not_be_read_is_told(planned: Plans, command: Command) -> None:
    planned(FILES)
    Path(NOTE).write_bytes(b"?")
    done = command("--write", cwd=Path())
    assert done.exit_code == 2
    assert f"{NOTE}: can't be read: " in done.stderr
    assert {path: Path(path).read_text() for path in FILES} == FILES


def test_where_no_note_can_be_made_nothing_is_written(planned: Plans) -> None:
    made = planned(FILES)
    Path(NOTE).mkdir()
    written, (unwritten,) = write(made)
    assert (written, unwritten.file.name) == (0, NOTE)
    assert {path: Path(path).read_text() for path in FILES} == FILES


def test_an_interrupted_project_is_finished_though_git_has_changes(planned: Plans, command: Command) -> None:
    made = planned(FILES)
    Path(".git").rmdir()
    subprocess.run("git init -q . && git add .", shell=True, check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            write(made)
    done = command("--write", cwd=Path())
    assert done.exit_code == 1
    assert "5 files written" in done.stderr
