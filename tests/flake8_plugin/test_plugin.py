"""The plugin in a real flake8: the same findings as `check`, in every way that flake8 is run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from pathlib import Path

import pytest

Write = Callable[[Mapping[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Findings = list[tuple[str, int, int, str]]

SHOP = {
    "app/__init__.py": "",
    "app/db.py": """
        from pymongo import AsyncMongoClient

        client = AsyncMongoClient()
        db = client.shop
        """,
    "app/services/orders.py": """
        from app.db import db

        NAME = "日本"; orders = db.orders


        async def add(order):
        \torders.insert_one(order)


        async def add_all(orders_given):
            orders.insert_many(
                orders_given,
            )
            orders.drop()  # noqa: PMA101
        """,
    "app/services/users.py": "from ..db import db\r\n\r\n\r\nasync def drop():\r\n    x = 'ü'; db.users.drop()\r\n",
    "app/services/marked.py": "\ufefffrom ..db import db\n\n\nasync def drop():\n    db.users.drop()\n",
    "app/services/latin.py": "# coding: latin-1\nfrom ..db import db\nX = 'ü'\n\n\nasync def drop():\n    x = 'ü'; db.users.drop()\n".encode(
        "latin-1"
    ),
    "tests/none.py": "import os\n",
}


def of_flake8(finished: subprocess.CompletedProcess[str]) -> Findings:
    assert finished.stderr == ""
    findings = []
    for line in finished.stdout.splitlines():
        path, row, column, message = line.split(":", 3)
        findings.append((path.removeprefix("./"), int(row), int(column), message.strip()))
    return sorted(findings)


def of_check(finished: subprocess.CompletedProcess[str]) -> Findings:
    assert finished.stderr == ""
    return sorted(
        (finding["path"], finding["line"], finding["column"], f"{finding['code']} {finding['message']}")
        for finding in json.loads(finished.stdout)["findings"]
    )


def test_the_same_findings_as_check(project: Write, flake8: Run, check: Run) -> None:
    root = project(SHOP)
    expected = of_check(check("--format", "json", cwd=root))
    assert [(path, line, column) for path, line, column, _ in expected] == [
        ("app/services/latin.py", 7, 14),
        ("app/services/marked.py", 5, 5),
        ("app/services/orders.py", 8, 2),
        ("app/services/orders.py", 12, 5),
        ("app/services/users.py", 5, 14),
    ]
    for jobs in ("1", "2"):
        assert of_flake8(flake8("--jobs", jobs, ".", cwd=root)) == expected


def test_one_file_is_enough_to_know_its_project(project: Write, flake8: Run, check: Run) -> None:
    root = project(SHOP)
    expected = of_check(check("--format", "json", "app/services/orders.py", cwd=root))
    assert len(expected) == 2
    assert of_flake8(flake8("app/services/orders.py", cwd=root)) == expected
    inside = of_flake8(flake8("orders.py", cwd=root / "app" / "services"))
    assert inside == [("orders.py", line, column, message) for _, line, column, message in expected]


def test_suppression_is_flake8s_own_business(project: Write, flake8: Run) -> None:
    shown = of_flake8(flake8("--disable-noqa", "app/services/orders.py", cwd=project(SHOP)))
    assert [line for _, line, _, _ in shown] == [8, 12, 15]


@pytest.mark.parametrize("name", ["app/services/orders.py", "app/services/latin.py", "app/services/users.py"])
def test_standard_input_stands_for_its_file(project: Write, flake8: Run, name: str) -> None:
    root = project(SHOP)
    content = (root / name).read_bytes()
    expected = [(line, column, message) for _, line, column, message in of_flake8(flake8(name, cwd=root))]
    assert expected

    def shown(stdin: bytes) -> list[tuple[int, int, str]]:
        finished = flake8("--stdin-display-name", name, "-", cwd=root, stdin=stdin)
        return [(line, column, message) for _, line, column, message in of_flake8(finished)]

    assert shown(content) == expected
    (root / name).write_text("")
    assert shown(content) == expected
    first, rest = content.split(b"\n", 1)
    moved = shown(first + b"\n\n\n" + rest)
    assert moved == [(line + 2, column, message) for line, column, message in expected]


def test_standard_input_may_be_a_new_file(project: Write, flake8: Run) -> None:
    root = project(SHOP)
    stdin = "from app.db import db\nasync def f(order):\n    db.orders.insert_one(order)\n"
    (finding,) = of_flake8(flake8("--stdin-display-name", "app/new.py", "-", cwd=root, stdin=stdin))
    assert finding[:3] == ("app/new.py", 3, 5)


def test_standard_input_may_declare_an_encoding_that_nobody_knows(project: Write, flake8: Run) -> None:
    stdin = "# coding: no-such\nimport pymongo\n"
    ((_, line, _, message),) = of_flake8(flake8("--stdin-display-name", "a.py", "-", cwd=project(SHOP), stdin=stdin))
    assert (line, message[:7]) == (1, "PMA001 ")


def test_settings_of_the_project_count(project: Write, flake8: Run) -> None:
    root = project(SHOP | {"pyproject.toml": '[tool.pymongo-async-lint]\nexclude = ["orders.py"]\n'})
    paths = {path for path, _, _, _ in of_flake8(flake8(".", cwd=root))}
    assert paths == {"app/services/latin.py", "app/services/marked.py", "app/services/users.py"}


def test_what_git_ignores_is_no_part_of_the_project(project: Write, flake8: Run, check: Run) -> None:
    root = project(SHOP | {".gitignore": "users.py\n"})
    assert of_flake8(flake8(".", cwd=root)) == of_check(check("--format", "json", cwd=root))


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ("slect = []", "pyproject.toml: unknown key `slect` in [tool.pymongo-async-lint], did you mean `select`?"),
        ('select = ["PMAX"]', "no rule has a code that begins with `PMAX`"),
        ('objects = { "sdk:db" = "async.databse" }', "there is no `databse`, did you mean `database`?"),
        ('baseline = "gone.json"', "gone.json: there is no such baseline; `pymongo-async-lint baseline` makes it"),
    ],
)
def test_broken_settings_are_told_in_one_line(project: Write, flake8: Run, settings: str, complaint: str) -> None:
    """Before any file is checked: the pool of processes could hang."""
    root = project(SHOP | {"pyproject.toml": f"[tool.pymongo-async-lint]\n{settings}\n"})
    finished = flake8("--jobs", "2", ".", cwd=root)
    assert finished.returncode == 1
    assert complaint in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr


def test_broken_settings_of_a_project_below_are_told_in_its_files(project: Write, flake8: Run) -> None:
    """An exception there would come out of one of flake8's processes, and at times leave the others waiting."""
    root = project(
        {f"shop/{path}": text for path, text in SHOP.items()}
        | {"shop/pyproject.toml": "[tool.pymongo-async-lint]\nslect = []\n", "other.py": "x = 1\n"}
    )
    result = flake8("--select", "PMA", "--jobs", "2", ".", cwd=root)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert len(lines) == len(SHOP)
    assert all("PMA001" in line and "unknown key `slect`" in line for line in lines)
    assert "Traceback" not in result.stderr


