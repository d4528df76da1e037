"""What the settings say of functions whose code says nothing, or that are not seen at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pymongo_async_lint.checker import check
from pymongo_async_lint.config import Settings

Write = Callable[[Mapping[str, str]], Path]

HEAD = """
import json
from fastapi import FastAPI
from pymongo import AsyncMongoClient, MongoClient
from app.helpers import {names}

app = FastAPI()
users = AsyncMongoClient("mongodb://localhost").shop.users
sync_users = MongoClient("mongodb://localhost").shop.users

"""
HELPERS = """
import queue

pending = queue.Queue()


def spawn(coroutine):
    print(coroutine)


class Jobs:
    def put(self, coroutine):
        print(coroutine)


jobs = Jobs()


def in_thread(function, *arguments):
    return function(*arguments)


def threaded(function):
    return function


def clean(document):
    return document


def endpoint(function):
    return function
"""


def codes(project: Write, names: str, body: str, settings: Settings, helpers: bool = True) -> list[str]:
    """What is found in a module that imports these names from a module of the project, or from one that isn't there."""
    files = {"src/app/main.py": HEAD.format(names=names) + body}
    if helpers:
        files |= {"src/app/__init__.py": "", "src/app/helpers.py": HELPERS}
    result = check([project(files)], settings)
    assert not result.problems
    return [finding.code for finding in result.findings]


CASES = [
    ("spawn", "async def main():\n    spawn(users.insert_one({}))\n", "schedulers", "spawn", ["PMA102"]),
    (
        "jobs",
        "async def main():\n    jobs.put(users.insert_one({}))\n",
        "schedulers",
        "Jobs.put",
        ["PMA102"],
    ),
    (
        "in_thread",
        "@app.get('/')\nasync def main():\n    return await in_thread(sync_users.count_documents, {})\n",
        "threads",
        "in_thread",
        ["PMA202"],
    ),
    (
        "in_thread",
        "def count():\n    return sync_users.count_documents({})\n\n\n@app.get('/')\nasync def main():\n    return await in_thread(count)\n",
        "threads",
        "in_thread",
        ["PMA202"],
    ),
    (
        "threaded",
        "@threaded\ndef count():\n    return sync_users.count_documents({})\n\n\n@app.get('/')\nasync def main():\n    return await count()\n",
        "threads",
        "threaded",
        ["PMA202"],
    ),
    (
        "clean",
        "@app.get('/')\nasync def main():\n    return clean(await users.find_one({}))\n",
        "converters",
        "clean",
        ["PMA401"],
    ),
    (
        "clean",
        "async def main():\n    return json.dumps(clean(await users.find_one({})))\n",
        "converters",
        "clean",
        ["PMA404"],
    ),
]


@pytest.mark.parametrize(("names", "body", "key", "name", "found"), CASES)
@pytest.mark.parametrize("module", ["app.helpers", "src.app.helpers", "helpers"])
def test_what_is_told_of_a_function_of_the_project_goes_before_its_code(
    project: Write, names: str, body: str, key: str, name: str, found: list[str], module: str
) -> None:
    assert codes(project, names, body, Settings(**{key: (f"{module}:{name}",)})) == []


@pytest.mark.parametrize(("names", "body", "key", "name", "found"), CASES)
@pytest.mark.parametrize("other", ["app.others:{}", "app.helpers:x{}", "pp.helpers:{}"])
def test_what_is_told_of_others_changes_nothing(
    project: Write, names: str, body: str, key: str, name: str, found: list[str], other: str
) -> None:
    assert codes(project, names, body, Settings(**{key: (other.format(name),)})) == found
    assert codes(project, names, body, Settings()) == found


CLIENT = """
@endpoint
def ping():
    return AsyncMongoClient("mongodb://localhost")
"""


@pytest.mark.parametrize("helpers", [True, False])
def test_a_decorator_that_makes_routes(project: Write, helpers: bool) -> None:
    told = Settings(routes=("app.helpers:endpoint",))
    assert codes(project, "endpoint", CLIENT, told, helpers) == ["PMA301"]
    assert codes(project, "endpoint", CLIENT, Settings(), helpers) == []


def test_methods_that_make_routes(project: Write) -> None:
    api = "class Api:\n    def route(self, path):\n        return lambda function: function\n\n\napi = Api()\n"
    main = 'from pymongo import AsyncMongoClient\nfrom api import api\n\n\n@api.route("/")\ndef ping():\n    return AsyncMongoClient("mongodb://localhost")\n'
    root = project({"api.py": api, "main.py": main})
    assert [finding.code for finding in check([root], Settings(routes=("api:Api.route",))).findings] == ["PMA301"]
    assert not check([root]).findings


def test_what_a_scheduler_gives_is_the_result(project: Write) -> None:
    """Also of one that isn't seen, and then more is found than without."""
    body = "@app.get('/')\nasync def main():\n    return await spawn(users.find_one({}))\n"
    told = Settings(schedulers=("app.helpers:spawn",))
    assert codes(project, "spawn", body, told, helpers=False) == ["PMA401"]
    assert codes(project, "spawn", body, Settings(), helpers=False) == []


def test_a_library_runs_functions_in_threads(project: Write) -> None:
    body = "@app.get('/')\nasync def main():\n    return await in_thread(sync_users.find_one, {})\n"
    assert codes(project, "in_thread", body, Settings(threads=("app.helpers:in_thread",)), helpers=False) == ["PMA401"]
    assert codes(project, "in_thread", body, Settings(), helpers=False) == []


@pytest.mark.parametrize("key", ["schedulers", "threads", "converters", "routes"])
@pytest.mark.parametrize("name", ["spawn", "app.jobs.spawn", "app.jobs:", ":spawn", "app/jobs.py:spawn", "a:b:c"])
def test_a_name_says_module_and_name(project: Write, key: str, name: str) -> None:
    root = project({"main.py": "import pymongo\n", "pymongo-async-lint.toml": f'{key} = ["{name}"]\n'})
    (problem,) = check([root]).problems
    assert problem.message.startswith(f'`{key}` must be a list of names, each as "module:name", such as ["app.')
