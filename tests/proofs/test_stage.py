"""What the proofs rest on: a run ends, whatever it does, and nothing of it gets lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from stage import perform


def test_a_run_that_does_not_end_is_ended(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import threading\nthreading.Event().wait()\n")
    with pytest.raises(TimeoutError, match="still running after 1 s"):
        perform(tmp_path, deadline=1)


def test_a_process_that_dies_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import os\nos._exit(0)\n")
    with pytest.raises(EOFError):
        perform(tmp_path)


def test_what_is_printed_warned_and_raised_is_told(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import asyncio\nasync def main():\n  print('hello')\n  asyncio.sleep(0)\n  raise KeyError('x')\n"
    )
    outcome = perform(tmp_path)
    assert outcome.printed == "hello\n"
    assert outcome.warned == ["RuntimeWarning: coroutine 'sleep' was never awaited"]
    assert outcome.error == "KeyError: 'x'"


def test_the_error_of_a_forgotten_task_is_told(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import asyncio\n"
        "async def fail():\n  raise KeyError('x')\n"
        "async def main():\n  asyncio.ensure_future(fail())\n  await asyncio.sleep(0.01)\n"
    )
    assert perform(tmp_path).logged == ["Task exception was never retrieved (KeyError: 'x')"]
