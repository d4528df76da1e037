"""What `docs/outputs.md` shows is what the commands print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from pymongo_async_lint.report import FORMATS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
RECORDED = re.findall(r"^```console\n\$ pymongo-async-lint check (.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
LEFT_OUT = "…\n"


def test_every_format_has_a_row_and_a_section_with_an_example() -> None:
    assert re.findall(r"^\| \[`(\w+)`\]\(#\1\) \|", PAGE, re.MULTILINE) == list(FORMATS)
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert [section.split()[0] for section in sections][:-1] == list(FORMATS)
    assert all("```console\n" in section for section in sections[:-1])


def test_the_table_tells_where_paths_count_from() -> None:
    rows = dict(re.findall(r"^\| \[`(\w+)`\].*\| the (.*) \|$", PAGE, re.MULTILINE))
    assert {name for name, root in rows.items() if root == "working directory"} == {
        name for name, form in FORMATS.items() if form.is_for_people
    }


@pytest.mark.parametrize(("command", "output"), RECORDED, ids=[command for command, _ in RECORDED])
def test_the_recorded_output_is_real(check: Callable[..., CompletedProcess[str]], command: str, output: str) -> None:
    shown = check(*shlex.split(command), cwd=ROOT).stdout
    if LEFT_OUT in output:
        parts = [re.escape(part) for part in output.split(LEFT_OUT)]
        assert re.fullmatch("(?:.*\n)+?".join(parts), shown), shown
    else:
        assert shown == output, "run tools/record_outputs.py and read the difference"
