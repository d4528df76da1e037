"""Comments that hide nothing: what is taken out of them, and what stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pymongo_async_lint.checker import check
from pymongo_async_lint.rules.registry import CODES
from pymongo_async_lint.suppress.noqa import Noqa
from pymongo_async_lint.suppress.unused import without

HEAD = "from pymongo import AsyncMongoClient\nusers = AsyncMongoClient().shop.users\n\n\nasync def f():\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x  # noqa: PMA101\n", "x\n"),
        ("x  # noqa: PMA101", "x"),
        ("x\t#  comment # noqa: PMA101\r\ny\r\n", "x\t#  comment\r\ny\r\n"),
        ("x  # noqa: PMA101 since it has to\n", "x\n"),
        ("x  # noqa: PMA101  # type: ignore\n", "x  # type: ignore\n"),
        ("    # noqa: PMA101\nx\n", "x\n"),
        ("    # noqa: PMA101\r\nx\n", "x\n"),
        ("    # noqa: PMA101", ""),
        ("x  # noqa: E501, PMA101\n", "x  # noqa: E501\n"),
        ("x  # noqa:PMA101,E501 long\n", "x  # noqa:E501 long\n"),
        ("x  # noqa: E501 PMA101, B008\n", "x  # noqa: E501, B008\n"),
        ("x  # noqa: PMA101, E501,PMA103, B008\n", "x  # noqa: E501, B008\n"),
        ("x = '''\n# noqa'''\ny  # noqa: PMA101\n", "x = '''\n# noqa'''\ny\n"),
    ],
)
def test_names_are_taken_out(before: str, after: str) -> None:
    *_, comment = Noqa(before).comments()
    names = [name for name in comment.names if name.text.startswith("PMA")]
    assert [before[name.start : name.end] for name in names] == [name.text for name in names]
    start, end, text = without(before, comment, names)
    assert before[:start] + text + before[end:] == after


def test_the_place_is_the_comment_itself(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{HEAD}    await users.drop()  # noqa: PMA101 as it was\n")
    result = check([tmp_path])
    (finding,) = result.findings
    assert (finding.code, finding.message) == ("PMA002", "`# noqa: PMA101` suppresses nothing; remove it")
    (text,) = result.sources.values()
    assert text[finding.place.start : finding.place.end] == "# noqa: PMA101"


def test_an_unknown_code_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{HEAD}    users.drop()  # noqa: PMA101, PMA999\n")
    (finding,) = check([tmp_path]).findings
    assert finding.message == (
        "`# noqa: PMA999` suppresses nothing, as no rule has a code that begins with `PMA999`; remove it"
    )


def test_without_comments_there_are_none_to_judge(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{HEAD}    users.drop()  # noqa: PMA101\n    await users.drop()  # noqa: PMA101\n")
    result = check([tmp_path])
    assert ([finding.code for finding in result.findings], result.suppressed) == (["PMA002"], 1)
    result = check([tmp_path], noqa=False)
    assert ([finding.code for finding in result.findings], result.suppressed) == (["PMA101"], 0)


def test_a_file_that_cannot_be_parsed_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"{HEAD}    await users.drop(  # noqa: PMA101\n")
    result = check([tmp_path])
    assert not result.findings
    assert len(result.problems) == 1


RUFF = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")


@pytest.mark.skipif(RUFF is None, reason="needs ruff")
def test_ruff_keeps_our_codes_if_told_as_the_docs_say(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "suppression.md").read_text(encoding="utf-8")
    settings = page.split("```toml\n")[1].split("```")[0]
    assert RUFF is not None

    def complaints() -> str:
        command = [
            RUFF,
            "check",
            "--extend-select",
            "RUF100,RUF102",
            "--output-format",
            "concise",
            "--no-cache",
            "a.py",
        ]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout

    (tmp_path / "a.py").write_text("".join(f"x = 1  # noqa: {code}\n" for code in sorted(CODES)))
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\npreview = true\n")
    assert complaints().count("a.py:") == len(CODES)
    (tmp_path / "pyproject.toml").write_text(f"[tool.ruff]\npreview = true\n{settings}")
    assert "a.py:" not in complaints()
