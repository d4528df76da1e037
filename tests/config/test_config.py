"""Settings: what `[tool.pymongo-async-lint]` may say, and what is said about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from pymongo_async_lint.config import ConfigError, Settings, read


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_key_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        [tool.pymongo-async-lint]
        select = ["PMA1", "PMA204"]
        ignore = ["PMA105"]
        preview = true
        exclude = ["generated/"]
        src = ["lib"]

        [tool.pymongo-async-lint.objects]
        "app.db:get_db" = "async.database"
        """,
    )
    assert read(tmp_path) == Settings(
        select=("PMA1", "PMA204"),
        ignore=("PMA105",),
        preview=True,
        exclude=("generated/",),
        src=("lib",),
        objects={"app.db:get_db": "async.database"},
    )


@pytest.mark.parametrize("text", ["", "[tool.ruff]\n", '[project]\nname = "pymongo-async-lint"\n'])
def test_a_file_without_our_table_says_nothing(tmp_path: Path, text: str) -> None:
    assert read(write(tmp_path, text)) is None


def test_a_folder_without_a_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) is None


def test_an_empty_table_means_the_defaults(tmp_path: Path) -> None:
    assert read(write(tmp_path, "[tool.pymongo-async-lint]\n")) == Settings()


def test_the_table_may_be_written_in_any_way_that_toml_has(tmp_path: Path) -> None:
    assert read(write(tmp_path, 'tool = { "pymongo-async-lint" = { ignore = ["PMA204"] } }')) == Settings(
        ignore=("PMA204",)
    )


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("slect = []", "unknown key `slect` in [tool.pymongo-async-lint], did you mean `select`?"),
        ("excluded = []", "unknown key `excluded` in [tool.pymongo-async-lint], did you mean `exclude`?"),
        (
            "zzz = 1",
            "unknown key `zzz` in [tool.pymongo-async-lint];"
            " the keys are `select`, `ignore`, `preview`, `exclude`, `src`, `objects`",
        ),
        (
            'select = "PMA1"',
            "`select` in [tool.pymongo-async-lint] must be a list of codes or their beginnings,"
            ' such as ["PMA1", "PMA204"]',
        ),
        (
            "ignore = [101]",
            "`ignore` in [tool.pymongo-async-lint] must be a list of codes or their beginnings,"
            ' such as ["PMA1", "PMA204"]',
        ),
        (
            "exclude = true",
            '`exclude` in [tool.pymongo-async-lint] must be a list of .gitignore patterns, such as ["generated/"]',
        ),
        (
            "src = { a = 1 }",
            '`src` in [tool.pymongo-async-lint] must be a list of folders that imports start from, such as ["src"]',
        ),
        (
            'objects = ["app.db:get_db"]',
            '`objects` in [tool.pymongo-async-lint] must be a table from "module:name" to what it is,'
            ' such as { "app.db:get_db" = "async.database" }',
        ),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(tmp_path: Path, table: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(write(tmp_path, f"[tool.pymongo-async-lint]\n{table}\n"))
    assert str(caught.value) == complaint
    assert caught.value.path == tmp_path / "pyproject.toml"


def test_a_file_that_is_not_toml_is_refused_where_it_speaks_of_us(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"not valid TOML: .*line 2"):
        read(write(tmp_path, "[tool.pymongo-async-lint]\nselect = ]\n"))


def test_another_tools_broken_file_is_not_our_business(tmp_path: Path) -> None:
    assert read(write(tmp_path, "[tool.other\n")) is None


@pytest.mark.parametrize("text", ['tool = "pymongo-async-lint"', '[tool]\nx = "pymongo-async-lint"'])
def test_the_word_alone_is_no_table(tmp_path: Path, text: str) -> None:
    assert read(write(tmp_path, text)) is None


def test_our_key_must_hold_a_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"`tool\.pymongo-async-lint` must be a table"):
        read(write(tmp_path, "[tool]\npymongo-async-lint = 1\n"))


def test_a_runs_settings_go_over_the_projects() -> None:
    project = Settings(select=("PMA1",), ignore=("PMA105",), exclude=("old/",))
    assert Settings(select=("PMA2",)).over(project) == Settings(select=("PMA2",), ignore=("PMA105",), exclude=("old/",))
    assert Settings().over(project) == project
