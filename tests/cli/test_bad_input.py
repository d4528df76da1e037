"""Bad input: one clear line that says what is wrong and where, the rest of the work goes on, exit status 2."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from pymongo_async_lint.capture.facts import Facts
from pymongo_async_lint.link.answers import Answers
from pymongo_async_lint.project import ProjectFiles
from pymongo_async_lint.rules.registry import Finding

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

GOOD = {
    "db.py": "from pymongo import AsyncMongoClient\ndb = AsyncMongoClient().shop\n",
    "orders.py": "from db import db\nasync def add(order):\n    db.orders.insert_one(order)\n",
}


def complaints(finished: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines on standard error, after making sure that the rest of the work was done."""
    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr
    assert "orders.py:3:5: PMA101 " in finished.stdout
    return finished.stderr.splitlines()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"import pymongo\ndef f(:\n", "bad.py:2:7: PMA001 "),
        (b"import pymongo\nprint 'x'\n", "bad.py:2:"),
        (b"import pymongo\nx = '\xff'\n", "bad.py"),
        (b"# coding: no-such\nimport pymongo\n", "bad.py"),
        (b"\x7fELF\x02\x01\x00\nimport pymongo\n\x00\xff", "bad.py"),
        (b"import pymongo\nx = 1\x00\n", "bad.py"),
        (b"\xff\xfei\x00m\x00p\x00\nimport pymongo\n", "bad.py"),
        (b"import pymongo\nx = '''\n", "bad.py"),
        (b"import pymongo\nif x:\nprint()\n", "bad.py"),
        (b"import pymongo\nx = " + b"(" * 3_000 + b")" * 3_000 + b"\n", "bad.py"),
    ],
    ids=["syntax", "python2", "encoding", "codec", "binary", "null", "utf-16", "string", "indentation", "nesting"],
)
def test_a_file_that_is_no_python_is_told(
    project: Write, check_by_process: Run, content: bytes, complaint: str
) -> None:
    finished = check_by_process(cwd=project(GOOD | {"bad.py": content}))
    (line,) = complaints(finished)
    assert line.startswith(complaint)
    assert ": PMA001 " in line
    assert len(line) < 200
    assert finished.stdout.endswith("1 problem); 1 can be fixed with --fix.\n")


def test_a_broken_file_that_was_not_asked_for_is_no_problem(project: Write, check_by_process: Run) -> None:
    finished = check_by_process("orders.py", cwd=project(GOOD | {"bad.py": "import pymongo\ndef f(:\n"}))
    assert (finished.returncode, finished.stderr) == (1, "")


def test_a_file_that_cannot_matter_is_not_judged(project: Write, check_by_process: Run) -> None:
    finished = check_by_process(
        cwd=project(GOOD | {"python2.py": "print 'x'\n", "data.py": b"\x00\xff\xfe", "empty.py": b""})
    )
    assert (finished.returncode, finished.stderr) == (1, "")


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"\f", b"# x", b"\r", b"\\\n"])
def test_nearly_empty_files_are_fine(project: Write, check_by_process: Run, content: bytes) -> None:
    finished = check_by_process(
        cwd=project(GOOD | {"almost.py": content, "almost_too.py": content + b"\nimport pymongo\n"})
    )
    assert (finished.returncode, finished.stderr) == (1, "")


def test_a_missing_file_is_told(project: Write, check_by_process: Run) -> None:
    finished = check_by_process("gone.py", "no/such/folder", ".", cwd=project(GOOD))
    assert complaints(finished) == [
        "gone.py: PMA001 No such file or directory",
        "no/such/folder: PMA001 No such file or directory",
    ]


def test_links_in_circles_are_told_if_asked_for(project: Write, check_by_process: Run) -> None:
    root = project(GOOD)
    (root / "loop.py").symlink_to(root / "loop.py")
    (root / "again").symlink_to(root, target_is_directory=True)
    assert check_by_process(cwd=root).returncode == 1
    assert complaints(check_by_process("loop.py", ".", cwd=root)) == [
        "loop.py: PMA001 Too many levels of symbolic links"
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_what_may_not_be_read_is_told(project: Write, check_by_process: Run) -> None:
    root = project(GOOD | {"secret/a.py": "", "locked.py": "import pymongo\n"})
    (root / "secret").chmod(0)
    (root / "locked.py").chmod(0)
    finished = check_by_process(cwd=root)
    (root / "secret").chmod(0o700)
    assert complaints(finished) == ["locked.py: PMA001 Permission denied", "secret: PMA001 Permission denied"]


def test_a_folder_that_cannot_be_listed_is_told(
    project: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above, for a root user too: the operating system's answer is replaced."""
    from pymongo_async_lint import checker

    root = project(GOOD | {"secret/a.py": ""})
    scandir = os.scandir

    def denied(path: str | Path) -> object:
        if Path(path).name == "secret":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    monkeypatch.chdir(root)
    result = checker.check([Path()])
    assert [(problem.path, problem.message) for problem in result.problems] == [("secret", "Permission denied")]
    assert len(result.findings) == 1
    assert checker.check([Path("orders.py")]).problems == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "[tool.pymongo-async-lint]\nslect = []\n",
            "unknown key `slect` in [tool.pymongo-async-lint], did you mean `select`?",
        ),
        ("[tool.pymongo-async-lint]\nselect = 1\n", "`select` in [tool.pymongo-async-lint] must be a list of codes"),
        ("[tool.pymongo-async-lint]\nselect = ]\n", "not valid TOML: "),
        ('[tool.pymongo-async-lint]\nselect = ["PMX1"]\n', "`select`: no rule has a code that begins with `PMX1`"),
        ('[tool.pymongo-async-lint]\nignore = ["pma101"]\n', "`ignore`: no rule has a code that begins with `pma101`"),
        ('[tool.pymongo-async-lint]\nexclude = ["!"]\n', "`exclude`: "),
    ],
)
def test_broken_settings_are_told(project: Write, check_by_process: Run, text: str, complaint: str) -> None:
    root = project(
        {"one/pyproject.toml": text, "one/a.py": "import pymongo\n", **{f"two/{k}": v for k, v in GOOD.items()}}
    )
    (root / "two" / ".git").mkdir()
    (line,) = complaints(check_by_process("one", "two", cwd=root))
    assert line.startswith(f"one/pyproject.toml: PMA001 {complaint}")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--no-such-option"], "No such option"),
        (["--format", "xml"], "'xml' is not one of 'text', 'concise', 'statistics'"),
        (["--select", "PMA9999"], "no rule has a code that begins with `PMA9999`"),
        (["--ignore", "E501"], "no rule has a code that begins with `E501`"),
        (["--select", "PMA110,PMA11O"], "no rule has a code that begins with `PMA11O`, did you mean `PMA1"),
    ],
)
def test_a_bad_option_is_refused(project: Write, check_by_process: Run, arguments: list[str], complaint: str) -> None:
    finished = check_by_process(*arguments, cwd=project(GOOD))
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert complaint in finished.stderr
    assert "Traceback" not in finished.stderr


