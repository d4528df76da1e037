"""Settings: the table `[tool.pymongo-async-lint]` of a `pyproject.toml`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct

TABLE = "pymongo-async-lint"
PYPROJECT = "pyproject.toml"

Codes = Annotated[tuple[str, ...], Meta(description='a list of codes or their beginnings, such as ["PMA1", "PMA204"]')]
Flag = Annotated[bool, Meta(description="true or false")]
Patterns = Annotated[tuple[str, ...], Meta(description='a list of .gitignore patterns, such as ["generated/"]')]
Folders = Annotated[tuple[str, ...], Meta(description='a list of folders that imports start from, such as ["src"]')]
Objects = Annotated[
    dict[str, str],
    Meta(description='a table from "module:name" to what it is, such as { "app.db:get_db" = "async.database" }'),
]


class ConfigError(Exception):
    """A setting that can't be followed. `str()` of it is one line for the user, without the path of the file."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


class Settings(Struct, frozen=True, kw_only=True):
    """What a project, or one run, asks for."""

    select: Codes | None = None
    """Report these codes only; None means every rule that is on by default."""
    ignore: Codes = ()
    """Never report these, even if selected."""
    preview: Flag = False
    """Run the rules that are in preview, too."""
    exclude: Patterns = ()
    """Files and folders, relative to the project's root, that are neither checked nor read."""
    src: Folders = ()
    """Import roots, relative to the project's root, beside the inferred ones."""
    objects: Objects = {}
    """What names are that the analysis can't see."""

    def over(self, project: Settings) -> Settings:
        """These settings where they say something, and the project's elsewhere."""
        given = {
            field.name: value
            for field in msgspec.structs.fields(Settings)
            if (value := getattr(self, field.name)) != getattr(_DEFAULTS, field.name)
        }
        return msgspec.structs.replace(project, **given)


_DEFAULTS = Settings()


def read(folder: Path) -> Settings | None:
    """The settings in the folder's `pyproject.toml`; None where it has none of ours.

    Raises ConfigError for a file that names us but is not TOML, and for a key or a value that means nothing.
    """
    path = folder / PYPROJECT
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if TABLE.encode() not in data:
        return None
    import tomllib

    try:
        document = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, f"not valid TOML: {error}") from None
    tool = document.get("tool")
    if not isinstance(tool, dict) or TABLE not in tool:
        return None
    if not isinstance(tool[TABLE], dict):
        raise ConfigError(path, f"`tool.{TABLE}` must be a table")
    return _settings(tool[TABLE], path)


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint at the one of `words` that was probably meant, or nothing."""
    close = difflib.get_close_matches(word, list(words), n=1)
    return f", did you mean `{close[0]}`?" if close else ""


def _settings(table: dict[str, Any], path: Path) -> Settings:
    types = get_type_hints(Settings, include_extras=True)
    for key, value in table.items():
        if key not in types:
            hint = nearest(key, types) or f"; the keys are {', '.join(f'`{name}`' for name in types)}"
            raise ConfigError(path, f"unknown key `{key}` in [tool.{TABLE}]{hint}")
        try:
            msgspec.convert(value, types[key])
        except msgspec.ValidationError:
            raise ConfigError(path, f"`{key}` in [tool.{TABLE}] must be {_described(types[key])}") from None
    return msgspec.convert(table, Settings)


def _described(hint: Any) -> str:
    """What the annotation of a setting says that its values are."""
    for part in (hint, *getattr(hint, "__args__", ())):
        for meta in getattr(part, "__metadata__", ()):
            return str(meta.description)
    raise AssertionError(f"a setting without description: {hint}")
