"""What counts as connected with a driver, where a file has no more than a method of the same name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pymongo_async_lint.capture.screen import screen

DRIVER = b"from pymongo import AsyncMongoClient\n\ndb = AsyncMongoClient().shop\n"
QUERY = b"def report(query):\n    return query.aggregate([])\n"


def relevant(files: Mapping[str, bytes]) -> frozenset[str]:
    return screen({"shop/db.py": DRIVER, **files})


@pytest.mark.parametrize(
    "files",
    [
        {"sales/reports.py": QUERY},
        {"sales/reports.py": b"from . import models\n" + QUERY, "sales/models.py": b""},
        {"sales/reports.py": b"import typing\nfrom json import dumps\n" + QUERY, "shop/typing.py": b""},
        {"reports.py": QUERY},
        {"sales/conftest.py": b"import pytest\n", "sales/test_reports.py": QUERY},
    ],
    ids=["no import", "imports in its own folder", "the standard library's names", "beside the folder", "conftest"],
)
def test_what_nothing_connects_is_left_out(files: Mapping[str, bytes]) -> None:
    assert relevant(files) == {"shop/db.py"}


@pytest.mark.parametrize(
    "files",
    [
        {"shop/reports.py": QUERY},
        {"sales/reports.py": b"from shop.db import name\n" + QUERY},
        {"sales/reports.py": b"from shop import db\n" + QUERY},
        {"sales/reports.py": b"import shop.db as data\n" + QUERY},
        {"shop/main.py": b"from shop.db import db\nfrom sales import reports\n", "sales/reports.py": QUERY},
        {
            "main.py": b"import shop.db\nimport sales.api\n",
            "sales/api.py": b"from .reports import report\n",
            "sales/reports.py": QUERY,
        },
        {"shop/main.py": b"from sales import api\n", "sales/api.py": b"", "sales/reports.py": QUERY},
        {
            "shop/main.py": b"from .db import db\nfrom tools import names\n",
            "tools/names.py": b"",
            "tools/reports.py": QUERY,
        },
        {"tests/conftest.py": b"from shop.db import db\n", "tests/unit/reports.py": QUERY},
        {"conftest.py": b"from shop.db import db\n", "checks/test_reports.py": QUERY},
    ],
    ids=[
        "same folder",
        "imports it",
        "imports it from its package",
        "imports it as a whole",
        "imported beside it",
        "imported over two steps",
        "a file beside it is imported",
        "a file beside it is imported by what imports it relatively",
        "a conftest file above it",
        "a conftest file at the top",
    ],
)
def test_what_may_get_a_database_stays(files: Mapping[str, bytes]) -> None:
    reports = next(path for path in files if path.endswith("reports.py"))
    assert reports in relevant(files)
