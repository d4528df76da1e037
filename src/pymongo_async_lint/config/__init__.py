"""Settings: what they are (`settings`), where they stand (`files`), and how they are shown (`documents`)."""

from __future__ import annotations

from pymongo_async_lint.config.files import (
    FILE,
    PYPROJECT,
    TABLE,
    ConfigError,
    SettingsFile,
    converted,
    nearest,
    read,
    read_file,
)
from pymongo_async_lint.config.settings import Settings

__all__ = [
    "FILE",
    "PYPROJECT",
    "TABLE",
    "ConfigError",
    "Settings",
    "SettingsFile",
    "converted",
    "nearest",
    "read",
    "read_file",
]
