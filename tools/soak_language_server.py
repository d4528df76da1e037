"""Edits a real project at random as an editor would, and compares the language server with a fresh check each time.

    python tools/soak_language_server.py PROJECT [--edits 2000] [--seed 0]

An edit deletes, doubles or moves a line, or renames a word, in a file that can matter; now and then a file is put back
as it was. After each, the findings right after the edit and those after a pause are compared with those of a session
that begins anew with the same content. The first should be equal nearly always, the second have to be. Prints the
memory at the beginning and at the end.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import sys
from pathlib import Path

from pymongo_async_lint.capture import SourceError, capture
from pymongo_async_lint.config import Settings
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.lsp.session import Session


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--edits", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    root = options.project.resolve()
    chance = random.Random(options.seed)
    session = Session(root, Roots(), Settings(preview=True), {})
    session.check()
    paths = [path for path in session.files.relevant() if session.files.facts(path) is not None]
    texts: dict[str, str] = {}
    near = wrong = unparsable = done = 0
    begin = _memory()
    while done < options.edits:
        path = chance.choice(paths)
        text = texts.get(path) or session.files.text(path)
        new = edited(text, chance) if done % 2 == 0 or path not in texts else (root / path).read_bytes().decode()
        try:
            capture(new)
        except SourceError:
            unparsable += 1
            before = session.findings
            session.take(path, new)
            session.check()
            assert session.findings == before
            continue
        done += 1
        texts[path] = new
        session.take(path, new)
        session.check()
        fresh = Session(root, Roots(), Settings(preview=True), texts)
        fresh.files.adopt(session.files)
        fresh.check()
        near += session.findings == fresh.findings
        session.settle(lambda: None)
        if session.findings != fresh.findings or session.problems != fresh.problems:
            wrong += 1
            print(f"edit {done} of {path}: not what a fresh check finds")
        if done % 50 == 0:
            print(f"{done} edits, {near} equal at once, {wrong} wrong after a pause, {_memory()} MB", flush=True)
    print(f"{done} edits and {unparsable} that can't be parsed: {near} equal at once, {done - wrong} after a pause")
    print(f"memory {begin} MB before, {_memory()} MB after")
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


def _memory() -> int:
    """Megabytes that the process holds, without what is but waiting to be collected."""
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20


if __name__ == "__main__":
    main()
