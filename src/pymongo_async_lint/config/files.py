"""Where settings stand: in `pymongo-async-lint.toml`, or in a table of `pyproject.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pymongo_async_lint.config.settings import Settings

TABLE = "pymongo-async-lint"
FILE = "pymongo-async-lint.toml"
"""Holds nothing but settings. It goes before the table in a `pyproject.toml` of the same folder."""
PYPROJECT = "pyproject.toml"


class ConfigError(Exception):
    """A setting that can't be followed. `str()` of it is one line for the user, without the path of the file.

    `path` is None where whoever raises it knows the settings, and not where they come from.
    """

    def __init__(self, path: Path | None, message: str) -> None:
        super().__init__(message)
        self.path = path


class SettingsFile(Struct, frozen=True):
    """A file with settings of ours, and what it says."""

    path: Path
    settings: Settings


def read(folder: Path) -> SettingsFile | None:
    """The settings that a folder has; None if it has none. Raises ConfigError as `read_file` does."""
    return _read(folder / FILE) or _read(folder / PYPROJECT)


def read_file(path: Path) -> SettingsFile:
    """The settings in a file that was asked for by name.

    Raises ConfigError for a file that can't be read, is not TOML or has nothing of ours, and for a key or a value that
    means nothing.
    """
    if path.is_dir():
        raise ConfigError(path, f"a folder; name a file such as {FILE}")
    try:
        path.stat()
    except OSError as error:
        raise ConfigError(path, error.strerror or type(error).__name__) from None
    found = _read(path)
    if found is None:
        raise ConfigError(path, f"there is no table [tool.{TABLE}] in it")
    return found


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint at the one of `words` that was probably meant, or nothing."""
    import difflib

    close = difflib.get_close_matches(word, list(words), n=1)
    return f", did you mean `{close[0]}`?" if close else ""


def _read(path: Path) -> SettingsFile | None:
    """None where there is no such file, and where a `pyproject.toml` says nothing of us."""
    try:
        data = path.read_bytes()
    except OSError as error:
        if path.name == PYPROJECT or not os.path.isfile(path):
            return None
        raise ConfigError(path, error.strerror or type(error).__name__) from None
    if path.name == PYPROJECT and TABLE.encode() not in data:
        return None
    import tomllib

    try:
        document = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, f"not valid TOML: {error}") from None
    if path.name != PYPROJECT:
        if "tool" in document:
            raise ConfigError(path, f"keys stand at the top of this file, not in [tool.{TABLE}]")
        return SettingsFile(path, converted(document, path, ""))
    tool = document.get("tool")
    if not isinstance(tool, dict) or TABLE not in tool:
        return None
    if not isinstance(tool[TABLE], dict):
        raise ConfigError(path, f"`tool.{TABLE}` must be a table")
    return SettingsFile(path, converted(tool[TABLE], path, f"tool.{TABLE}"))


def converted(table: dict[str, Any], path: Path, name: str) -> Settings:
    """The settings of a table, which has this name. Raises ConfigError for what means nothing."""
    try:
        return msgspec.convert(table, Settings)
    except msgspec.ValidationError:
        _refuse(table, Settings, path, name)
        raise


def _refuse(table: dict[str, Any], type_: type[Struct], path: Path, name: str) -> None:
    """Raises ConfigError for the first key of a table that there is not, or whose value is none of its own."""
    from pymongo_async_lint.config.documents import keys, toml

    known = {key.name: key for key in keys(type_)}
    where = f" in [{name}]" if name else ""
    for word, value in table.items():
        key = known.get(word)
        if key is None:
            hint = nearest(word, known) or f"; the keys are {', '.join(f'`{key}`' for key in known)}"
            raise ConfigError(path, f"unknown key `{word}`{where}{hint}")
        if isinstance(value, dict) and isinstance(key.type, type) and issubclass(key.type, Struct):
            _refuse(value, key.type, path, f"{name}.{word}" if name else word)
        try:
            msgspec.convert(value, key.type)
        except msgspec.ValidationError:
            such = f"{key.must_be}, such as {toml(key.example)}"
            raise ConfigError(path, f"`{word}`{where} must be {such}") from None
