"""Settings: what `[tool.pymongo-async-lint]` may say, and what is said about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from pymongo_async_lint.config import ConfigError, Settings, read, read_file
from pymongo_async_lint.config.documents import keys


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def settings_in(folder: Path) -> Settings:
    found = read(folder)
    assert found is not None
    return found.settings


def test_every_key_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        [tool.pymongo-async-lint]
        select = ["PMA1", "PMA204"]
        ignore = ["PMA105"]
        preview = true
        extend-select = ["PMA301"]
        exclude = ["generated/"]
        src = ["lib"]

        [tool.pymongo-async-lint.per-file-ignores]
        "scripts/" = ["PMA2"]

        [tool.pymongo-async-lint.objects]
        "app.db:get_db" = "async.database"
        """,
    )
    assert settings_in(tmp_path) == Settings(
        select=("PMA1", "PMA204"),
        extend_select=("PMA301",),
        ignore=("PMA105",),
        per_file_ignores={"scripts/": ("PMA2",)},
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
    assert settings_in(write(tmp_path, "[tool.pymongo-async-lint]\n")) == Settings()


def test_the_table_may_be_written_in_any_way_that_toml_has(tmp_path: Path) -> None:
    assert settings_in(write(tmp_path, 'tool = { "pymongo-async-lint" = { ignore = ["PMA204"] } }')) == Settings(
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
            f" the keys are {', '.join(f'`{key.name}`' for key in keys())}",
        ),
        (
            'select = "PMA1"',
            "`select` in [tool.pymongo-async-lint] must be a list of codes or their beginnings,"
            ' such as ["PMA1", "PMA204"]',
        ),
        (
            "ignore = [101]",
            '`ignore` in [tool.pymongo-async-lint] must be a list of codes or their beginnings, such as ["PMA105"]',
        ),
        (
            "exclude = true",
            '`exclude` in [tool.pymongo-async-lint] must be a list of .gitignore patterns, such as ["old/"]',
        ),
        (
            "src = { a = 1 }",
            '`src` in [tool.pymongo-async-lint] must be a list of folders, such as ["services/api"]',
        ),
        ("preview = 1", "`preview` in [tool.pymongo-async-lint] must be true or false, such as true"),
        (
            "per-file-ignores = { a = 'PMA1' }",
            "`per-file-ignores` in [tool.pymongo-async-lint] must be a table from .gitignore patterns to lists of codes"
            ' or their beginnings, such as { "scripts/" = ["PMA2", "PMA301"] }',
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


def test_a_file_of_its_own_holds_the_keys_at_its_top(tmp_path: Path) -> None:
    path = tmp_path / "pymongo-async-lint.toml"
    path.write_text('select = ["PMA1"]\n[per-file-ignores]\n"scripts/" = ["PMA101"]\n')
    found = read(tmp_path)
    assert found is not None
    assert found.path == path
    assert found.settings == Settings(select=("PMA1",), per_file_ignores={"scripts/": ("PMA101",)})


def test_a_file_of_its_own_goes_before_the_table(tmp_path: Path) -> None:
    write(tmp_path, '[tool.pymongo-async-lint]\nignore = ["PMA1"]\n')
    (tmp_path / "pymongo-async-lint.toml").write_text('select = ["PMA2"]\n')
    assert settings_in(tmp_path) == Settings(select=("PMA2",))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("slect = []", "unknown key `slect`, did you mean `select`?"),
        ("src = 1", '`src` must be a list of folders, such as ["services/api"]'),
        ("[tool.pymongo-async-lint]", "keys stand at the top of this file, not in [tool.pymongo-async-lint]"),
        ("a = ]", "not valid TOML: Invalid value (at line 1, column 5)"),
    ],
)
def test_a_broken_file_of_its_own_is_refused_in_one_line(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "pymongo-async-lint.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read(tmp_path)
    assert str(caught.value) == complaint


def test_a_file_asked_for_by_name_may_be_either_kind(tmp_path: Path) -> None:
    (tmp_path / "strict.toml").write_text('select = ["PMA1"]\n')
    write(tmp_path, '[tool.pymongo-async-lint]\nselect = ["PMA2"]\n')
    assert read_file(tmp_path / "strict.toml").settings == Settings(select=("PMA1",))
    assert read_file(tmp_path / "pyproject.toml").settings == Settings(select=("PMA2",))


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("gone.toml", "No such file or directory"),
        (".", "a folder; name a file such as pymongo-async-lint.toml"),
        ("pyproject.toml", "there is no table [tool.pymongo-async-lint] in it"),
    ],
)
def test_a_file_asked_for_by_name_must_be_one(tmp_path: Path, name: str, complaint: str) -> None:
    write(tmp_path, "[tool.ruff]\n")
    with pytest.raises(ConfigError) as caught:
        read_file(tmp_path / name)
    assert str(caught.value) == complaint


def test_what_is_said_above_holds_and_the_rest_stays() -> None:
    project = Settings(select=("PMA1",), src=("lib",), preview=True)
    assert Settings(src=("api",)).over(project) == Settings(select=("PMA1",), src=("api",), preview=True)
    assert Settings(preview=False).over(project) == Settings(select=("PMA1",), src=("lib",), preview=False)


def test_codes_are_added_but_a_selection_starts_anew() -> None:
    project = Settings(select=("PMA1",), extend_select=("PMA201",), ignore=("PMA105", "PMA3"))
    above = Settings(extend_select=("PMA301",), ignore=("PMA2",)).over(project)
    assert (above.select, above.extend_select) == (("PMA1",), ("PMA201", "PMA301"))
    assert above.ignore == ("PMA105", "PMA3", "PMA2")
    anew = Settings(select=("PMA105",)).over(project)
    assert (anew.select, anew.extend_select, anew.ignore) == (("PMA105",), (), ("PMA3",))
