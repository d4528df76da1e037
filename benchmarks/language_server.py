"""How long the language server takes from a change to new findings, beside the bare parse of the changed file.

    python benchmarks/language_server.py [--files 1000] [--lines 1000] [--edits 40]

Makes a project of so many files, a tenth of which use the driver through one shared module, and edits one of so many
lines: statements are typed into one function after the other, and each is taken back. Prints the median and the 95th
percentile of both, in milliseconds of CPU time, and the ratio of the percentiles. The debounce is not in it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from time import process_time

import libcst

from pymongo_async_lint.config import Settings
from pymongo_async_lint.discovery import Roots
from pymongo_async_lint.lsp.session import Session

DB = """\
from pymongo import AsyncMongoClient

client = AsyncMongoClient()
db = client.shop
"""
USER = """\
from fastapi import APIRouter
from app.db import db

router = APIRouter()

"""
FUNCTION = '''
@router.get("/items{number}/{{key}}")
async def read{number}(key: str, limit: int = 10):
    """One of many."""
    found = await db.items{number}.find_one({{"key": key}})
    if found is None:
        return {{"missing": key}}
    others = await db.items{number}.find({{"group": found["group"]}}).to_list(limit)
    return {{"name": found["name"], "others": [other["name"] for other in others]}}
'''
OTHER = '''\
"""Nothing of databases."""


def total(values):
    return sum(value * 2 for value in values)
'''


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=40, help="statements that are typed")
    options = parser.parse_args()

    size = FUNCTION.count("\n")
    functions = options.lines // size
    big = USER + "".join(FUNCTION.format(number=number) for number in range(functions))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / ".git").mkdir()
        (root / "app").mkdir()
        (root / "app" / "db.py").write_text(DB)
        (root / "app" / "big.py").write_text(big)
        for number in range(options.files - 2):
            uses = number % 10 == 0
            text = USER + FUNCTION.format(number=number) if uses else OTHER
            (root / "app" / f"module{number}.py").write_text(text)
        session = Session(root, Roots(), Settings(), {})
        session.take("app/big.py", big)
        session.check()
        took, parses = [], []
        for number in range(options.edits):
            at = f"async def read{number * 7 % functions}("
            begin, _, rest = big.partition(at)
            head, _, body = rest.partition('"""\n')
            typed = f'{begin}{at}{head}"""\n    db.log.insert_one({{"edit": {number}}})\n{body}'
            for text, codes in ((typed, ["PMA101"]), (big, [])):
                start = process_time()
                libcst.parse_module(text)
                parses.append(process_time() - start)
                start = process_time()
                session.take("app/big.py", text)
                session.check()
                took.append(process_time() - start)
                assert [finding.code for finding in session.findings.get("app/big.py", ())] == codes
    relevant = len(session.files.relevant())
    print(f"{options.files} files, {relevant} of which can matter; {text.count(chr(10))} lines, {len(took)} edits")
    for name, seconds in (("bare parse", parses), ("change to findings", took)):
        median, late = statistics.median(seconds) * 1000, _late(seconds) * 1000
        print(f"{name:<20}{median:8.0f} ms median{late:8.0f} ms 95th percentile")
    print(f"{'ratio':<20}{_late(took) / _late(parses):8.2f}")


def _late(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


if __name__ == "__main__":
    main()
