"""What the settings tell link that no code shows."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from msgspec import Struct

from pymongo_async_lint.config import Settings
from pymongo_async_lint.dependencies import target
from pymongo_async_lint.drivers.releases import ANY, Target


class Helper(enum.Enum):
    """What a function of the project, or of a library that is not seen, is for."""

    SCHEDULER = "awaits the coroutines that it is given"
    THREAD = "runs in a thread, or runs there what it is given or decorates"
    CONVERTER = "makes data fit for JSON of documents"
    ROUTE = "makes a route of what it decorates"


class Told(Struct, frozen=True):
    """What is told of a project. Modules are dotted; those of the project may leave out folders at their front."""

    objects: Mapping[str, str] = {}
    """What names are that can't be seen, such as "app.db:get_db": "async.database"."""
    helpers: Mapping[str, tuple[tuple[str, Helper], ...]] = {}
    """By the name of a function, the modules that it is in, and what it is for."""
    session_reads: Set[str] = frozenset()
    """Which reads of a transaction need its session, too."""
    target: Target = ANY
    """The releases of PyMongo that the project may run with."""

    def helper(self, path: str, name: str) -> Helper | None:
        """What a function of the project is for."""
        dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for module, helper in self.helpers.get(name, ()):
            if dotted == module or dotted.endswith(f".{module}"):
                return helper
        return None

    def foreign_helper(self, dotted: str) -> Helper | None:
        """What a function from outside of the project is for."""
        for name, candidates in self.helpers.items():
            for module, helper in candidates:
                if dotted == f"{module}.{name}":
                    return helper
        return None


NOTHING_TOLD = Told()


def told_by(settings: Settings, root: Path) -> Told:
    """What the settings of a project say, and the files at its root that name its PyMongo."""
    helpers: dict[str, tuple[tuple[str, Helper], ...]] = {}
    for written, helper in _helpers(settings):
        module, _, name = written.partition(":")
        helpers[name] = (*helpers.get(name, ()), (module, helper))
    return Told(settings.objects, helpers, frozenset(settings.session_reads), target(root, settings.pymongo_version))


def _helpers(settings: Settings) -> Iterator[tuple[str, Helper]]:
    for names, helper in (
        (settings.schedulers, Helper.SCHEDULER),
        (settings.threads, Helper.THREAD),
        (settings.converters, Helper.CONVERTER),
        (settings.routes, Helper.ROUTE),
    ):
        for name in names:
            yield name, helper
