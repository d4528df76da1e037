"""What capture costs, as a multiple of the bare parse that it can't do without.

    python benchmarks/capture.py PATH… [--files 250] [--rounds 3]

Takes files and folders; of more than --files Python files it draws a sample, the same each time. Each round times both
on every file in turn, A B A B, in CPU time, and a file counts with its best time of each. Seconds differ from machine
to machine and from hour to hour; the ratios hold.
"""

from __future__ import annotations

import argparse
import gc
import random
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import libcst

from pymongo_async_lint.capture import SourceError, capture
from pymongo_async_lint.capture.facts import decode as decode_facts
from pymongo_async_lint.capture.facts import encode as encode_facts
from pymongo_async_lint.capture.nesting import is_deep
from pymongo_async_lint.capture.source import decode
from pymongo_async_lint.capture.walk import module_facts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    texts = sample(options.paths, options.files)
    times: dict[str, float] = {}
    for text in texts:
        for step, seconds in best_times(text, options.rounds).items():
            times[step] = times.get(step, 0.0) + seconds

    parse = times["parse"]
    print(f"{len(texts)} files, {sum(map(len, texts)):,} characters, bare parse {parse:.2f} s")
    for step, seconds in times.items():
        print(f"{step:<28}{seconds / parse:6.3f}")


def sample(paths: list[Path], count: int) -> list[str]:
    """The texts of files that can be captured."""
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))
    random.Random(0).shuffle(files)
    texts: list[str] = []
    for file in files:
        if len(texts) == count:
            break
        try:
            text = decode(file.read_bytes()).text
            capture(text)
        except (OSError, SourceError):
            continue
        texts.append(text)
    return texts


def best_times(text: str, rounds: int) -> dict[str, float]:
    """CPU seconds of the bare parse, of the whole capture, and of its parts."""
    module = libcst.parse_module(text)
    facts = capture(text)
    encoded = encode_facts(facts)
    steps: dict[str, Callable[[], object]] = {
        "parse": lambda: libcst.parse_module(text),
        "capture": lambda: capture(text),
        "  look at the nesting": lambda: is_deep(text),
        "  parse, collector off": lambda: without_collector(libcst.parse_module, text),
        "  walk": lambda: without_collector(module_facts, module, text),
        "module.code": lambda: module.code,
        "encode facts": lambda: encode_facts(facts),
        "decode facts": lambda: decode_facts(encoded),
    }
    best = dict.fromkeys(steps, float("inf"))
    for _ in range(rounds):
        for step, run in steps.items():
            start = process_time()
            run()
            best[step] = min(best[step], process_time() - start)
    return best


def without_collector(function: Callable[..., Any], *args: object) -> object:
    gc.disable()
    try:
        return function(*args)
    finally:
        gc.enable()


if __name__ == "__main__":
    main()
