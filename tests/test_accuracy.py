"""The verdicts on findings, and what the docs make of them."""

from __future__ import annotations

import re
import runpy
from collections import Counter
from pathlib import Path

from pymongo_async_lint.rules.registry import CODES

ROOT = Path(__file__).parents[1]
TOOL = runpy.run_path(str(ROOT / "tools" / "make_accuracy_docs.py"))


def test_the_table_is_that_of_the_verdicts() -> None:
    """If it is not, run tools/make_accuracy_docs.py."""
    assert TOOL["table"](TOOL["rows"]()) in (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")


def test_verdicts_are_complete_and_judge_each_finding_once() -> None:
    rows = TOOL["rows"]()
    for row in rows:
        assert row["code"] in CODES
        assert row["verdict"] in TOOL["VERDICTS"]
        assert row["line"].isdigit()
        assert re.fullmatch(r"[0-9a-f]{10}", row["commit"])
        assert row["verdict"] == "true" or row["remark"], f"{row} needs a reason"
    places = Counter((row["repository"], row["commit"], row["path"], row["line"], row["code"]) for row in rows)
    assert max(places.values()) == 1
