"""`--changed`: which lines differ from a revision, as git tells it."""

from __future__ import annotations

import os
import re
from collections.abc import Container
from pathlib import Path

from msgspec import structs

from pymongo_async_lint.report.positions import Positions
from pymongo_async_lint.result import Result, file_and_cell
from pymongo_async_lint.rules.finding import Finding

_HUNK = re.compile(rb"^@@ -\S+ \+(?P<start>\d+)(?:,(?P<count>\d+))? @@", re.MULTILINE)

_PLAIN = (
    "--unified=0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--src-prefix=a/",
    "--dst-prefix=b/",
)
"""The diff as it is read here, whatever the user's configuration says."""

Lines = Container[int]
"""The changed lines of a file, from 1."""


class ChangesError(Exception):
    """Why it can't be told what has changed, in one line for the user."""


class _AllLines(Container[int]):
    def __contains__(self, line: object) -> bool:
        return True


def only_changed(result: Result, revision: str) -> Result:
    """The result without the findings whose code has not changed since a revision.

    That is all that differs on disk from where the current branch left the revision's, and all that git does not know
    yet. Of a changed notebook every finding counts. Raises ChangesError.
    """
    changed = _changed_since(Path(os.path.abspath(result.root)), revision)
    positions = Positions(result.sources)

    def is_changed(finding: Finding) -> bool:
        file, cell = file_and_cell(finding.place.path)
        lines = changed.get(os.path.realpath(file), ())
        if cell is not None:
            return bool(lines)
        first, (last, _) = positions.start(finding.place)[0], positions.end(finding.place)
        return any(line in lines for line in range(first, last + 1))

    findings = tuple(finding for finding in result.findings if is_changed(finding))
    return structs.replace(result, findings=findings, unchanged=len(result.findings) - len(findings))


def _changed_since(folder: Path, revision: str) -> dict[str, Lines]:
    """The changed lines by the real path of the file."""
    top = Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel").rstrip(b"\n")))
    wanted = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    commit = _git(top, *wanted, complaint=f"git knows no revision `{revision}`; a path goes behind --changed=REVISION")
    ancestor = ("merge-base", commit.decode().strip(), "HEAD")
    complaint = f"`{revision}` and the current branch have no commit in common, as far back as this clone goes"
    base = _git(top, *ancestor, complaint=complaint).decode().strip()
    diff = _git(top, "-c", "core.quotePath=false", "diff", *_PLAIN, base, "--", "*.py", "*.ipynb")
    changed: dict[str, Lines] = {}
    for part in re.split(rb"^diff --git ", diff, flags=re.MULTILINE)[1:]:
        name = re.search(rb"^\+\+\+ (?:\"?b/(?P<name>.*?)\"?\t?)$", part, re.MULTILINE)
        if name:
            lines = {
                line
                for hunk in _HUNK.finditer(part)
                for line in range(int(hunk["start"]), int(hunk["start"]) + int(hunk["count"] or 1))
            }
            changed[_real(top, name["name"])] = lines
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    changed.update({_real(top, name): _AllLines() for name in new.split(b"\0") if name})
    return changed


def _real(top: Path, name: bytes) -> str:
    return os.path.realpath(os.path.join(top, os.fsdecode(name)))


def _git(folder: Path, *arguments: str, complaint: str = "") -> bytes:
    import subprocess

    try:
        finished = subprocess.run(["git", *arguments], cwd=folder, capture_output=True)
    except OSError as error:
        raise ChangesError(f"--changed needs git: {error.strerror or type(error).__name__}") from None
    if finished.returncode:
        said = finished.stderr.decode(errors="replace").strip().partition("\n")[0].removeprefix("fatal: ")
        raise ChangesError(f"--changed: {complaint or said or 'git failed'}")
    return finished.stdout
