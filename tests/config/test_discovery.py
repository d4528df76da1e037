"""Which files a project has, and which project a file has."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pymongo_async_lint.config import ConfigError
from pymongo_async_lint.discovery import Patterns, Roots, walk

Write = Callable[[Mapping[str, "str | bytes"]], Path]


def files(root: Path, *exclude: str, start: str = "") -> list[str]:
    return walk(root, Patterns(exclude), Roots(), start).files


def test_python_files_are_found_everywhere_and_sorted(project: Write) -> None:
    root = project({"b.py": "", "a/c.py": "", "a/b/d.py": "", "a/readme.md": "", "a/stub.pyi": ""})
    assert files(root) == ["a/b/d.py", "a/c.py", "b.py"]


def test_what_others_put_there_is_left_out(project: Write) -> None:
    root = project(
        {
            "app.py": "",
            "node_modules/x/y.py": "",
            ".git/hooks/z.py": "",
            ".venv/lib/a.py": "",
            "my env/pyvenv.cfg": "",
            "my env/lib/b.py": "",
            "conda/conda-meta/history": "",
            "conda/lib/c.py": "",
            "__pycache__/d.py": "",
            "build/lib/e.py": "",
            "dist/f.py": "",
        }
    )
    assert files(root) == ["app.py"]


def test_a_package_may_be_called_build(project: Write) -> None:
    root = project({"app/build/__init__.py": "", "app/build/steps.py": ""})
    assert files(root) == ["app/build/__init__.py", "app/build/steps.py"]


def test_gitignore_counts_with_nested_files_and_exceptions(project: Write) -> None:
    root = project(
        {
            ".gitignore": "gen_*.py\n/local/\n# comment\n!\n!gen_kept.py\n",
            "gen_a.py": "",
            "gen_kept.py": "",
            "local/x.py": "",
            "app/local/y.py": "",
            "app/.gitignore": "!gen_b.py\nsecret.py\n",
            "app/gen_b.py": "",
            "app/secret.py": "",
            "secret.py": "",
        }
    )
    assert files(root) == ["app/gen_b.py", "app/local/y.py", "gen_kept.py", "secret.py"]


def test_a_root_inside_of_a_repository_obeys_the_files_above_it(project: Write) -> None:
    root = project(
        {
            ".gitignore": "/services/api/generated/\n*_pb2.py\n",
            "services/.gitignore": "old.py\n",
            "services/api/generated/a.py": "",
            "services/api/old.py": "",
            "services/api/x_pb2.py": "",
            "services/api/main.py": "",
        }
    )
    assert files(root / "services" / "api") == ["main.py"]


def test_exclude_has_the_last_word(project: Write) -> None:
    root = project({"app/a.py": "", "app/generated/b.py": "", "tests/c.py": ""})
    assert files(root, "generated/", "/tests") == ["app/a.py"]
    assert files(root, "generated/", start="app/generated") == []


def test_a_pattern_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="`exclude`"):
        Patterns(("!",))


def test_a_folder_asked_for_by_name_is_looked_into(project: Write) -> None:
    root = project({".gitignore": "scratch/\n", "scratch/a.py": "", "scratch/b/c.py": "", "build/d.py": ""})
    assert files(root) == []
    assert files(root, start="scratch") == ["scratch/a.py", "scratch/b/c.py"]
    assert files(root, start="build") == ["build/d.py"]


def test_links_in_circles_end(project: Write) -> None:
    root = project({"app/a.py": ""})
    (root / "app" / "again").symlink_to(root / "app", target_is_directory=True)
    (root / "app" / "self.py").symlink_to(root / "app" / "self.py")
    (root / "app" / "gone.py").symlink_to(root / "nowhere.py")
    assert files(root) == ["app/a.py"]


def test_what_is_no_regular_file_is_left_out(project: Write) -> None:
    root = project({"a.py": "", "folder.py/b.py": ""})
    os.mkfifo(root / "pipe.py")
    assert files(root) == ["a.py", "folder.py/b.py"]


PATTERNS = st.lists(
    st.sampled_from(
        ["a", "b", "a/", "/a", "*.py", "/*.py", "a/*.py", "b/**", "**/b", "!a.py", "!b/", "!/a/b", "a*", "?.py"]
    ),
    max_size=4,
)
TREE = ("a.py", "b.py", "a/a.py", "a/b.py", "a/b/a.py", "b/a.py", "b/a/b.py", "b/b/b.py")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(top=PATTERNS, nested=PATTERNS)
def test_git_agrees(tmp_path_factory: pytest.TempPathFactory, top: list[str], nested: list[str]) -> None:
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for name in TREE:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / ".gitignore").write_text("\n".join(top))
    (root / "b" / ".gitignore").write_text("\n".join(nested))
    listed = subprocess.run(
        ["git", "-c", "core.excludesFile=", "-C", str(root), "ls-files", "-o", "--exclude-standard", "*.py"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert files(root) == sorted(listed.stdout.split())


def test_the_nearest_settings_make_a_root(project: Write) -> None:
    root = project(
        {"pyproject.toml": "[tool.pymongo-async-lint]\n", "api/pyproject.toml": "[tool.ruff]\n", "api/a.py": ""}
    )
    (root / "api" / ".git").mkdir()
    assert Roots().of(root / "api") == root


def test_a_project_inside_of_another_is_no_part_of_it(project: Write) -> None:
    root = project(
        {
            "a.py": "",
            "shop/pyproject.toml": "[tool.pymongo-async-lint]\n",
            "shop/b.py": "",
            "bank/pyproject.toml": "[tool.ruff]\n",
            "bank/c.py": "",
        }
    )
    met = walk(root, Patterns(()), Roots())
    assert (met.files, met.projects) == (["a.py", "bank/c.py"], ["shop"])


def test_else_the_nearest_repository_is_the_root(project: Write) -> None:
    root = project({"api/deep/a.py": ""})
    assert Roots().of(root / "api" / "deep") == root


def test_else_it_is_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here" / "below").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert Roots().of(tmp_path / "here" / "below") == tmp_path / "here"
    assert Roots().of(tmp_path / "elsewhere") == tmp_path / "elsewhere"


def test_a_home_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scripts").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert Roots().of(tmp_path / "scripts") == tmp_path / "scripts"
