"""Files that nothing connects with a driver, in a project that uses one elsewhere.

Members such as `aggregate` are not the drivers' alone: Django's query sets have one, too. A handler may get its
database without any import, from an application or a fixture; but then something that imports the driver imports the
handler's file, or the other way round, or they have a folder in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pymongo_async_lint.capture.importers import Imports
from pymongo_async_lint.capture.outline import Outline


def off_islands(
    paths: Iterable[str], mainland: Iterable[str], files: Mapping[str, Outline], imports: Imports
) -> set[str]:
    """Those of `paths` that are connected with one of the `mainland`: by imports in whichever direction, by a conftest
    file, or by a folder at the top of the project; over as many steps as it takes."""
    found = set(paths)
    by_folder: dict[str, list[str]] = {}
    for path in files:
        by_folder.setdefault(_folder(path), []).append(path)
    seen = {_folder(path) for path in mainland}
    pending = sorted(seen)
    while pending and not seen.issuperset(map(_folder, found)):
        for path in by_folder[pending.pop()]:
            for other in {_folder(neighbour) for neighbour in _neighbours(files[path], imports, found)} - seen:
                seen.add(other)
                pending.append(other)
    return {path for path in found if _folder(path) in seen}


def _neighbours(file: Outline, imports: Imports, wanted: Iterable[str]) -> Iterator[str]:
    yield from imports.importers(file)
    yield from imports.imported(file)
    folder, _, name = file.path.rpartition("/")
    if name == "conftest.py":
        yield from (path for path in wanted if path.startswith(f"{folder}/" if folder else ""))


def _folder(path: str) -> str:
    """The folder at the top of the project that the file lies in."""
    return path.partition("/")[0] if "/" in path else ""
