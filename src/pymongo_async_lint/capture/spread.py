"""Through which names driver objects, and what they give, get from file to file.

The files that use a driver bind names: functions, classes, variables. Who mentions such a name of theirs may get hold
of a driver object, so that the name around it counts as well, and so on. Two things keep this from reaching nearly
every file of a large project: of a class that merely uses such names in some methods, only the mention of these
methods counts; and an `async def` that returns nothing keeps what it does to itself.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping

from pymongo_async_lint.capture.importers import Imports
from pymongo_async_lint.capture.islands import off_islands
from pymongo_async_lint.capture.outline import Outline, Unit, imports

_DRIVERS = frozenset({b"pymongo", b"motor", b"gridfs", b"odmantic", b"umongo", b"mongomock", b"mongomock_motor"})
_HANDLE = re.compile(rb"[a-z]|.*(?:Client|Database|Collection|Cursor|GridFS|GridIn|GridOut|Session|Motor|Stream)|\*")
"""What of a driver can be, or lead to, one of its objects; not its errors, results, constants and operations."""
_NO_HANDLE = frozenset({b"errors", b"results", b"operations", b"read_concern", b"write_concern", b"read_preferences"})
_OBJECT_ID = re.compile(rb"\bObjectId\(")
_OWN_ATTRIBUTE = re.compile(rb"\b(?:self|cls)\.([\w\x80-\xff]+)[ \t]*(?::[^=\n]+)?=(?!=)")
_APPLICATION = rb"(?<![\w\x80-\xff])(?:app|application|bot|context|ctx|current_app|g|req|request|server|state)"
_KEPT = re.compile(
    _APPLICATION + rb"""(?:\.\w+)*? (?: \.(\w+) | \[["'](\w+)["']\] ) [ \t]* (?::[^=\n]+)? =(?!=)""", re.VERBOSE
)
"""What is kept under an attribute or key of an application, for handlers that import nothing to find it."""


class Spread:
    """Follows names from the files that use a driver to all that may matter: `relevant`."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        importing: Iterable[str],
        members: re.Pattern[bytes],
        using: Iterable[str],
        declared: frozenset[bytes] = frozenset(),
    ) -> None:
        """`importing` are the files that import a driver. Those in `using` hold one of the drivers' `members`.
        `declared` are names that the settings say are driver objects."""
        self.files = {path: Outline(path, data) for path, data in files.items()}
        self._members = members
        self._imports = Imports(self.files.values())
        self.relevant = {*importing, *off_islands(using, importing, self.files, self._imports)}
        self._names: dict[str, dict[bytes, bool]] = {}
        """The names of each file that lead to a driver object: entirely, or only through some members of a class."""
        self._pending: deque[tuple[str, bytes, bool]] = deque()
        self._whole: set[tuple[str, bytes]] = set()
        """The classes that use a driver themselves, so that all of them matters."""
        self._touched: set[Unit] = set()
        self._holders: set[Unit] = set()
        self._holders_by_word: dict[bytes, list[tuple[str, Unit]]] = {}
        self._members_that_matter: set[bytes] = set()
        self._asleep: dict[str, set[tuple[bytes, ...]]] = {}
        self._woken_for: set[bytes] = set()

        for path in sorted(importing):
            self._begin(path, self._handles(path))
        for path in sorted(files):
            if self.files[path].has_any(declared):
                self._begin(path, declared)
        self._follow()
        self._through_applications()

    def _handles(self, path: str) -> frozenset[bytes]:
        return frozenset(
            one.bound
            for one in imports(self.files[path].data)
            if one.level == 0
            and one.module[0] in _DRIVERS
            and _NO_HANDLE.isdisjoint(one.module)
            and one.name not in _NO_HANDLE
            and _HANDLE.match(one.name or b"module")
        )

    def _begin(self, path: str, handles: frozenset[bytes]) -> None:
        """All units that use the driver themselves matter to whoever mentions them."""
        file = self.files[path]
        for unit in file.units:
            if (
                self._members.search(unit.text)
                or b"*" in handles
                or _OBJECT_ID.search(unit.text)
                or b".get_pymongo_" in unit.text
                or b".get_motor_" in unit.text
            ):
                self._begin_at(path, unit)
        for handle in handles:
            for unit in file.mentioning(handle):
                self._begin_at(path, unit)
            self._note(path, handle, entirely=True)

    def _begin_at(self, path: str, unit: Unit) -> None:
        self.relevant.add(path)
        self._touched.add(unit)
        for name in unit.names:
            self._note(path, name, entirely=True)
        if unit.cls is not None:
            self._whole.add((path, unit.cls))

    def _note(self, path: str, name: bytes, *, entirely: bool) -> None:
        known = self._names.setdefault(path, {})
        if not known.get(name) and known.get(name) is not entirely:
            known[name] = entirely
            self._pending.append((path, name, entirely))

    def _follow(self) -> None:
        while self._pending or self._wake():
            path, name, entirely = self._pending.popleft()
            self._mentioned(path, (name,), entirely)
            is_test = _is_test(path)
            for importer, one in self._imports.of_name(self.files[path], name):
                if is_test and not _is_test(importer):
                    continue
                if one.name is None:
                    self._mentioned(importer, (one.bound, name), entirely)
                else:
                    self._note(importer, name if one.name == b"*" else one.bound, entirely=entirely)

    def _mentioned(self, path: str, words: tuple[bytes, ...], entirely: bool) -> None:
        file = self.files[path]
        if entirely:
            for unit in file.mentioning(*words):
                self._touch(path, unit)
        elif file.is_cut or self._imports.has_any(file) or file.has_any(self._members_that_matter):
            for unit in file.mentioning(*words):
                self._hold(path, unit)
        else:
            self._asleep.setdefault(path, set()).add(words)

    def _wake(self) -> bool:
        """Look again at files that nobody imports, in which no member that matters was mentioned so far."""
        new = self._members_that_matter - self._woken_for
        self._woken_for |= new
        for path in [path for path in self._asleep if self.files[path].has_any(new)]:
            for words in self._asleep.pop(path):
                self._mentioned(path, words, entirely=False)
        return bool(self._pending)

    def _touch(self, path: str, unit: Unit) -> None:
        """The unit may get hold of a driver object, or call what does."""
        self.relevant.add(path)
        if unit in self._touched:
            return
        self._touched.add(unit)
        if not unit.gives and unit.member != b"__init__":
            return
        if unit.cls is None or unit.member is None or (path, unit.cls) in self._whole:
            for name in unit.names:
                self._note(path, name, entirely=True)
            return
        self._note(path, unit.cls, entirely=False)
        self._hold(path, unit)
        for member in (unit.member, *_OWN_ATTRIBUTE.findall(unit.text)):
            if member != b"__init__" and member not in self._members_that_matter:
                self._members_that_matter.add(member)
                for holder in self._holders_by_word.pop(member, ()):
                    self._touch(*holder)

    def _hold(self, path: str, unit: Unit) -> None:
        """The unit may hold an instance of a class some of whose members matter; its class may then, too."""
        file = self.files[path]
        for one in (unit,) if unit.cls is None else file.classes[unit.cls]:
            if one not in self._holders:
                self._holders.add(one)
                if not self._members_that_matter.isdisjoint(one.words):
                    self._touch(path, one)
                else:
                    for word in one.words:
                        self._holders_by_word.setdefault(word, []).append((path, one))
        if unit.gives:
            for name in unit.names:
                self._note(path, name, entirely=False)

    def _through_applications(self) -> None:
        """Whoever reads from an application what was kept there, by code that matters, may get hold of it."""
        known: set[bytes] = set()
        while True:
            kept = {
                word
                for path in self.relevant
                for unit in self.files[path].units
                if unit in self._touched
                for words in _KEPT.findall(unit.text)
                for word in words
                if word
            } - known
            if not kept:
                return
            known |= kept
            words = b"|".join(map(re.escape, sorted(kept)))
            reads = re.compile(_APPLICATION + rb"""(?:\.\w+)*?(?:\.(?:%s)\b|\[["'](?:%s)["']\])""" % (words, words))
            for path, file in self.files.items():
                if reads.search(file.data):
                    for unit in file.units:
                        if unit not in self._touched and reads.search(unit.text):
                            self._begin_at(path, unit)
            self._follow()


def _is_test(path: str) -> bool:
    *folders, name = path.split("/")
    return (
        not {"test", "tests"}.isdisjoint(folders)
        or name.startswith(("test_", "conftest."))
        or name.endswith("_test.py")
    )
