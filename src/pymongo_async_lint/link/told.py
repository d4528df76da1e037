"""What the settings tell link that no code shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from pymongo_async_lint.config import Settings
from pymongo_async_lint.dependencies import target
from pymongo_async_lint.drivers.releases import ANY, Target


class Told(Struct, frozen=True):
    """Names are written "module:name", as in "app.db:get_db"."""

    objects: Mapping[str, str] = {}
    """What names are that can't be seen: "async.database"."""
    target: Target = ANY
    """The releases of PyMongo that the project may run with."""


NOTHING_TOLD = Told()


def told_by(settings: Settings, root: Path) -> Told:
    """What the settings of a project say, and the files at its root that name its PyMongo."""
    return Told(objects=settings.objects, target=target(root, settings.pymongo_version))
