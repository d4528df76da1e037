"""Which Python files a project has: a walk that leaves out what is not the project's own code."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pymongo_async_lint import cache, config
from pymongo_async_lint.config import ConfigError, Settings, SettingsFile

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NEVER_OURS = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        cache.FOLDER,
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
        "venv",
    }
)
_BUILD_OUTPUT = frozenset({"_build", "build", "dist"})
"""Left out too, unless they are packages: a project may well have an `app/build/__init__.py`."""

_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
_PROJECT_MARKS = frozenset({".git", config.FILE, config.PYPROJECT})


_GLOBSTAR_AT_END = re.compile(r"/\*\*\s*$")
"""`a/**` means all that lies in `a`, not the folder itself, which `pathspec` would match as well."""


class Walk(Struct):
    """What a walk met: paths are relative to its root, with forward slashes; "" is the root itself."""

    files: list[str] = []
    folders: set[str] = set()
    projects: list[str] = []
    """Folders beneath the root that are projects of their own; they are not looked into."""
    unreadable: list[tuple[str, OSError]] = []


def repository(root: Path) -> Path:
    """The folder that a project's paths count from where other programs read them.

    It is the root of the git repository that holds the project, as forges and CI want it, or else the project's root.
    """
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


class Roots:
    """Which project a folder belongs to; remembers what it read."""

    def __init__(self, file: SettingsFile | None = None) -> None:
        """`file` goes in place of the projects' own settings, which then only tell where projects begin."""
        self._file = file
        self._read_files: dict[Path, SettingsFile | ConfigError | None] = {}
        self._roots: dict[Path, Path] = {}

    def of(self, folder: Path) -> Path:
        """The root of the project that holds a folder (an absolute path).

        It is the nearest ancestor with our settings, else the nearest with `.git`, else the working directory; and the
        folder itself where it isn't beneath the working directory, or where that is the home or the file system's root.
        """
        if folder not in self._roots:
            here = Path.cwd()
            is_beneath = here in (folder, *folder.parents) and here != Path.home() and here.parent != here
            self._roots[folder] = self._marked(folder) or (here if is_beneath else folder)
        return self._roots[folder]

    def is_marked(self, folder: Path) -> bool:
        """Whether a folder is the root of a project by what lies in it."""
        return self._marked(folder) == folder

    def holds(self, root: Path, path: Path) -> bool:
        """Whether a file beneath a project's root is a part of it, and not of a project in between."""
        return root in path.parents and not any(
            self.is_marked(folder) for folder in path.parents if root in folder.parents
        )

    def settings(self, root: Path) -> Settings:
        """The settings of a project. Raises ConfigError where they can't be followed."""
        file = self.file(root)
        return file.settings if file else Settings()

    def file(self, root: Path) -> SettingsFile | None:
        """Where the settings of a project stand; None where it has none. Raises ConfigError as `settings` does."""
        file = self._file or self._read(root)
        if isinstance(file, ConfigError):
            raise file
        return file

    def _marked(self, folder: Path) -> Path | None:
        ancestors = (folder, *folder.parents)
        with_settings = (ancestor for ancestor in ancestors if self._read(ancestor) is not None)
        with_git = (ancestor for ancestor in ancestors if (ancestor / ".git").exists())
        return next(with_settings, None) or next(with_git, None)

    def _read(self, folder: Path) -> SettingsFile | ConfigError | None:
        if folder not in self._read_files:
            try:
                self._read_files[folder] = config.read(folder)
            except ConfigError as error:
                self._read_files[folder] = error
        return self._read_files[folder]


class Patterns:
    """The patterns of a setting such as `exclude`. Raises ConfigError for what is no pattern."""

    def __init__(self, patterns: Sequence[str], key: str = "exclude") -> None:
        self.spec: GitIgnoreSpec | None = None
        if patterns:
            from pathspec import GitIgnoreSpec

            try:
                self.spec = GitIgnoreSpec.from_lines(patterns)
            except ValueError as error:
                raise ConfigError(None, f"`{key}`: {error}") from None

    def covers(self, path: str) -> bool:
        """Whether a pattern matches a file (or a folder, its path ending in a slash), or a folder above it."""
        return self.spec is not None and self.spec.match_file(path)


