"""How many missing awaits are found: takes away, one at a time, the `await` in front of calls of the driver.

    python tools/measure_await_deletion.py PROJECT... [--most N]

In each project all places are taken where the coroutine of an async driver's or Motor's call is awaited right where it
is made; of these, `N` evenly spread ones are tried. A deletion counts as found if a PMA1xx finding is new and names the
call, in place or as a related place.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pymongo_async_lint.capture import capture
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.facts import Facts
from pymongo_async_lint.drivers import How
from pymongo_async_lint.link.answers import answers_about
from pymongo_async_lint.link.place import Place
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.project import ProjectFiles
from pymongo_async_lint.rules.registry import CODES, Finding, findings_of

AWAIT = "await"
AWAITING = frozenset(code for code in CODES if code.startswith("PMA1"))


class Edited:
    """The files of a project, with another text for one of them."""

    def __init__(self, files: ProjectFiles, path: str = "", facts: Facts | None = None) -> None:
        self._files, self._path, self._facts = files, path, facts
        self.paths, self.src = files.paths, files.src

    def relevant(self) -> tuple[str, ...]:
        return self._files.relevant()

    def facts(self, path: str) -> Facts | None:
        return self._facts if path == self._path else self._files.facts(path)


def findings(files: Edited, only: str | None = None) -> list[Finding]:
    project = Project(files)
    paths = frozenset(files.paths) if only is None else frozenset({only})
    return findings_of(answers_about(project), paths, AWAITING)


def awaited_calls(files: ProjectFiles) -> list[Place]:
    """The `await` expressions around calls that make a coroutine of the driver."""
    found: set[Place] = set()
    for body in answers_about(Project(files)).bodies:
        for operation in body.flow.operations:
            match operation.node:
                case f.Await(value=f.Call() as call):
                    found.update(
                        body.place(operation.node)
                        for use in body.flow.uses
                        if use.node is call and use.member.how in (How.COROUTINE, How.FUTURE)
                    )
    return sorted(found)


def key(finding: Finding, shift: int, path: str, edited_at: int) -> tuple[str, str, int]:
    start = finding.place.start
    if finding.place.path == path and start > edited_at:
        start += shift
    return finding.code, finding.place.path, start


def measure(root: Path, most: int) -> tuple[int, int, list[str]]:
    """How many deletions were tried and found in a project, and where the others are."""
    files = ProjectFiles(root)
    calls = awaited_calls(files)
    chosen = calls[:: max(1, -(-len(calls) // most))]
    before = {key(finding, 0, "", 0) for finding in findings(Edited(files))}
    missed, found = [], 0
    for place in chosen:
        text = files.text(place.path)
        if not text.startswith(AWAIT, place.start):
            continue
        end = place.start + len(AWAIT)
        while text[end] in " \t":
            end += 1
        shift = end - place.start
        facts = capture(text[: place.start] + text[end:])
        new = [
            finding
            for finding in findings(Edited(files, place.path, facts))
            if key(finding, shift, place.path, place.start) not in before
        ]
        spans = [one for finding in new for one in (finding.place, *(related.place for related in finding.related))]
        if any(one.path == place.path and one.start <= place.start < one.end for one in spans):
            found += 1
        else:
            missed.append(f"{place.path}:{text.count(chr(10), 0, place.start) + 1}")
    return found + len(missed), found, missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    parser.add_argument("--most", type=int, default=25, help="deletions for each project (default: 25)")
    options = parser.parse_args()
    tried_in_all = found_in_all = 0
    for root in options.projects:
        tried, found, missed = measure(root.resolve(), options.most)
        tried_in_all, found_in_all = tried_in_all + tried, found_in_all + found
        print(f"{root.name}: {found} of {tried}", *(f"\n    {place}" for place in missed), sep="", flush=True)
    if tried_in_all:
        print(f"all: {found_in_all} of {tried_in_all}, {found_in_all / tried_in_all:.1%}")


if __name__ == "__main__":
    main()
