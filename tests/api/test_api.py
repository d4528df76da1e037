"""The Python API, as other tools use it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest

import pymongo_async_lint as lint
from pymongo_async_lint.report import FORMATS

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]

ORDERS = "from app.db import db\n\n\nasync def add(order):\n    db.orders.insert_one(order)\n"
SHOP = {
    "app/__init__.py": "",
    "app/db.py": "from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n",
    "app/orders.py": ORDERS,
}


def spots(result: lint.Result) -> list[tuple[str, int, int, str]]:
    return [(finding.path, finding.line, finding.column, finding.code) for finding in result.findings]


def test_a_finding_says_what_and_where(project: Write) -> None:
    root = project(SHOP)
    result = lint.check(root)
    assert (result.root, result.files, result.suppressed, result.problems) == (root, 3, 0, ())
    (finding,) = result.findings
    assert isinstance(finding, lint.Finding)
    assert (finding.code, finding.name, finding.severity) == ("PMA101", "unawaited-call", "error")
    assert (finding.path, finding.line, finding.column) == ("app/orders.py", 5, 5)
    assert (finding.end_line, finding.end_column) == (5, 32)
    assert finding.message.startswith("`db.orders.insert_one()` is never awaited")
    assert (result.root / finding.path).read_text().splitlines()[finding.line - 1].strip().startswith("db.orders")
    (related,) = finding.related
    assert isinstance(related, lint.Related)
    assert (related.path, related.line, related.message) == ("app/db.py", 3, "the `AsyncMongoClient` is made here")
    assert (finding.url, len(finding.fingerprint)) == (None, 32)
    assert repr(result) == "<Result: 1 findings, 0 problems, 3 files>"


@pytest.mark.parametrize("form", [str, Path, lambda path: [path], lambda path: iter([path / "app/orders.py"])])
def test_paths_may_be_given_in_many_ways(project: Write, form: Callable[[Path], object]) -> None:
    assert spots(lint.check(form(project(SHOP)))) == [("app/orders.py", 5, 5, "PMA101")]  # type: ignore[arg-type]


def test_paths_do_not_depend_on_the_working_directory(
    project: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project(SHOP)
    monkeypatch.chdir(root / "app")
    inside = lint.check("orders.py")
    monkeypatch.chdir(tmp_path)
    outside = lint.check(root)
    assert (inside.root, inside.findings) == (outside.root, outside.findings) == (root, inside.findings)


def test_settings_go_over_those_of_the_project(project: Write) -> None:
    root = project(SHOP | {"pyproject.toml": '[tool.pymongo-async-lint]\nignore = ["PMA101"]\n'})
    assert spots(lint.check(root)) == []
    assert len(spots(lint.check(root, lint.Settings(select=("PMA101",), ignore=("PMA102",))))) == 1
    assert spots(lint.check(root, lint.Settings(select=["PMA2"]))) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (lint.Settings(select=("PMA111", "PMA999")), "settings: no rule has a code that begins with `PMA999`"),
        (lint.Settings(per_file_ignores={"x/": ("PMA8",)}), "settings: no rule has a code that begins with `PMA8`"),
        (lint.Settings(ignore="PMA1"), "settings: Expected `array`, got `str` - at `$.ignore`"),  # type: ignore[arg-type]
        (lint.Settings(preview="yes"), "settings: Expected `bool | null`, got `str` - at `$.preview`"),  # type: ignore[arg-type]
    ],
)
def test_settings_that_mean_nothing_are_refused(project: Write, settings: lint.Settings, complaint: str) -> None:
    with pytest.raises(ValueError) as caught:
        lint.check(project(SHOP), settings)
    assert str(caught.value).startswith(complaint)


def test_bad_input_is_told_and_the_rest_goes_on(project: Write) -> None:
    root = project(SHOP | {"bad.py": "import pymongo\ndef f(:\n"})
    result = lint.check([root, root / "gone.py"])
    assert len(result.findings) == 1
    assert [(problem.path, problem.line, problem.code) for problem in result.problems] == [
        ("bad.py", 2, "PMA001"),
        ("gone.py", None, "PMA001"),
    ]
    assert all(isinstance(problem, lint.Problem) and problem.message for problem in result.problems)


@pytest.mark.parametrize(
    "content", [ORDERS.replace("    db", "    await db"), b"", ORDERS.encode("utf-8") + b"    db.x.drop()\n"]
)
def test_contents_stand_for_files(project: Write, content: str | bytes) -> None:
    root = project(SHOP)
    result = lint.check(root, contents={root / "app/orders.py": content})
    text = content.encode() if isinstance(content, str) else content
    assert len(result.findings) == text.count(b"    db.")


def test_nothing_to_say(project: Write) -> None:
    result = lint.check(project({"a.py": "import os\n"}))
    assert (result.findings, result.problems, result.files) == ((), (), 1)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_that_of_the_command(
    project: Write, check: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    root = project(SHOP)
    shown = check("--format", form, cwd=root)
    monkeypatch.chdir(root)
    assert lint.check(".").render(form) == shown.stdout


def test_a_format_that_there_is_not(project: Write) -> None:
    with pytest.raises(ValueError, match="no format is called 'xml'; there are text, concise, statistics"):
        lint.check(project(SHOP)).render("xml")


def test_findings_can_be_sent_elsewhere(project: Write) -> None:
    (finding,) = lint.check(project(SHOP)).findings
    assert msgspec.json.decode(msgspec.json.encode(finding), type=lint.Finding) == finding
    assert hash(finding)


def test_importing_the_package_imports_nothing_else(tmp_path: Path) -> None:
    program = (
        "import sys; before = set(sys.modules); import pymongo_async_lint;"
        "new = {name for name in set(sys.modules) - before if name.partition('.')[0] not in sys.stdlib_module_names};"
        "assert new == {'pymongo_async_lint'}, new;"
        "assert {'check', 'Result', '__version__'} <= set(dir(pymongo_async_lint));"
        "assert not hasattr(pymongo_async_lint, 'nothing')"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


def test_users_get_types(tmp_path: Path) -> None:
    (tmp_path / "tool.py").write_text(
        "import pymongo_async_lint as lint\n"
        "result = lint.check(['.'], lint.Settings(select=('PMA1',)))\n"
        "reveal_type(result)\n"
        "for finding in result.findings:\n"
        "    reveal_type(finding)\n"
        "    print(finding.wrong)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "tool.py"],
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(Path(lint.__file__).parents[1])},
        capture_output=True,
        text=True,
    )
    assert 'Revealed type is "pymongo_async_lint.api.Result"' in finished.stdout
    assert 'Revealed type is "pymongo_async_lint.report.records.Finding"' in finished.stdout
    assert '"Finding" has no attribute "wrong"' in finished.stdout
    assert "Found 1 error in 1 file" in finished.stdout, finished.stdout


PAGE = Path(__file__).parents[2] / "docs" / "api.md"
EXAMPLES = re.findall(
    r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize(("program", "output"), EXAMPLES)
def test_the_examples_of_the_page_print_what_it_says(program: str, output: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PAGE.parents[1],
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert (finished.stdout, finished.stderr) == (output, "")


def test_the_page_names_every_attribute() -> None:
    named = set(re.findall(r"`(\w+)(?:\(\w+\))?`", PAGE.read_text("utf-8")))
    for record in (lint.Finding, lint.Related, lint.Fix, lint.Problem):
        assert set(record.__struct_fields__) <= named | {"kind", "is_safe"}
    assert {name for name in vars(lint.api.Result) | lint.Result.__annotations__ if name[0] != "_"} <= named
    assert set(lint.__all__) - {"__version__"} <= named
