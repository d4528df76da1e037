"""Other names, further arguments, calls around an expression, and other homes of imports."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pymongo_async_lint.rules.finding import FixKind

Mend = Callable[..., "str | None"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("«c.go()»", "c.count({})"),
        ("«c.go(  )»", "c.count(  {})"),
        ("«c . go({})»", "c . count({})"),
        ("«c.go.go(  # all\n1)»", "c.go.count(  # all\n1)"),
        ("«c[0]()»", None),
    ],
)
def test_methods_are_renamed(before: str, after: str | None, mend: Mend) -> None:
    assert mend(FixKind.RENAME_METHOD, before, name="count", argument="{}") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("C(1, «old = 2», **x)", "C(1, new = 2, **x)"),
        ("C(«old=x»)", "C(new=x)"),
        ("C(«x»)", None),
    ],
)
def test_keywords_are_renamed(before: str, after: str | None, mend: Mend) -> None:
    assert mend(FixKind.RENAME_KEYWORD, before, name="new") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("«c.go()»", "c.go(session=s)"),
        ("«c.go( )»", "c.go( session=s)"),
        ("«c.go({}, x=1)»", "c.go({}, x=1, session=s)"),
        ("«c.go((1), *x, **y)»", "c.go((1), *x, **y, session=s)"),
        ("«c.go(\n    {},  # all\n)»", "c.go(\n    {}, session=s,  # all\n)"),
        ("«c.go(\n    {},\n    x=1,\n)»", "c.go(\n    {},\n    x=1,\n    session=s,\n)"),
        ("«c.go(\r\n\t{}\r\n)»", "c.go(\r\n\t{},\r\n\tsession=s\r\n)"),
        ("«c.go({\n    'x': 1,\n})»", "c.go({\n    'x': 1,\n}, session=s)"),
        ("«c.go(  # none\n)»", "c.go(  # none\nsession=s)"),
        ("«c.go(x for x in y)»", None),
    ],
)
def test_arguments_are_added(before: str, after: str | None, mend: Mend) -> None:
    assert mend(FixKind.ADD_ARGUMENT, before, argument="session=s") == after


def test_dictionaries_are_copied(mend: Mend) -> None:
    assert mend(FixKind.COPY_DICTIONARY, "c.go(«x», «(x).y»)") == "c.go({**x}, {**(x).y})"


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("y = {'id': «x.id»}", "", "y = {'id': str(x.id)}"),
        ("y = «x»", "id", "y = str(x.id)"),
        ("async def f(c):\n    return«(await c).id»", "", "async def f(c):\n    return str((await c).id)"),
        ("async def f(c):\n    return «await c»", "id", "async def f(c):\n    return str((await c).id)"),
        ("async def f(c):\n    return «await c»", "", "async def f(c):\n    return str(await c)"),
        ("y = «-x»", "", None),
    ],
)
def test_ids_become_strings(before: str, name: str, after: str | None, mend: Mend) -> None:
    assert mend(FixKind.TO_STRING, before, name=name) == after


HOME = "pymongo.asynchronous.collection.AsyncCollection"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from pymongo import «AsyncCollection»", "from pymongo.asynchronous.collection import AsyncCollection"),
        (
            "from  pymongo.x  import «AsyncCollection as C»  # C",
            "from  pymongo.asynchronous.collection  import AsyncCollection as C  # C",
        ),
        (
            "from pymongo import ASCENDING, «AsyncCollection»",
            "from pymongo import ASCENDING\nfrom pymongo.asynchronous.collection import AsyncCollection",
        ),
        (
            "if 1:\r\n\tfrom pymongo import «AsyncCollection», x\r\n",
            "if 1:\r\n\tfrom pymongo import x\r\n\tfrom pymongo.asynchronous.collection import AsyncCollection\r\n",
        ),
        (
            "from pymongo import a, «AsyncCollection», b  # all",
            "from pymongo.asynchronous.collection import AsyncCollection\nfrom pymongo import a, b  # all",
        ),
        (
            "from pymongo import (\n    a,\n    «AsyncCollection»,\n)\n",
            "from pymongo import (\n    a,\n)\nfrom pymongo.asynchronous.collection import AsyncCollection\n",
        ),
        (
            "if 1: from pymongo import a, «AsyncCollection»",
            "if 1: from pymongo.asynchronous.collection import AsyncCollection; from pymongo import a",
        ),
        (
            "x = 1; from pymongo import a, «AsyncCollection»; y = 2",
            "x = 1; from pymongo.asynchronous.collection import AsyncCollection; from pymongo import a; y = 2",
        ),
        ("from pymongo import (\n    a,\n    «AsyncCollection»,  # this\n    b,\n)", None),
        ("from pymongo import «Asynccollection»", None),
        ("import «pymongo.async_»", None),
        ("import «pymongo.async_ as p»", f"import {HOME} as p"),
    ],
)
def test_imports_move(before: str, after: str | None, mend: Mend) -> None:
    assert mend(FixKind.MOVE_IMPORT, before, name=HOME) == after
