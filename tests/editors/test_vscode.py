"""What the VS Code extension says of us is so. Its own tests, which need Node.js, run with `nox -s vscode`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

from msgspec import structs

import pymongo_async_lint
from pymongo_async_lint.config.documents import vscode_setting

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors" / "vscode"
MANIFEST: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
SETTINGS: dict[str, Any] = {
    name.removeprefix("pymongo-async-lint."): declared
    for name, declared in MANIFEST["contributes"]["configuration"]["properties"].items()
}


def test_the_extension_has_our_version_and_licence() -> None:
    assert MANIFEST["version"] == pymongo_async_lint.__version__
    assert (EXTENSION / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_its_settings_are_the_options_of_the_server() -> None:
    from pymongo_async_lint.lsp.workspace import Options, Scope

    defaults = {field.encode_name: getattr(Options(), field.name) for field in structs.fields(Options)}
    assert {name: declared["default"] for name, declared in SETTINGS.items() if name != "interpreter"} == defaults
    assert SETTINGS["diagnostics"]["enum"] == list(get_args(Scope))


def test_the_settings_of_projects_are_those_of_the_code() -> None:
    """If they are not, run tools/make_settings_docs.py."""
    assert SETTINGS["settings"] == json.loads(json.dumps(vscode_setting()))
    assert "$ref" not in json.dumps(SETTINGS)


def test_its_page_tells_all_settings_and_commands() -> None:
    page = (EXTENSION / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `pymongo-async-lint\.(\w+)` \|", page, re.MULTILINE) == list(SETTINGS)
    commands = [f"`{one['category']}: {one['title']}`" for one in MANIFEST["contributes"]["commands"]]
    assert re.findall(r"^- (`PyMongo Async Lint: [^`]+`)", page, re.MULTILINE) == commands


def test_its_locked_packages_name_no_registry() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, locked in lock["packages"].items() if "resolved" in locked]
    assert lock["packages"][""]["devDependencies"] == MANIFEST["devDependencies"]
    assert all(re.fullmatch(r"[\d.]+", version) for version in MANIFEST["devDependencies"].values())
