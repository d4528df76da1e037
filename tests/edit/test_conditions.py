"""Comparisons with `None` in place of truth tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pymongo_async_lint.rules.finding import FixKind

Mend = Callable[..., "str | None"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if «x.db»: pass", "if x.db is not None: pass"),
        ("if («x»): pass", "if (x is not None): pass"),
        ("if («x := c()»): pass", "if ((x := c()) is not None): pass"),
        ("if not «x»: pass", "if x is None: pass"),
        ("if not(«x»): pass", "if (x) is None: pass"),
        ("if not («x := c()»): pass", "if (x := c()) is None: pass"),
        ("if not \\\n«x»: pass", "if x is None: pass"),
        ("return not «x.db»", "return x.db is None"),
        ("return not not «x»", "return not x is None"),
        ("if «x» and not «y» or «z»: pass", "if x is not None and y is None or z is not None: pass"),
        ("while «await c()»: pass", "while await c() is not None: pass"),
        ("assert «x», 'no'", "assert x is not None, 'no'"),
        ("y = 1 if «x» else 2", "y = 1 if x is not None else 2"),
        ("[y for y in z if «x»]", "[y for y in z if x is not None]"),
        ("bool(«x.db»)", "bool(x.db is not None)"),
        ("match y:\n    case 1 if «x»: pass", "match y:\n    case 1 if x is not None: pass"),
        ("y = «x» or z", "y = x if x is not None else z"),
        ("return «x.db» or c()", "return x.db if x.db is not None else c()"),
        ("c(«x» or z, y=«x» or (y or z))", "c(x if x is not None else z, y=x if x is not None else (y or z))"),
        ("y = («x» or z).name", "y = ((x if x is not None else z)).name"),
        ("y = z if c else «x» or z", "y = z if c else (x if x is not None else z)"),
        ("if («x» or y): pass", "if (x is not None or y): pass"),
    ],
)
def test_truth_tests_compare_with_none(before: str, after: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.COMPARE_WITH_NONE, before) == after


@pytest.mark.parametrize(
    "code",
    [
        "y = «x» and x.name",
        "y = «c()» or z",
        "y = «x» or y or z",
        "y = (\n«x»  # the one\nor z)",
        "if (not  # is it there?\n«x»): pass",
        "y = «x»",
    ],
)
def test_truth_tests_stay_where_the_value_would_be_another(code: str, mend_in_function: Mend) -> None:
    assert mend_in_function(FixKind.COMPARE_WITH_NONE, code) is None
