"""What was found in a project, kept for the next run: if nothing that it depends on has changed, it still holds.

Findings depend on the program, the settings, which files there are, which of them can matter, and on the content of
those files whose facts were asked for. That nothing has changed is told by what the file system says of the files; a
file that could have changed without that showing is read and compared. Where something has changed, all is read, but if
the content that the findings depend on is the same, they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from pymongo_async_lint import __version__
from pymongo_async_lint.capture.source import SourceError
from pymongo_async_lint.config import Settings
from pymongo_async_lint.project import ProjectFiles, Signature, is_fresh
from pymongo_async_lint.result import Problem
from pymongo_async_lint.rules.finding import Finding

KIND = "projects"
_MANIFESTS = frozenset({".lock", ".toml", ".txt"})
"""What the names of those files end with that `dependencies` reads."""


class Judged(Struct, frozen=True, array_like=True):
    """A finding, and whether a comment hides it."""

    finding: Finding
    is_hidden: bool
    is_told: bool
    """Is it severe enough? Severities are those that the settings give."""
    fails: bool = False
    """Does it make the run fail?"""


class Judgement(Struct, frozen=True, array_like=True):
    """What there is to say of all files of a project."""

    findings: tuple[Judged, ...] = ()
    """What the rules found, by place."""
    comments: tuple[Judged, ...] = ()
    """Of comments that hide nothing."""
    has_run: bool = False
    """Were the rules asked? Not where no file uses a driver, and the settings say nothing that they would check."""


class _Snapshot(Struct, frozen=True, array_like=True):
    began: int
    """The time of day before any file was looked at."""
    signatures: dict[str, Signature]
    relevant: tuple[str, ...]
    depends: dict[str, bytes]
    """The digests of the files that the judgement depends on."""
    fresh: dict[str, bytes]
    """The digests of files that could have changed since without a new signature."""
    judgement: Judgement
    problems: tuple[Problem, ...]


def remembered(files: ProjectFiles, judge: Callable[[ProjectFiles], Judgement]) -> Judgement:
    """What an earlier run found, if it still holds, or else what `judge` finds, which is kept for the next run."""
    if files.has_overrides or not files.cache.is_kept or _reads_requirements(files.settings):
        return judge(files)
    key = _key(files)
    found = _recall(files, key)
    if found is None:
        with files.cache.alone(key):
            found = _recall(files, key)  # another process may have found it in the meantime
            if found is None:
                found = judge(files)
                _keep(files, key, files.relevant(), _digests(files, files.asked_for), found)
    return found


def _reads_requirements(settings: Settings) -> bool:
    """Do findings depend on files of which nothing is kept here? Those about the migration do."""
    return any(prefix.startswith("PMA9") for prefix in (*(settings.select or ()), *settings.extend_select))


def _key(files: ProjectFiles) -> str:
    """The project and what it is judged by."""
    settings = structs.replace(files.settings, cache_dir=None)
    program = (__version__, _newest_module(), sys.version)
    parts = (str(files.root), *program, msgspec.json.encode(settings).decode(), *_manifests(files.root))
    return hashlib.blake2b("\0".join(parts).encode(errors="surrogateescape"), digest_size=16).hexdigest()


def _manifests(root: Path) -> Iterator[str]:
    """The files that may say which PyMongo the project has, by name and content."""
    for path in sorted(root.iterdir()):
        if path.suffix in _MANIFESTS:
            with contextlib.suppress(OSError):
                yield path.name + hashlib.blake2b(path.read_bytes()).hexdigest()


def _newest_module() -> str:
    """When the program itself was changed for the last time: its version stays the same while it is worked on."""
    newest = 0
    for folder, _, names in os.walk(Path(__file__).parent):
        newest = max([newest, *(os.stat(f"{folder}/{name}").st_mtime_ns for name in names if name.endswith(".py"))])
    return str(newest)


def _recall(files: ProjectFiles, key: str) -> Judgement | None:
    data = files.cache.get(KIND, key)
    if data is None:
        return None
    try:
        kept = _decoder.decode(data)
    except msgspec.DecodeError:
        return None
    if kept.signatures.keys() != set(files.paths):
        return None
    is_unchanged = all(_is_unchanged(files, kept, path) for path in files.paths)
    if not is_unchanged:
        if files.relevant() != kept.relevant:
            return None
        if not all(_has_digest(files, *item) for item in kept.depends.items()):
            return None
    files.tell(kept.problems)
    if kept.fresh or not is_unchanged:
        _keep(files, key, kept.relevant, kept.depends, kept.judgement)
    return kept.judgement


def _is_unchanged(files: ProjectFiles, kept: _Snapshot, path: str) -> bool:
    signature = kept.signatures[path]
    if files.signature(path) != signature:
        return False
    return not is_fresh(signature, kept.began) or _has_digest(files, path, kept.fresh.get(path, b""))


def _has_digest(files: ProjectFiles, path: str, digest: bytes) -> bool:
    try:
        return files.digest(path) == digest
    except (OSError, SourceError):
        return False


def _digests(files: ProjectFiles, paths: Iterable[str]) -> dict[str, bytes]:
    """Of those that can be read; what can't be read counts as changed."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError, SourceError):
            found[path] = files.digest(path)
    return found


def _keep(
    files: ProjectFiles, key: str, relevant: tuple[str, ...], depends: dict[str, bytes], judgement: Judgement
) -> None:
    """Keep it, unless something went wrong that may go well the next time."""
    if any(problem.line is None for problem in files.problems):
        return
    signatures = {path: signature for path in files.paths if (signature := files.signature(path)) is not None}
    if len(signatures) < len(files.paths):
        return
    snapshot = _Snapshot(
        began=files.began,
        signatures=signatures,
        relevant=relevant,
        depends=depends,
        fresh=_digests(files, [path for path, one in signatures.items() if is_fresh(one, files.began)]),
        judgement=judgement,
        problems=tuple(files.problems),
    )
    try:
        data = _encoder.encode(snapshot)
    except UnicodeEncodeError:  # a path that is no text
        return
    files.cache.put(KIND, key, data)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Snapshot)
