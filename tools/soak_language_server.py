"""Edits a real project at random as an editor would, and compares the language server with a fresh check each time.

    python tools/soak_language_server.py PROJECT [--edits 2000] [--seed 0] [--near]

An edit deletes, doubles or moves a line, or renames a word, in a file that can matter; now and then a file is put back
as it was. Where that leaves a syntax error, the findings must stay. After any other edit, those right after the edit
and those after a pause are compared with what `check` finds by the same content. The first should be equal nearly
always (`--near` tells where they are not), the second have to be: exit status 1 if they were not once. Nothing is
written to the project.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from pymongo_async_lint.capture import SourceError, capture
from pymongo_async_lint.capture.notebook import SUFFIX as NOTEBOOK
from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.lsp.session import Session
from pymongo_async_lint.result import Problem
from pymongo_async_lint.rules.finding import Finding

Told = tuple[dict[str, tuple[Finding, ...]], dict[str, tuple[Problem, ...]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--near", action="store_true", help="tell of what was not equal at once, too")
    options = parser.parse_args()

    root = options.project.resolve()
    os.chdir(root)
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as cache:
        settings = Settings(preview=True, cache_dir=cache)
        session = Session(root, Roots(), settings, {})
        session.check()
        paths = [path for path in session.files.relevant() if session.files.facts(path) is not None]
        print(f"{len(session.files.paths)} files, {len(paths)} of which can matter; {_memory()} MB", flush=True)
        texts: dict[str, str] = {}
        near = wrong = unparsable = done = 0
        began = time.monotonic()
        while done < options.edits:
            path = chance.choice(paths)
            is_back = path in texts and chance.random() < 0.4
            text = texts.get(path) or session.files.text(path)
            new = (root / path).read_bytes().decode() if is_back else edited(text, chance)
            if not _can_be_parsed(new):
                unparsable += 1
                before = session.findings
                session.take(path, new)
                session.check()
                assert session.findings == before, path
                continue
            done += 1
            texts[path] = new
            session.take(path, new)
            session.check()
            at_once = session.findings, session.problems
            session.settle(lambda: None)
            fresh = _fresh(root, settings, texts)
            near += at_once == fresh
            if at_once != fresh and options.near:
                _tell(f"edit {done}, of {path}: right after it", at_once, fresh)
            if (session.findings, session.problems) != fresh:
                wrong += 1
                _tell(f"edit {done}, of {path}: after a pause", (session.findings, session.problems), fresh)
            if done in (10, 100, 200, 500, 1000, 1500, 2000) or done == options.edits:
                equal = f"{near} equal at once, {done - wrong} after a pause"
                seconds = time.monotonic() - began
                print(
                    f"{done} edits and {unparsable} syntax errors: {equal}; {_memory()} MB, {seconds:.0f} s", flush=True
                )
    sys.exit(bool(wrong))


def edited(text: str, chance: random.Random) -> str:
    """The text after one random edit."""
    lines = text.splitlines(keepends=True) or ["\n"]
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines.insert(chance.randrange(len(lines)), lines.pop(at))
        case 3:
            words = re.findall(r"[a-z_]{3,}", lines[at])
            if words:
                lines[at] = lines[at].replace(chance.choice(words), "renamed", 1)
    return "".join(lines)


def _can_be_parsed(text: str) -> bool:
    try:
        capture(text)
    except SourceError:
        return False
    return True


def _fresh(root: Path, settings: Settings, texts: Mapping[str, str]) -> Told:
    """What `check` finds in the project with these texts."""
    result = check([root], settings, overrides={root / path: text.encode() for path, text in texts.items()})
    findings: dict[str, tuple[Finding, ...]] = {}
    for finding in result.findings:
        if NOTEBOOK not in finding.place.path:
            findings[finding.place.path] = (*findings.get(finding.place.path, ()), finding)
    problems: dict[str, tuple[Problem, ...]] = {}
    for problem in result.problems:
        problems[problem.path] = (*problems.get(problem.path, ()), problem)
    return findings, problems


def _tell(when: str, found: Told, fresh: Told) -> None:
    print(when)
    for mine, other, sign in ((found, fresh, "-"), (fresh, found, "+")):
        for told, others in zip(mine, other, strict=True):
            for path in told:
                for one in told[path]:
                    if one not in others.get(path, ()):
                        where = one.place.start if isinstance(one, Finding) else one.line
                        print(f"  {sign} {path}:{where} {one.code} {one.message}")


def _memory() -> int:
    """Megabytes that the process holds, without what is but waiting to be collected."""
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


if __name__ == "__main__":
    main()
