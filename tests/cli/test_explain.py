"""`explain` and `rules`."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pymongo_async_lint.cli import main
from pymongo_async_lint.rules.registry import RULES, Rule

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def in_terminal(*arguments: str, columns: int, **environment: str) -> str:
    """What a process writes to a terminal of that width."""
    ours, theirs = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "pymongo_async_lint", *arguments],
        stdout=theirs,
        env=inherited | {"COLUMNS": str(columns), "TERM": "xterm", "PYTHONIOENCODING": "utf-8"} | environment,
    )
    os.close(theirs)
    output = b""
    try:
        while part := os.read(ours, 65536):
            output += part
    except OSError:  # the other side is closed
        pass
    os.close(ours)
    assert process.wait(60) == 0
    return output.decode().replace("\r\n", "\n")


@each_rule
def test_explain_prints_the_page(rule: Rule) -> None:
    page = invoke("explain", rule.code)
    assert page.exit_code == 0
    assert page.stdout.startswith(f"# {rule.code} {rule.name}\n")
    assert "\x1b" not in page.stdout
    for example in (*rule.mistakes, *rule.correct):
        for text in example.shown.values():
            assert text in page.stdout
    assert "# expect" not in page.stdout
    assert max(map(len, page.stdout.splitlines())) <= 120


@pytest.mark.parametrize("word", ["PMA101", "pma101", "unawaited-call", "Unawaited-Call"])
def test_a_rule_goes_by_code_or_name(word: str) -> None:
    assert invoke("explain", word).stdout.startswith("# PMA101 unawaited-call\n")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("PMA10", "did you mean `PMA110`?"),
        ("pma1099", "did you mean `PMA109`?"),
        ("unawaited-cal", "did you mean `unawaited-call`?"),
        ("zzz", "`pymongo-async-lint rules` lists them"),
    ],
)
def test_for_an_unknown_rule_the_nearest_one_is_named(word: str, hint: str) -> None:
    result = invoke("explain", word)
    assert result.exit_code == 2
    assert f"there is no rule `{word}`" in result.stderr
    assert hint in result.stderr
    assert not result.stdout


@pytest.mark.parametrize("code", ["PMA000", "pma001"])
def test_what_is_no_finding_is_explained_too(code: str) -> None:
    result = invoke("explain", code)
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert line.startswith(f"{code.upper()}: A ")


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_in_a_terminal_the_page_is_styled_and_fits(columns: int) -> None:
    shown = in_terminal("explain", "PMA102", columns=columns)
    plain = ESCAPE.sub("", shown)
    assert plain != shown
    assert "`" not in plain and "expect" not in plain
    assert '    if users.find_one({"email": email}):  ◀ PMA102\n' in plain
    prose = [line for line in plain.splitlines() if not line.startswith("    ")]
    assert max(map(len, prose)) <= min(columns, 100)


def test_no_color_is_respected() -> None:
    assert "\x1b" not in in_terminal("explain", "PMA102", columns=80, NO_COLOR="1")
    assert "\x1b" not in in_terminal("rules", columns=80, NO_COLOR="1")


def test_rules_lists_one_a_line() -> None:
    lines = invoke("rules").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [[rule.code, rule.name] for rule in RULES]
    assert {line.split()[2] for line in lines} <= {"error", "warning", "info", "preview", "migrate"}


def test_in_a_terminal_no_line_of_the_list_is_broken() -> None:
    lines = ESCAPE.sub("", in_terminal("rules", columns=72)).splitlines()
    assert len(lines) == len(RULES)
    assert max(map(len, lines)) <= 72


def test_rules_as_json() -> None:
    records = json.loads(invoke("rules", "--format", "json").stdout)
    assert [(record["code"], record["name"]) for record in records] == [(rule.code, rule.name) for rule in RULES]
    for record in records:
        assert record["page"] == invoke("explain", record["code"]).stdout
        assert record["reason"] and record["mistakes"] and record["correct"]
        assert record["severity"] in ("error", "warning", "info")
        assert isinstance(record["preview"], bool)
        assert isinstance(record["only_when_named"], bool)


def test_the_list_reads_no_project(tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pymongo-async-lint]\nnonsense = 1\n")
    assert run("pymongo_async_lint", "rules", cwd=tmp_path).returncode == 0