def test_a_file_that_only_python_can_parse_is_told(project: Write, flake8: Run) -> None:
    pattern = "[" * 20 + "x" + "]" * 20
    root = project(SHOP | {"deep.py": f"import pymongo\n\nmatch pymongo:\n    case {pattern}:\n        pass\n"})
    ((path, line, _, message),) = of_flake8(flake8("deep.py", cwd=root))
    assert (path, line, message[:7]) == ("deep.py", 4, "PMA001 ")


def test_a_project_without_a_driver_costs_no_parse(project: Write, tmp_path: Path) -> None:
    root = project({f"m{number}.py": "import os\n" for number in range(3)})
    program = (
        "import ast, sys; from argparse import Namespace; from pymongo_async_lint.flake8 import Plugin;"
        "options = Namespace(filenames=['.']);"
        "assert [*Plugin(ast.parse(''), 'm1.py', [], options).run()] == [];"
        "heavy = {'libcst', 'tomllib', 'pymongo_async_lint.link.project', 'pymongo_async_lint.rules.registry'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True)


def lines_of(finished: subprocess.CompletedProcess[str]) -> list[tuple[str, int]]:
    return [(path, line) for path, line, _, _ in of_flake8(finished)]


DECLARED = {
    "app/orders.py": "from sdk import get_db\nimport pymongo\n\nasync def f():\n    get_db().orders.drop()\n",
    "app/legacy.py": "from pymongo import AsyncMongoClient\n\nasync def f():\n    AsyncMongoClient().close()\n",
}


def test_flake8s_options_go_over_the_settings_of_the_project(project: Write, flake8: Run, tmp_path: Path) -> None:
    root = project(DECLARED | {"pymongo-async-lint.toml": 'exclude = ["orders.py"]'})
    assert lines_of(flake8(".", cwd=root)) == [("app/legacy.py", 4)]
    options = ("--pma-objects", "sdk:get_db=async.database", "--pma-exclude", "legacy.py,old/")
    assert lines_of(flake8(*options, ".", cwd=root)) == [("app/orders.py", 5)]
    with (tmp_path / "flake8.cfg").open("a") as config:
        config.write("pma-objects =\n  sdk:get_db=async.database\npma-exclude = legacy.py\n")
    for jobs in ("1", "2"):
        assert lines_of(flake8("--jobs", jobs, ".", cwd=root)) == [("app/orders.py", 5)]


def test_flake8_may_name_the_file_with_the_settings(project: Write, flake8: Run) -> None:
    root = project(DECLARED | {"strict.toml": '[objects]\n"sdk:get_db" = "async.database"\n', "bad.toml": "src = 1"})
    assert len(lines_of(flake8("--pma-config", "strict.toml", ".", cwd=root))) == 2
    finished = flake8("--pma-config", "bad.toml", ".", cwd=root)
    assert "bad.toml: `src` must be a list of folders" in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr


def test_an_option_that_means_nothing_is_told_in_one_line(project: Write, flake8: Run) -> None:
    finished = flake8("--pma-objects", "sdk:get_db", ".", cwd=project(DECLARED))
    assert finished.returncode == 1
    assert "pma-objects must be a list such as app.db:get_db=async.database" in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr


def test_codes_that_flake8_selects_are_selected(project: Write, flake8: Run) -> None:
    root = project(DECLARED | {"pymongo-async-lint.toml": 'ignore = ["PMA101"]'})
    assert lines_of(flake8(".", cwd=root)) == []
    assert lines_of(flake8("--extend-select", "PMA101", ".", cwd=root)) == [("app/legacy.py", 4)]


@pytest.mark.skipif(not entry_points(group="flake8.extension", name="PMA"), reason="needs the installed package")
def test_flake8_finds_the_plugin_by_itself(run: Run, tmp_path: Path) -> None:
    assert "pymongo-async-lint: " in run("flake8", "--version", cwd=tmp_path, COLUMNS="500").stdout
