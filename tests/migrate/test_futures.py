"""What Motor runs by itself and a coroutine does not, and where an `await` has no place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pymongo_async_lint.migrate.records import Kept, Plan

Plans = Callable[..., Plan]

HEAD = """\
import asyncio
from motor.motor_asyncio import AsyncIOMotorClient

coll = AsyncIOMotorClient().shop.events
"""


def told(made: Plan) -> dict[int, tuple[str, Kept]]:
    """The row of each line that something is said of, counted behind the head."""
    first = HEAD.count("\n")
    return {
        made.sources[one.place.path].count("\n", 0, one.place.start) + 1 - first: (one.row, one.kind)
        for one in made.reports
    }


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ("coll.insert_one({})", "FUT01"),
        ("x = coll.insert_one({})", "FUT01"),
        ("x = [coll.insert_one({})]", "FUT01"),
        ("return coll.insert_one({})", "FUT01"),
        ("asyncio.get_running_loop().call_soon(coll.insert_one, {})", "FUT01"),
        ("x = lambda: coll.insert_one({})", "FUT01"),
        ("x = coll.find_one({}); print(1); await x", "FUT02"),
        ("coll.find_one({}).add_done_callback(print)", "FUT04"),
        ("x = coll.find_one({}); x.result()", "FUT04"),
        ("await asyncio.wait([coll.find_one({}), asyncio.sleep(1)])", "FUT05"),
        ("await asyncio.wait({coll.find_one({})}, timeout=1)", "FUT05"),
        ("x = [coll.find_one({'n': n}) for n in range(3)]; await asyncio.wait(x)", "FUT05"),
    ],
)
def test_what_may_stop_happening_is_told(body: str, row: str, planned: Plans) -> None:
    made = planned({"app.py": f"{HEAD}async def main():\n    {body}\n"})
    assert told(made) == {2: (row, Kept.PERSON)}


def test_a_future_that_is_awaited_twice_is_told(planned: Plans) -> None:
    made = planned({"app.py": f"{HEAD}async def main():\n    x = coll.find_one({{}})\n    await x\n    await x\n"})
    assert told(made) == {2: ("FUT02", Kept.PERSON), 4: ("FUT03", Kept.PERSON)}


@pytest.mark.parametrize(
    "body",
    [
        "await coll.insert_one({})",
        "x = await coll.find_one({})",
        "await asyncio.gather(coll.find_one({}), coll.insert_one({}))",
        "x = [coll.find_one({'n': n}) for n in range(3)]; await asyncio.gather(*x)",
        "await asyncio.wait_for(coll.find_one({}), 1)",
        "x = asyncio.ensure_future(coll.insert_one({})); print(x)",
        "return await coll.find_one({})",
        "async for x in coll.find({}): print(x)",
    ],
)
def test_what_goes_on_happening_is_not(body: str, planned: Plans) -> None:
    assert told(planned({"app.py": f"{HEAD}async def main():\n    {body}\n"})) == {}


def test_a_future_that_a_plain_function_returns_is_the_business_of_its_callers(planned: Plans) -> None:
    made = planned(
        {
            "app.py": f"{HEAD}def awaited():\n    return coll.find_one({{}})\n"
            "def dropped():\n    return coll.insert_one({})\n"
            "def for_others():\n    return coll.find_one({})\n"
            "async def main():\n    await awaited()\n    dropped()\n"
        }
    )
    assert told(made) == {6: ("FUT01", Kept.NOTE), 9: ("FUT01", Kept.PERSON)}


@pytest.mark.parametrize(
    "code",
    [
        "def main():\n    return coll.aggregate([])\n",
        "class Store:\n    found = coll.aggregate([])\n",
        "def main(found=coll.aggregate([])):\n    pass\n",
        "main = lambda: coll.aggregate([])\n",
        "async def main():\n    return lambda: coll.aggregate([])\n",
        "async def main():\n    return (coll.aggregate([]) for _ in range(2))\n",
        "found = coll.aggregate([])\n",
    ],
)
def test_an_await_without_a_place_is_told(code: str, planned: Plans) -> None:
    made = planned({"app.py": HEAD + code})
    (report,) = [one for one in made.reports if one.row.startswith("COL")]
    assert (report.code, report.kind) == ("PMA909", Kept.PERSON)
    assert "where no `await` can stand" in report.message
    assert made.files[0].new_text.endswith(code)


def test_a_future_in_a_plain_function_that_nobody_awaits_is_told_with_the_calls_of_the_function(planned: Plans) -> None:
    code = "def ping(name):\n    coll.find_one({'name': name})\n\nasync def main():\n    ping('x')\n"
    made = planned({"app.py": HEAD + code})
    (report,) = [one for one in made.reports if one.row == "FUT01"]
    assert (report.code, report.kind) == ("PMA909", Kept.PERSON)
    assert "make `ping` an `async def`, and await it in 1 call" in report.message
    assert [caller.function for caller in report.callers] == ["main"]


def test_the_whole_project_is_looked_through_for_callers(planned: Plans) -> None:
    made = planned(
        {
            "db.py": f"{HEAD}def found():\n    return coll.aggregate([])\n",
            "service.py": "from db import found\n\nclass Service:\n    def all(self):\n        return found()\n",
            "app.py": "from service import Service\n\nservice = Service()\nasync def route():\n    return service.all()\n",
        }
    )
    (report,) = [one for one in made.reports if one.code == "PMA909" and one.callers]
    assert [(caller.place.path, caller.function, caller.is_plain) for caller in report.callers] == [
        ("app.py", "route", False),
        ("service.py", "all", True),
    ]
