"""Projects of a given size or shape to measure with; the same every time.

    python benchmarks/generate.py SHAPE FOLDER [--size N]

Sizes are in the unit of the shape: lines, functions, links of a chain, or files.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

Files = Mapping[str, str]
"""Content by path."""

_DB = """\
from pymongo import AsyncMongoClient

client = AsyncMongoClient()
db = client.shop
"""

_ROUTES = """\
from fastapi import APIRouter
from {package}.db import db

router = APIRouter()


class Orders{number}:
    def __init__(self):
        self.orders = db.orders{number}

    async def add(self, order: dict) -> str:
        result = await self.orders.insert_one(order)
        return str(result.inserted_id)

    async def open(self, limit: int = 100) -> list[dict]:
        found = self.orders.find({{"is_open": True}}, {{"_id": 0}}).sort("at", -1)
        return await found.to_list(limit)


@router.post("/orders{number}")
async def add(order: dict):
    if not order:
        return {{"id": None}}
    return {{"id": await Orders{number}().add(order)}}


@router.get("/orders{number}")
async def list_open(limit: int = 100):
    return await Orders{number}().open(limit)


@router.delete("/orders{number}")
async def forget(name: str):
    db.orders{number}.delete_one({{"name": name}})
    return {{"ok": True}}
"""
"""One file of a web application, with one mistake in it."""


def package(files: int, name: str = "shop") -> Files:
    """A FastAPI and PyMongo package of so many files."""
    routes = range(max(files - 2, 0))
    return {
        f"{name}/__init__.py": "",
        f"{name}/db.py": _DB,
        **{f"{name}/routes{one}.py": _ROUTES.format(number=one, package=name) for one in routes},
    }


def lines(count: int) -> Files:
    """A project of about so many lines, all in files that can matter."""
    return package(2 + max(1, count // _ROUTES.count("\n")))


def mixed(files: int) -> Files:
    """A project in which twenty files use a database, and all others nothing."""
    plain = "import os\n\n" + "".join(f"def path{n}(*parts):\n    return os.path.join(*parts)\n\n" for n in range(30))
    return {**package(20), **{f"plain/part{n // 100}/module{n}.py": plain for n in range(files - 20)}}


def functions(count: int) -> Files:
    """One module of so many functions, each of which uses the database and calls the one before."""
    body = "".join(
        f"async def step{n}():\n    await db.steps.insert_one({{'n': {n}}})\n    await step{n - 1}()\n\n"
        for n in range(1, count)
    )
    return {"steps.py": f"{_DB}\n\nasync def step0():\n    db.steps.insert_one({{}})\n\n{body}"}


def reexports(count: int) -> Files:
    """A database that reaches its user through so many modules."""
    chain = {f"chain/link{n}.py": f"from chain.link{n - 1} import db\n" for n in range(1, count)}
    use = f"from chain.link{count - 1} import db\n\nasync def add():\n    db.orders.insert_one({{}})\n"
    return {"chain/__init__.py": "", "chain/link0.py": _DB, **chain, "use.py": use}


def hierarchy(count: int) -> Files:
    """So many classes, each derived from the one before; the first holds the database, the last uses it."""
    first = "class Layer0:\n    def __init__(self):\n        self.db = db\n\n"
    layers = "".join(f"class Layer{n}(Layer{n - 1}):\n    pass\n\n" for n in range(1, count))
    use = f"async def add():\n    Layer{count - 1}().db.orders.insert_one({{}})\n"
    return {"layers.py": f"{_DB}\n\n{first}{layers}{use}"}


def nested(count: int) -> Files:
    """Calls inside of each other, so many brackets deep."""
    call = "str(" * (count - 1) + "await db.orders.find_one()" + ")" * (count - 1)
    return {"deep.py": f"{_DB}\n\nasync def look():\n    db.orders.insert_one({{}})\n    return {call}\n"}


SHAPES: Mapping[str, tuple[Callable[[int], Files], int]] = {
    "lines": (lines, 10_000),
    "package": (package, 20),
    "mixed": (mixed, 1_000),
    "functions": (functions, 5_000),
    "reexports": (reexports, 1_000),
    "hierarchy": (hierarchy, 200),
    "nested": (nested, 500),
}
"""What makes each shape, and how large it usually is."""


def write(files: Files, folder: Path) -> None:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int)
    options = parser.parse_args()
    make, usual = SHAPES[options.shape]
    write({"pyproject.toml": "[tool.pymongo-async-lint]\n", **make(options.size or usual)}, options.folder)


if __name__ == "__main__":
    main()
