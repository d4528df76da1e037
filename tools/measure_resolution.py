"""Measures how much link resolves: of all calls `x.member(…)` of a member that hardly any other library has, the share
whose receiver `x` is known, and the reasons for the rest.

The members are `pymongo_async_lint.drivers.DISTINCTIVE_MEMBERS`. All such calls in all Python files of a project count,
whatever their receiver is. Known is a driver object, or a thing of the project: an instance, class, function or module.
What belongs to another library (`alembic.op.create_index`) has a column of its own, and the last one, "with", counts it
as known: for these we know at least which library it is.

    PYTHONPATH=src python tools/measure_resolution.py ../some-project ../another
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pymongo_async_lint import drivers
from pymongo_async_lint.capture import facts as f
from pymongo_async_lint.capture.source import LineTable
from pymongo_async_lint.config import Settings
from pymongo_async_lint.link.answers import answers_about
from pymongo_async_lint.link.flow import Given
from pymongo_async_lint.link.project import Project
from pymongo_async_lint.link.scopes import Function, Module, Scope
from pymongo_async_lint.link.shapes import Driver, DriverMethod, Shape, members
from pymongo_async_lint.link.why import Cause, Explainer
from pymongo_async_lint.link.why.breaks import is_outside
from pymongo_async_lint.link.why.explainer import is_known
from pymongo_async_lint.link.why.record import explained_nodes
from pymongo_async_lint.project import ProjectFiles

MOST_CAUSES, MOST_EXAMPLES = 10, 3
MEMBER = re.compile(rf"\.\s*(?:{'|'.join(sorted(drivers.DISTINCTIVE_MEMBERS))})\s*\(")

Counts = dict[str, Any]


def measure(root: Path) -> Counts:
    """The figures of one project: calls by what their receiver is, and the unresolved ones by cause."""
    files = ProjectFiles(root, Settings())
    project = Project(files)
    explainer = Explainer(answers_about(project))
    kinds: Counter[str] = Counter()
    causes: dict[str, list[str]] = {}
    unparsed = []
    for path in files.paths:
        try:
            text = files.text(path)
        except Exception:
            unparsed.append(path)
            continue
        if MEMBER.search(text) is None:
            continue
        module = project.module(path)
        if module is None:
            unparsed.append(path)
            continue
        lines = LineTable(text)
        for scope, call, receiver in calls(module):
            kind, cause = resolution(explainer, scope, receiver)
            kinds[kind] += 1
            if cause is not None:
                line, column = lines.position(call.start)
                causes.setdefault(cause.name, []).append(f"{path}:{line}:{column + 1}")
    return {"repository": root.name, **{kind: kinds[kind] for kind in KINDS}, "causes": causes, "unparsed": unparsed}


KINDS = ("driver", "project", "library", "unknown")


def calls(module: Module) -> Iterator[tuple[Scope, f.Call, f.Expr]]:
    """The calls of distinctive members, with the body that makes them and their receiver."""
    pending: list[Scope] = [module, *module.all_classes(), *module.all_functions()]
    while pending:
        scope = pending.pop()
        for node in explained_nodes(scope):
            if isinstance(node, f.Lambda):
                pending.append(scope.function(node))
            elif isinstance(node, f.Call):
                match node.func:
                    case f.Attribute(value=receiver, attr=name) if name in drivers.DISTINCTIVE_MEMBERS:
                        yield scope, node, receiver


def resolution(explainer: Explainer, scope: Scope, receiver: f.Expr) -> tuple[str, Cause | None]:
    """What a receiver is: one of `KINDS`, and for the last two why no more is known."""
    if scope.module.path not in explainer.project.scanned_paths:
        return "unknown", Cause.UNREAD_FILE
    together = explainer.recordings.of(scope, ())
    contexts: list[Given] = [()]
    if isinstance(scope, Function):
        contexts += sorted(explainer.project.contexts.get(scope, ()), key=repr)
    for given in contexts:
        shape = explainer.recordings.of(scope, given).shape(receiver)
        if is_known(shape):
            return ("driver" if is_of_driver(shape) else "project"), None
    if not together.is_reached(receiver):
        return "unknown", Cause.NOT_REACHED
    cause = explainer.tracer.trace(together, receiver).cause
    return ("library" if is_outside(together.shape(receiver)) else "unknown"), cause


def is_of_driver(shape: Shape) -> bool:
    return any(isinstance(member, Driver | DriverMethod) for member in members(shape))


# --- many projects ----------------------------------------------------------------------------------------------------


def measured_apart(root: Path, timeout: float) -> Counts | None:
    """The figures of a project, from a process of its own; None where that takes too long or fails."""
    command = [sys.executable, __file__, "--alone", str(root)]
    try:
        finished = subprocess.run(command, capture_output=True, timeout=timeout, encoding="utf-8")
    except subprocess.TimeoutExpired:
        print(f"{root.name}: takes longer than {timeout:.0f} seconds", file=sys.stderr)
        return None
    if finished.returncode:
        print(f"{root.name}: {finished.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    counts: Counts = json.loads(finished.stdout)
    return counts


def total(counts: Counts) -> int:
    return sum(counts[kind] for kind in KINDS)


def share(counts: Counts) -> float:
    return (counts["driver"] + counts["project"]) / total(counts)


def share_with_libraries(counts: Counts) -> float:
    return 1 - counts["unknown"] / total(counts)


def shares(counts: Counts) -> str:
    return f"{share(counts):6.1%}  {share_with_libraries(counts):6.1%}"


def table(found: list[Counts]) -> Iterator[str]:
    width = max(len(counts["repository"]) for counts in found)
    yield f"{'repository':{width}}  calls  driver  project  library  unknown   share    with"
    for counts in found:
        figures = "  ".join(f"{counts[kind]:{size}}" for kind, size in zip(KINDS, (6, 7, 7, 7), strict=True))
        yield f"{counts['repository']:{width}}  {total(counts):5}  {figures}  {shares(counts)}"
    everything = sum(total(counts) for counts in found)
    known = sum(counts["driver"] + counts["project"] for counts in found)
    all_shapes = 1 - sum(counts["unknown"] for counts in found) / everything

    def mean(part: Callable[[Counts], float]) -> float:
        return sum(part(counts) for counts in found) / len(found)

    yield ""
    yield f"all calls: {known} of {everything} known, {known / everything:.1%}; with libraries {all_shapes:.1%}"
    yield f"mean per repository: {mean(share):.1%}; with libraries {mean(share_with_libraries):.1%}"
    causes: dict[str, list[str]] = {}
    for counts in found:
        for cause, places in counts["causes"].items():
            causes.setdefault(cause, []).extend(f"{counts['repository']}/{place}" for place in places)
    for cause, places in sorted(causes.items(), key=lambda item: -len(item[1]))[:MOST_CAUSES]:
        yield ""
        yield f"{len(places):5}  {Cause[cause].value}"
        step = max(len(places) // MOST_EXAMPLES, 1)
        yield from (f"       {place}" for place in places[::step][:MOST_EXAMPLES])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for each project")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(measure(options.projects[0].resolve())))
        return
    measured = [measured_apart(root, options.timeout) for root in options.projects]
    found = [counts for counts in measured if counts is not None and total(counts)]
    if options.format == "json":
        print(json.dumps(found, indent=2))
    elif found:
        print("\n".join(table(found)))
    else:
        print("no call of a distinctive member")


if __name__ == "__main__":
    main()