def test_an_unknown_command_is_refused(run: Run, tmp_path: Path) -> None:
    finished = run("pymongo_async_lint", "chekc", cwd=tmp_path)
    assert finished.returncode == 2
    assert "No such command 'chekc'" in finished.stderr


def test_a_path_that_is_no_unicode_does_no_harm(project: Write, check_by_process: Run) -> None:
    root = project(GOOD)
    (root / os.fsdecode(b"caf\xe9.py")).write_text(GOOD["orders.py"])
    for form in ("text", "json"):
        finished = check_by_process("--format", form, cwd=root)
        assert (finished.returncode, finished.stderr) == (1, "")
        assert "caf" in finished.stdout


def test_settings_are_judged_even_where_no_file_can_matter(project: Write, check_by_process: Run) -> None:
    root = project({"pyproject.toml": '[tool.pymongo-async-lint]\nselect = ["PMX1"]\n', "a.py": "import os\n"})
    finished = check_by_process(cwd=root)
    assert finished.returncode == 2
    assert finished.stderr.startswith("pyproject.toml: PMA001 `select`: ")
    (root / "pyproject.toml").write_text('[tool.pymongo-async-lint]\nselect = ["PMA1"]\n')
    assert check_by_process(cwd=root).returncode == 0


def test_a_closed_standard_input_is_told(project: Write) -> None:
    command = f'"{sys.executable}" -m pymongo_async_lint check - <&-'
    finished = subprocess.run(command, shell=True, cwd=project(GOOD), capture_output=True, text=True)
    assert finished.returncode == 2
    assert "the standard input can't be read" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_file_that_goes_away_is_told(project: Write) -> None:
    root = project(GOOD)
    files = ProjectFiles(root)
    (root / "db.py").unlink()
    assert files.relevant() == ()
    assert files.facts("db.py") is None
    assert [problem.message for problem in files.problems] == ["No such file or directory"]


def test_a_mistake_of_ours_in_reading_a_file_is_told(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from pymongo_async_lint import capture, checker

    def capture_or_fail(text: str) -> Facts:
        if "cursed" in text:
            raise IndexError(text)
        return genuine(text)

    genuine = capture.capture
    monkeypatch.setattr(capture, "capture", capture_or_fail)
    monkeypatch.chdir(project(GOOD | {"cursed.py": "import pymongo\ncursed = 1\n"}))
    result = checker.check([Path()])
    assert len(result.findings) == 1
    assert [(problem.path, problem.code) for problem in result.problems] == [("cursed.py", "PMA000")]
    assert "cursed =" not in result.problems[0].message


def break_rules(monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    """Rules that fail as long as cursed.py is there, while a variable called `module` holds the given."""
    from pymongo_async_lint.rules import registry

    findings_of = registry.findings_of

    def look(module: object) -> None:
        raise KeyError("s3cret")

    def cursed(answers: Answers, paths: frozenset[str], codes: frozenset[str]) -> list[Finding]:
        if answers.project.files.facts("cursed.py") is not None:
            look(module)
        return findings_of(answers, paths, codes)

    monkeypatch.setattr(registry, "findings_of", cursed)


def test_a_mistake_of_ours_is_told_and_costs_one_file_only(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from pymongo_async_lint import checker

    monkeypatch.chdir(project(GOOD | {"cursed.py": "import pymongo\n"}))
    break_rules(monkeypatch, SimpleNamespace(path="cursed.py"))
    result = checker.check([Path("orders.py")])
    assert [finding.place.path for finding in result.findings] == ["orders.py"]
    (problem,) = result.problems
    assert (problem.path, problem.code) == ("cursed.py", "PMA000")
    assert problem.message.startswith("internal error, please report it: KeyError in test_bad_input.look, line ")
    assert "s3cret" not in problem.message


def test_a_mistake_of_ours_without_a_file_is_told_too(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from pymongo_async_lint import checker

    monkeypatch.chdir(project(GOOD | {"cursed.py": "import pymongo\n"}))
    break_rules(monkeypatch, SimpleNamespace(path="elsewhere.py"))
    result = checker.check([Path()])
    assert result.findings == ()
    assert [(problem.path, problem.code) for problem in result.problems] == [(".", "PMA000")]
