"""A plan gets to disk: all files of a connected group, or none of them."""

from __future__ import annotations

from pathlib import Path

from pymongo_async_lint.edit import WriteError, replace
from pymongo_async_lint.migrate.records import FilePlan, Plan


def write(plan: Plan) -> tuple[int, tuple[str, ...]]:
    """Write the files of a plan, each at once. Gives how many were written, and why others were not.

    Where one file of a group can't be written, those before it get their old content back.
    """
    by_path = {file.path: file for file in plan.files}
    written = 0
    complaints: list[str] = []
    for group in plan.groups:
        done: list[FilePlan] = []
        for path in group:
            file = by_path[path]
            try:
                replace(Path(path), file.old, file.new)
            except WriteError as error:
                complaints.append(f"{path}: {error}")
                complaints.extend(_restored(done))
                break
            done.append(file)
        else:
            written += len(done)
    return written, tuple(complaints)


def _restored(files: list[FilePlan]) -> list[str]:
    complaints = []
    for file in reversed(files):
        try:
            replace(Path(file.path), file.new, file.old)
            complaints.append(f"{file.path}: has its old content back, as it belongs together with a file that failed")
        except WriteError as error:
            complaints.append(f"{file.path}: {error}; it has its new content")
    return complaints