class _IgnoreFile:
    """One `.gitignore`. It sees paths of the walk without their first `above` characters, and behind `prefix`."""

    def __init__(self, file: str, above: int = 0, prefix: str = "") -> None:
        with open(file, encoding="utf-8", errors="replace") as opened:
            lines = [line.rstrip("\n") for line in opened]
        self.above = above
        self.prefix = prefix
        self.folders = _patterns(lines)
        # Of all files only *.py and *.ipynb are asked for; a pattern that ends otherwise can't match one.
        self.files = _patterns(line for line in lines if line.rstrip().endswith(("y", "b", "*", "?", "]")))

    def verdict(self, path: str) -> bool | None:
        """Whether this file says that a path (a folder's ends in a slash) is ignored; None where it says nothing.

        Only the path itself counts: the walk never gets to what lies in an ignored folder.
        """
        seen = self.prefix + path[self.above :]
        for regex, include in self.folders if path.endswith("/") else self.files:
            if regex.fullmatch(seen):
                return include
        return None


def _patterns(lines: Iterable[str]) -> list[tuple[re.Pattern[str], bool]]:
    """The valid patterns, the last one first, as it decides; git passes over the others too."""
    from pathspec import GitIgnoreSpec

    found = []
    for line in lines:
        try:
            (pattern,) = GitIgnoreSpec.from_lines([_GLOBSTAR_AT_END.sub("/**/*", line)]).patterns
        except ValueError:
            continue
        if pattern.regex is not None and pattern.include is not None:
            found.append((pattern.regex, pattern.include))
    return found[::-1]


def _above(root: Path) -> list[_IgnoreFile]:
    """The `.gitignore` files between the top of the repository and the root, the root's own not among them."""
    if (root / ".git").exists():
        return []
    found = []
    for folder in root.parents:
        file = folder / ".gitignore"
        if file.is_file():
            found.append(_IgnoreFile(str(file), prefix=root.relative_to(folder).as_posix() + "/"))
        if (folder / ".git").exists():
            return found[::-1]
    return []


def walk(root: Path, excluded: Patterns, roots: Roots, start: str = "") -> Walk:
    """All Python files of a project, or those beneath one of its folders that was asked for by name.

    A folder asked for by name is looked into even where git ignores it. Symbolic links to folders are not followed.
    """
    met = Walk()
    pending = [(start, () if start else tuple(_above(root)))]
    while pending:
        folder, ignores = pending.pop()
        prefix = f"{folder}/" if folder else ""
        try:
            with os.scandir(f"{root}/{folder}") as iterator:
                entries = list(iterator)
        except OSError as error:
            met.unreadable.append((folder, error))
            continue
        names = {entry.name for entry in entries}
        if folder != start:
            if not names.isdisjoint(_ENVIRONMENT_MARKS):
                continue
            if folder.rpartition("/")[2] in _BUILD_OUTPUT and "__init__.py" not in names:
                continue
            if not names.isdisjoint(_PROJECT_MARKS) and roots.is_marked(root / folder):
                met.projects.append(folder)
                continue
        met.folders.add(folder)
        if ".gitignore" in names:
            with contextlib.suppress(OSError):
                ignores = (*ignores, _IgnoreFile(f"{root}/{prefix}.gitignore", above=len(prefix)))
        for entry in entries:
            name = entry.name
            if name.endswith((".py", ".ipynb")) and _is_file(entry):
                path = prefix + name
                if not excluded.covers(path) and not _is_ignored(path, ignores):
                    met.files.append(path)
            elif name not in _NEVER_OURS and entry.is_dir(follow_symlinks=False):
                path = prefix + name
                if not excluded.covers(f"{path}/") and not _is_ignored(f"{path}/", ignores):
                    pending.append((path, ignores))
    met.files.sort()
    return met


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a symbolic link in a circle
        return False


def _is_ignored(path: str, ignores: Sequence[_IgnoreFile]) -> bool:
    for file in reversed(ignores):
        verdict = file.verdict(path)
        if verdict is not None:
            return verdict
    return False
