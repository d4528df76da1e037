"""What a check costs, beside other programs on the same tree.

    python benchmarks/run.py TREE [--rounds 3] [--peers FOLDER] [--only NAME…]

Runs every command once a round, A B A B, and prints the medians as a table: CPU time of all processes (user and
system), time on the clock, the largest process, and CPU time as a multiple of the first row's. On a machine that does
other things, only CPU times mean something. `--peers` is the `bin` folder of an environment with ruff, mypy,
basedpyright, ty, pyrefly or flake8; those that it has take part. flake8 there must not have the plugin; flake8 with
it is this environment's, where the plugin is installed.

For "check, one file changed", a comment is put at the end of one of the tree's files, and taken away again. Before
"flake8 with the plugin, cold", the tree's cache is taken away.

A tree to measure with: `python benchmarks/generate.py mixed FOLDER`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import NamedTuple

from pymongo_async_lint import cache

PEERS: Mapping[str, Sequence[str]] = {
    "ruff": ("check", "--isolated", "--select", "ASYNC,FAST", "--no-cache", "--exit-zero", "--quiet", "."),
    "mypy": ("--no-incremental", "--ignore-missing-imports", "."),
    "basedpyright": (".",),
    "ty": ("check", "."),
    "pyrefly": ("check", "."),
    "flake8": ("--isolated", "--jobs", "1", "--exit-zero", "--quiet", "--quiet", "."),
}
BARE_PARSE = """
import libcst
from pathlib import Path
from pymongo_async_lint.capture.source import decode
from pymongo_async_lint.project import ProjectFiles
for path in ProjectFiles(Path.cwd()).relevant():
    try:
        libcst.parse_module(decode(Path(path).read_bytes()).text)
    except Exception:
        pass
"""
"""The screen, and the parse that nothing which uses LibCST can do without."""


RELEVANT = """
from pathlib import Path
from pymongo_async_lint.project import ProjectFiles
print(*ProjectFiles(Path.cwd()).relevant(), sep="\\n")
"""
CHANGED = "check, one file changed"
PLUGIN = "flake8 with the plugin"
EMPTY = f"{PLUGIN}, cold"


class Cost(NamedTuple):
    cpu: float
    wall: float
    """Seconds."""
    memory: float
    """MB of the largest process."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these rows")
    options = parser.parse_args()

    relevant = subprocess.check_output([sys.executable, "-c", RELEVANT], cwd=options.tree, text=True).split("\n")
    chosen = commands(options.peers.absolute() if options.peers else None, relevant[:3])
    if options.only:
        chosen = {name: command for name, command in chosen.items() if name in options.only}
    costs: dict[str, list[Cost]] = {name: [] for name in chosen}
    for command in chosen.values():
        cost(command, options.tree)  # bytecode, the cache and the disk's, so that the first round is like the others
    for _ in range(options.rounds):
        for name, command in chosen.items():
            if name == EMPTY:
                shutil.rmtree(options.tree / cache.FOLDER, ignore_errors=True)
            with changed(options.tree / relevant[0]) if name == CHANGED else contextlib.nullcontext():
                costs[name].append(cost(command, options.tree))
            if name == CHANGED:
                cost(command, options.tree)  # the cache has the findings of the last run
    print(table({name: median(found) for name, found in costs.items()}))


@contextlib.contextmanager
def changed(file: Path) -> Iterator[None]:
    content = file.read_bytes()
    file.write_bytes(content + f"# {time.monotonic_ns()}\n".encode())
    try:
        yield
    finally:
        file.write_bytes(content)


def commands(peers: Path | None, few: Sequence[str]) -> dict[str, list[str]]:
    ours = [sys.executable, "-m", "pymongo_async_lint"]
    found = {
        "interpreter": [sys.executable, "-c", "pass"],
        "import click": [sys.executable, "-c", "import click"],
        "version": [*ours, "--version"],
        "help": [*ours, "--help"],
        "bare parse": [sys.executable, "-c", BARE_PARSE],
        "check, cold, one process": [*ours, "check", "--no-cache", "--jobs", "1", "."],
        "check, cold": [*ours, "check", "--no-cache", "."],
        "check, warm": [*ours, "check", "."],
        CHANGED: [*ours, "check", "."],
        "check, warm, three files": [*ours, "check", *few],
    }
    if "pymongo-async-lint" in {one.dist.name for one in entry_points(group="flake8.extension") if one.dist}:
        found[EMPTY] = found[PLUGIN] = [sys.executable, "-m", "flake8", *PEERS["flake8"]]
    for name, arguments in PEERS.items():
        if peers is not None and (peers / name).exists():
            found[name] = [str(peers / name), *arguments]
    return found


def cost(command: Sequence[str], folder: Path) -> Cost:
    start = time.monotonic()
    # Installed programs have their bytecode beside them; so has ours, wherever it is run from.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, process.returncode, used = os.wait4(process.pid, 0)
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss / 1024)


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))


def table(medians: Mapping[str, Cost]) -> str:
    first = next(iter(medians.values())).cpu
    rows = (
        f"| {name} | {one.cpu:.2f} | {one.wall:.2f} | {one.memory:.0f} | {one.cpu / first:.1f} |"
        for name, one in medians.items()
    )
    return "\n".join(("| command | CPU, s | clock, s | MB | ratio |", "| --- | --- | --- | --- | --- |", *rows))


if __name__ == "__main__":
    main()
