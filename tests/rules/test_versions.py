"""PMA109 and PMA110 know which PyMongo a project has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings

APP = """
from gridfs.asynchronous import AsyncGridFSBucket
from pymongo import AsyncMongoClient, MongoClient
from pymongo.driver_info import DriverInfo

client = AsyncMongoClient("mongodb://localhost")


async def main():
    client.append_metadata(DriverInfo("shop"))
    bucket = AsyncGridFSBucket(client.shop)
    await bucket.delete_by_name("logo.png")
"""
BY_SETTING = "(`pymongo-version`)"
BUCKET = f"`gridfs.asynchronous.AsyncGridFSBucket` came with PyMongo 4.12, and the project has PyMongo {{}} {BY_SETTING}: the import raises an ImportError; require a newer one"
CLIENT = f"`pymongo.AsyncMongoClient` came with PyMongo 4.9, and the project has PyMongo {{}} {BY_SETTING}: the import raises an ImportError; require a newer one"
METADATA = f"`client.append_metadata()` came with PyMongo 4.14, and the project has PyMongo {{}} {BY_SETTING}: the call raises an error; require a newer one"
DELETE = f"`bucket.delete_by_name()` came with PyMongo 4.12, and the project has PyMongo {{}} {BY_SETTING}: the call raises an error; require a newer one"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (None, []),
        ("4.20", []),
        ("4.14.0", []),
        ("4.13.2", [METADATA]),
        ("4.12", [METADATA]),
        ("4.11.3", [BUCKET, METADATA, DELETE]),
        ("4.8", [BUCKET, CLIENT, METADATA, DELETE]),
    ],
)
def test_what_a_release_lacks_is_reported(
    project: Callable[[Mapping[str, str]], Path], version: str | None, expected: list[str]
) -> None:
    result = check([project({"app.py": APP})], Settings(pymongo_version=version))
    assert not result.problems
    assert [finding.message for finding in result.findings] == [message.format(version) for message in expected]


def test_what_a_release_has_no_more_is_reported(project: Callable[[Mapping[str, str]], Path]) -> None:
    root = project(
        {"app.py": "from pymongo.encryption_options import TextOpts\n", "requirements.txt": "pymongo==4.20.0\n"}
    )
    (finding,) = check([root]).findings
    assert finding.message == (
        "`pymongo.encryption_options.TextOpts` went with PyMongo 4.20, and the project has PyMongo 4.20.0 "
        "(requirements.txt): the import raises an ImportError; require an older one"
    )


@pytest.mark.parametrize(
    "app",
    [
        "try:\n    from pymongo import AsyncMongoClient\nexcept ImportError:\n    AsyncMongoClient = None\n",
        "import pymongo\n\nif pymongo.version_tuple >= (4, 9):\n    from pymongo import AsyncMongoClient\n",
        "from pymongo import MongoClient\nfrom pymongo.collection import Collection\n",
    ],
)
def test_what_asks_first_stays_silent(project: Callable[[Mapping[str, str]], Path], app: str) -> None:
    assert not check([project({"app.py": app, "requirements.txt": "pymongo==4.8.0\n"})]).findings


def test_bounds_leave_a_choice(project: Callable[[Mapping[str, str]], Path]) -> None:
    bounds = '[tool.pymongo-async-lint]\n[project]\ndependencies = ["pymongo>=4.9,<4.{}"]\n'
    assert not check([project({"app.py": APP, "pyproject.toml": bounds.format(15)})]).findings
    (finding,) = check([project({"app.py": APP, "pyproject.toml": bounds.format(14)})]).findings
    assert "the project has PyMongo 4.13.2 at most (pyproject.toml)" in finding.message
