"""The files of a project as the answers of a session know them: with room between their statements."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from pymongo_async_lint.capture.again import Captured, captured
from pymongo_async_lint.capture.facts import Facts
from pymongo_async_lint.capture.room import Layout, with_room
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.project import ProjectFiles


class SpacedFiles:
    """What stands elsewhere than in the text are the facts alone: `as_written` tells where their places really are."""

    def __init__(self, files: ProjectFiles, room: int, old: SpacedFiles | None = None) -> None:
        """`old` are files of which some may say what they said there."""
        self._files = files
        self._room = room
        is_alike = old is not None and old._room == room
        self._edited: dict[str, Captured] = dict(old._edited) if old is not None and is_alike else {}
        self._others: dict[str, tuple[Facts, Facts, Layout]] = {}
        """Facts as they are written, and what was made of them."""

    @property
    def paths(self) -> tuple[str, ...]:
        return self._files.paths

    @property
    def src(self) -> tuple[str, ...]:
        return self._files.src

    def relevant(self) -> tuple[str, ...]:
        return self._files.relevant()

    def facts(self, path: str) -> Facts | None:
        """What a file says; None if it can't be read or parsed."""
        known = self._known(path)
        return None if known is None else known[0]

    def edited(self, path: str, text: str) -> Callable[[], Facts]:
        """A file will have this text from now on. Gives what gives its facts as they are written.

        Raises SourceError.
        """
        known = self._edited.get(path)
        self._edited[path] = now = captured(text, self._room) if known is None else known.again(text)
        self._others.pop(path, None)
        return now.as_written

    def as_written(self, place: Place) -> Place:
        """Where something is in the text of its file."""
        known = self._known(place.path) if place.path in self._edited or place.path in self._others else None
        if known is None:
            return place
        _, layout = known
        return structs.replace(place, start=layout.to_text(place.start), end=layout.to_text(place.end))

    def offset(self, path: str, written: int) -> int:
        """Where in the facts of a file something is that stands at an offset of its text."""
        known = self._known(path)
        return written if known is None else known[1].to_facts(written)

    def _known(self, path: str) -> tuple[Facts, Layout] | None:
        if not self._files.is_understood(path):
            return None
        edited = self._edited.get(path)
        if edited is not None and edited.text == self._files.text(path):
            return edited.facts, edited.layout
        written = self._files.facts(path)
        if written is None:
            return None
        before = self._others.get(path)
        if before is None or before[0] is not written:
            before = self._others[path] = (written, *with_room(written, self._room))
        return before[1:]
