"""Who imports whom, told from the files' bytes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from pymongo_async_lint.capture.outline import Dotted, Import, Outline, imports


class Imports:
    """Who imports what. A file's imports are read once it holds a word that such an import can't do without."""

    def __init__(self, files: Iterable[Outline]) -> None:
        self._unread = {file.path: file for file in files}
        self._by_stem: dict[bytes, list[Outline]] = {}
        for file in self._unread.values():
            if file.module:
                self._by_stem.setdefault(file.module[-1], []).append(file)
        self._packages = {file.module for file in self._unread.values() if file.path.endswith("__init__.py")}
        self._asked: set[bytes | Dotted] = set()
        self._relative: dict[Dotted, list[tuple[str, Import]]] = {}
        self._absolute: dict[bytes, list[tuple[Dotted, str, Import]]] = {}
        """By the last part of the module's name. Where imports start is not known, so they mean every file whose path
        ends so."""
        self._by_name: dict[str, dict[bytes, list[tuple[str, Import]]]] = {}

    def of_name(self, file: Outline, name: bytes) -> list[tuple[str, Import]]:
        """The imports through which other files may mean this name of a file, with these files."""
        found = self._all(file)
        return [*found.get(name, ()), *found[b"*"], *found[b""]]

    def has_any(self, file: Outline) -> bool:
        """Does any file import this one?"""
        return any(self._all(file).values())

    def importers(self, file: Outline) -> Iterator[str]:
        """The files that import this one."""
        for found in self._all(file).values():
            yield from (importer for importer, one in found if not _is_standard(one))

    def imported(self, file: Outline) -> Iterator[str]:
        """The files that this one imports. A module of the standard library's name is taken to be that."""
        for one in imports(file.data):
            base = file.package[: len(file.package) - one.level + 1] if one.level else ()
            for module in (base + one.module, base + one.module + ((one.name,) if one.name else ())):
                if not module or _is_standard(one):
                    continue
                for other in self._by_stem.get(module[-1], ()):
                    if other.module == module or (not one.level and other.module[-len(module) :] == module):
                        yield other.path

    def _all(self, file: Outline) -> dict[bytes, list[tuple[str, Import]]]:
        if file.path not in self._by_name:
            found: dict[bytes, list[tuple[str, Import]]] = {b"": [], b"*": []}
            for importer, one in self._of(file.module):
                found.setdefault(one.name or b"", []).append((importer, one))
            self._by_name[file.path] = found
        return self._by_name[file.path]

    def _of(self, module: Dotted) -> Iterator[tuple[str, Import]]:
        self._read(module)
        yield from self._relative.get(module, ())
        if module:
            for dotted, importer, one in self._absolute.get(module[-1], ()):
                if module[-len(dotted) :] == dotted:
                    yield importer, one

    def _read(self, module: Dotted) -> None:
        """Read the imports of all files that may import the module: those around it and those that name its package."""
        folder = module[:-1]
        word = folder[-1] if folder in self._packages and folder else module[-1] if module else b""
        if folder not in self._asked:
            self._asked.add(folder)
            for path in [path for path, file in self._unread.items() if _is_around(folder, file)]:
                self._take(self._unread.pop(path))
        if word not in self._asked:
            self._asked.add(word)
            named = re.compile(rb"(?<![\w\x80-\xff])%s(?![\w\x80-\xff])" % re.escape(word))
            for path in [path for path, file in self._unread.items() if word in file.data and named.search(file.data)]:
                self._take(self._unread.pop(path))

    def _take(self, file: Outline) -> None:
        for one in imports(file.data):
            self._add(file, one.module, one)
            if one.name is not None and one.name != b"*":
                self._add(file, (*one.module, one.name), Import(one.bound, one.level, (*one.module, one.name), None))

    def _add(self, file: Outline, module: Dotted, one: Import) -> None:
        if one.level:
            self._relative.setdefault(file.package[: len(file.package) - one.level + 1] + module, []).append(
                (file.path, one)
            )
        elif module[-1] in self._by_stem:
            self._absolute.setdefault(module[-1], []).append((module, file.path, one))


def _is_around(folder: Dotted, file: Outline) -> bool:
    """Does the file lie in the folder or below? In the project's own, all do; those count whose relative imports have
    dots enough to get up to it."""
    if folder:
        return file.module[: len(folder)] == folder
    dots = b"." * (len(file.package) + 1)
    # The regular expression is slow, and few files hold so many dots.
    return dots in file.data and re.search(rb"\bfrom[ \t\\\r\n]*" + re.escape(dots), file.data) is not None


def _is_standard(one: Import) -> bool:
    return not one.level and one.module[0].decode(errors="replace") in sys.stdlib_module_names
