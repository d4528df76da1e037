"""What README, docs and changelog say is what the program does."""

from __future__ import annotations

import contextlib
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import click
import pytest
from click.testing import CliRunner

from pymongo_async_lint import config
from pymongo_async_lint.checker import check as run_check
from pymongo_async_lint.cli import main
from pymongo_async_lint.cli.check import check as command
from pymongo_async_lint.cli.migrate import migrate
from pymongo_async_lint.link.why import Cause
from pymongo_async_lint.rules.finding import FixKind
from pymongo_async_lint.rules.registry import RULES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")

TITLES = {(rule.code, rule.name) for rule in RULES}

NOT_OURS = {"conftest.py", "tests.py", "setup.py", "pyproject.toml"} | {
    path for rule in RULES for example in (*rule.mistakes, *rule.correct) for path in example.texts
}
"""Names of files that any project, or an example, may have."""

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# --- the rules --------------------------------------------------------------------------------------------------------


def test_the_readme_lists_the_rules() -> None:
    rows = re.findall(r"^\| (PMA\d{3}) \| (\S+) \| \S.* \|$", README, re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert set(rows) == TITLES


def test_every_rule_has_a_page() -> None:
    pages = {page.stem: page.read_text(encoding="utf-8").partition("\n")[0] for page in ROOT.glob("docs/rules/*")}
    assert pages == {code: f"# {code} {name}" for code, name in TITLES}


def test_the_pages_are_those_that_the_rules_make() -> None:
    assert runpy.run_path(str(ROOT / "tools" / "make_rule_pages.py"))["stale"]() == []


def test_the_changelog_names_every_rule() -> None:
    changelog = " ".join((ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split())
    assert set(re.findall(r"(PMA\d{3}) \((\S+?)\)", changelog)) == TITLES


FIXES = re.findall(
    r"^\| `([a-z-]+)` \| (PMA[^|]*) \| .+ \| (?:Safe|Unsafe|As)\b.*\. \|$",
    (ROOT / "docs" / "fixes.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_every_fix_is_told() -> None:
    assert [kind for kind, _ in FIXES] == list(FixKind)
    assert {code for _, codes in FIXES for code in codes.split(", ")} == {r.code for r in RULES if r.fix_safety}


# --- the readme -------------------------------------------------------------------------------------------------------


def test_the_recorded_output_is_real(check: Callable[..., CompletedProcess[str]]) -> None:
    (recorded,) = blocks(README, "text")
    real = check("--no-cache", "examples/shop_before", cwd=ROOT)
    assert real.returncode == 1
    *findings, summary = recorded.rstrip().split("\n\n")
    assert len(findings) == 3
    assert set(findings) <= set(real.stdout.rstrip().split("\n\n"))
    assert real.stdout.rstrip().endswith(f"\n\n{summary}")


def test_the_first_command_runs_on_a_bare_machine() -> None:
    """One line that needs Python and pip only, and installs into an environment of its own."""
    (first,) = blocks(README, "sh")[0].splitlines()
    assert first.split(" && ") == [
        "python3 -m venv .venv",
        ".venv/bin/pip install -q .",
        ".venv/bin/pymongo-async-lint check examples/shop_before",
    ]


def test_the_second_command_is_the_one_of_ci() -> None:
    (second,) = blocks(README, "sh")[1].splitlines()
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in ci if "pip install" in line] == [second]


def test_what_the_page_about_why_shows_is_real(project: Callable[[dict[str, str]], Path]) -> None:
    page = (ROOT / "docs" / "why.md").read_text(encoding="utf-8")
    root = project({block.partition("\n")[0].removeprefix("# "): block for block in blocks(page, "python")})
    assert run_recorded(page, root) == 3


def test_the_page_about_why_lists_all_causes() -> None:
    page = (ROOT / "docs" / "why.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE)
    assert rows == [(cause.name.lower(), cause.value) for cause in Cause]


def test_what_the_readme_shows_of_why_is_real() -> None:
    assert run_recorded(README, ROOT) == 1


def run_recorded(page: str, folder: Path) -> int:
    """Runs the commands of a page, and compares what they print with what it shows; returns how many there are."""
    recorded = [block.partition("\n") for block in blocks(page, "console")]
    for line, _, output in recorded:
        tool, *arguments = line.removeprefix("$ ").split()
        assert tool == "pymongo-async-lint"
        with contextlib.chdir(folder):
            assert CliRunner().invoke(main, arguments).stdout == output
    return len(recorded)


@each_page
def test_settings_in_pages_are_valid(page: Path, tmp_path: Path) -> None:
    for number, text in enumerate(blocks(page.read_text(encoding="utf-8"), "toml")):
        folder = tmp_path / str(number)
        folder.mkdir()
        is_table = f"[tool.{config.TABLE}" in text
        if "[tool." in text and not is_table:
            continue  # of another tool
        (folder / (config.PYPROJECT if is_table else config.FILE)).write_text(text, encoding="utf-8")
        (folder / "app.py").write_text("import pymongo\n", encoding="utf-8")
        assert not is_table or config.read(folder) is not None
        assert not run_check([folder], baseline=False).problems


def test_options_in_pages_are_those_that_there_are() -> None:
    options = {name for param in command.params if isinstance(param, click.Option) for name in param.opts} | {"--help"}
    options |= {name for param in command.params for name in param.secondary_opts}
    options |= {name for param in (*migrate.params, *main.params) for name in param.opts}
    for page in PAGES:
        if page.name not in ("CONTRIBUTING.md",):
            assert set(re.findall(r"`(--[a-z-]+)", page.read_text(encoding="utf-8"))) <= options, page


def test_the_hook_is_the_one_that_there_is() -> None:
    (snippet,) = blocks(README, "yaml")
    hooks = re.findall(r"^- id: (\S+)$", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    for hook in hooks:
        assert re.search(rf"(?:- id:|# or) {hook}(?=[\s,])", snippet)


# --- all pages --------------------------------------------------------------------------------------------------------


def links(page: Path) -> Iterator[str]:
    yield from re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))


@each_page
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    for link in links(page):
        assert "://" in link or (page.parent / link).exists(), link


@each_page
def test_pages_name_no_rule_that_there_is_not(page: Path) -> None:
    known = {rule.code for rule in RULES} | {"PMA000", "PMA001"}
    assert set(re.findall(r"PMA\d{3}", page.read_text(encoding="utf-8"))) <= known


@each_page
def test_pages_name_no_file_that_there_is_not(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`([\w.]+/[\w./]*|[\w]+\.(?:py|md|txt|toml))`", text):
        if name not in NOT_OURS and not name.startswith("tests/fixtures/"):
            assert any((folder / name).exists() for folder in (ROOT, ROOT / "src" / "pymongo_async_lint")), name
