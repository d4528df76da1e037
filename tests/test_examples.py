"""The two shops of `examples/`: one with the mistakes that people make, one without; the latter really runs."""

from __future__ import annotations

import importlib
import json
import operator
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bson import ObjectId
from fastapi.testclient import TestClient

from pymongo_async_lint.checker import check
from pymongo_async_lint.rules.registry import RULES

EXAMPLES = Path(__file__).parent.parent / "examples"
BEFORE = EXAMPLES / "shop_before"
AFTER = EXAMPLES / "shop_after"


def found_in(shop: Path) -> list[str]:
    result = check([shop], cache=False)
    assert not result.problems
    assert not result.suppressed
    found = set()
    for finding in result.findings:
        path = Path(finding.place.path).resolve().relative_to(shop).as_posix()
        line = result.sources[finding.place.path].count("\n", 0, finding.place.start) + 1
        found.add(f"{path}:{line}: {finding.code}")
    return sorted(found, key=_in_order)


def _in_order(spot: str) -> tuple[str, int, str]:
    path, line, code = spot.split(":")
    return path, int(line), code


def test_shop_before_has_exactly_the_expected_findings() -> None:
    expected = (EXAMPLES / "shop_before.expected.txt").read_text(encoding="utf-8").splitlines()
    assert expected == sorted(expected, key=_in_order)
    assert found_in(BEFORE) == expected


def test_shop_before_shows_every_rule_that_runs_by_default() -> None:
    expected = (EXAMPLES / "shop_before.expected.txt").read_text(encoding="utf-8").splitlines()
    on = {rule.code for rule in RULES if not (rule.preview or rule.only_when_named)}
    assert {spot.rpartition(" ")[2] for spot in expected} == on - {"PMA002"}, "the shop has no comments on codes"


def test_shop_after_is_silent() -> None:
    assert found_in(AFTER) == []


@pytest.mark.parametrize("file", sorted(BEFORE.rglob("*.py")), ids=lambda file: file.relative_to(BEFORE).as_posix())
def test_shop_before_compiles_and_gives_nothing_away(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    compile(source, str(file), "exec", dont_inherit=True)
    assert "PMA" not in source and "noqa" not in source


def test_both_are_the_same_shop() -> None:
    program = (
        "import json, shop.main\n"
        "paths = shop.main.app.openapi()['paths']\n"
        "print(json.dumps({path: sorted(verbs) for path, verbs in paths.items()}))"
    )
    before, after = (
        json.loads(
            subprocess.run(
                [sys.executable, "-B", "-c", program], cwd=shop, capture_output=True, text=True, check=True, timeout=60
            ).stdout
        )
        for shop in (BEFORE, AFTER)
    )
    assert before == after
    assert len(after) > 15


class Rows:
    """A cursor over what the memory holds."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def sort(self, key: str, direction: int = 1) -> Rows:
        return Rows(sorted(self.rows, key=operator.itemgetter(key), reverse=direction < 0))

    def skip(self, count: int) -> Rows:
        return Rows(self.rows[count:])

    def limit(self, count: int) -> Rows:
        return Rows(self.rows[:count])

    async def to_list(self, length: int | None = None) -> list[dict[str, Any]]:
        return self.rows[:length]

    async def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        for row in self.rows:
            yield row


OPERATORS = {"$gt": operator.gt, "$gte": operator.ge, "$lt": operator.lt, "$ne": operator.ne, "$eq": operator.eq}


class Collection:
    """As much of a collection as the shop needs, in memory."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def _matching(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        def matches(row: dict[str, Any]) -> bool:
            return all(
                key in row and OPERATORS[name](row[key], value)
                for key, wanted in query.items()
                for name, value in (wanted if isinstance(wanted, dict) else {"$eq": wanted}).items()
            )

        return [row for row in self.rows if matches(row)]

    def find(self, query: dict[str, Any], projection: dict[str, int] | None = None) -> Rows:
        return Rows([_projected(row, projection) for row in self._matching(query)])

    async def find_one(self, query: dict[str, Any], projection: dict[str, int] | None = None) -> dict[str, Any] | None:
        return next(iter(self.find(query, projection).rows), None)

    async def insert_one(self, document: dict[str, Any], session: object = None) -> SimpleNamespace:
        document.setdefault("_id", ObjectId())  # as the driver does: in the caller's dictionary
        self.rows.append(deepcopy(document))
        return SimpleNamespace(inserted_id=document["_id"])

    async def update_one(self, query: dict[str, Any], update: dict[str, Any]) -> SimpleNamespace:
        return SimpleNamespace(modified_count=int(await self.find_one_and_update(query, update) is not None))

    async def find_one_and_update(
        self, query: dict[str, Any], update: dict[str, Any], session: object = None
    ) -> dict[str, Any] | None:
        for row in self._matching(query):
            before = deepcopy(row)
            row.update(update.get("$set", {}))
            for key, amount in update.get("$inc", {}).items():
                row[key] += amount
            return before
        return None

    async def delete_one(self, query: dict[str, Any]) -> SimpleNamespace:
        return self._delete(self._matching(query)[:1])

    async def delete_many(self, query: dict[str, Any]) -> SimpleNamespace:
        return self._delete(self._matching(query))

    def _delete(self, doomed: list[dict[str, Any]]) -> SimpleNamespace:
        self.rows = [row for row in self.rows if not any(row is other for other in doomed)]
        return SimpleNamespace(deleted_count=len(doomed))

    async def count_documents(self, query: dict[str, Any]) -> int:
        return len(self._matching(query))


def _projected(row: dict[str, Any], projection: dict[str, int] | None) -> dict[str, Any]:
    row = deepcopy(row)
    if projection is None:
        return row
    kept = {key for key, flag in projection.items() if flag}
    hidden = projection.keys() - kept
    return {key: value for key, value in row.items() if key not in hidden and (not kept or key in {*kept, "_id"})}


class Database(dict[str, Collection]):
    """A database with transactions that undo what a failed block did, and nothing else of them."""

    def __missing__(self, name: str) -> Collection:
        return self.setdefault(name, Collection())

    __getattr__ = dict.__getitem__

    @property
    def client(self) -> SimpleNamespace:
        return SimpleNamespace(start_session=self._session, admin=self)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[SimpleNamespace]:
        yield SimpleNamespace(start_transaction=self._start_transaction)

    async def _start_transaction(self) -> Any:
        @asynccontextmanager
        async def transaction() -> AsyncIterator[None]:
            before = {name: deepcopy(collection.rows) for name, collection in self.items()}
            try:
                yield
            except BaseException:
                for name, collection in self.items():
                    collection.rows = before.get(name, [])
                raise

        return transaction()

    async def command(self, name: str) -> dict[str, Any]:
        return {"ok": 1.0}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The correct shop, with a database in memory; its lifespan, which wants a server, does not run."""
    monkeypatch.syspath_prepend(AFTER)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    app = importlib.import_module("shop.main").app
    app.state.db = Database()
    yield TestClient(app)
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


def add_product(shop: TestClient, sku: str, stock: int) -> str:
    answer = shop.post("/products", json={"sku": sku, "name": sku.title(), "price_cents": 250, "stock": stock})
    assert answer.status_code == 201
    key: str = answer.json()["id"]
    return key


def test_products(shop: TestClient) -> None:
    keys = [add_product(shop, sku, 3) for sku in ("tea", "mug", "cup")]
    assert [product["sku"] for product in shop.get("/products", params={"limit": 2}).json()] == ["tea", "mug"]
    assert shop.get("/products/names").json() == ["Cup", "Mug", "Tea"]
    assert shop.get(f"/products/{keys[0]}").json() == {
        "_id": keys[0],
        "sku": "tea",
        "name": "Tea",
        "price_cents": 250,
        "stock": 3,
    }
    assert shop.get(f"/products/{keys[0]}/price").json() == {"sku": "tea", "price_cents": 250}
    assert shop.post("/products", json={"sku": "tea", "name": "Tea", "price_cents": 1}).status_code == 409
    assert shop.post("/products/tea/restock", params={"quantity": 4}).json() == {"restocked": 4}
    assert shop.get(f"/products/{keys[0]}").json()["stock"] == 7
    assert shop.delete(f"/products/{keys[0]}").json() == {"removed": True}
    assert shop.get(f"/products/{keys[0]}").status_code == 404
    assert shop.get("/products/no-key").status_code == 404


def test_orders(shop: TestClient) -> None:
    tea, mug = add_product(shop, "tea", 3), add_product(shop, "mug", 1)
    lines = [{"sku": "tea", "quantity": 2}, {"sku": "mug", "quantity": 1}]
    placed = shop.post("/orders", json={"customer": "ada@example.org", "lines": lines})
    assert placed.status_code == 201
    key = placed.json()["id"]
    order = shop.get(f"/orders/{key}").json()
    assert (order["_id"], order["total_cents"], order["state"]) == (key, 750, "placed")
    refused = shop.post(
        "/orders", json={"customer": "ada@example.org", "lines": [{"sku": "tea", "quantity": 1}, lines[1]]}
    )
    assert refused.status_code == 409
    stock = [shop.get(f"/products/{product}").json()["stock"] for product in (tea, mug)]
    assert stock == [1, 0], "the refused order took nothing"
    assert shop.get("/customers/ada@example.org/orders/count").json() == {"count": 1}
    assert [order["_id"] for order in shop.get("/customers/ada@example.org/orders").json()] == [key]
    assert shop.post(f"/orders/{key}/cancel").json() == {"cancelled": True}
    assert shop.post(f"/orders/{key}/cancel").status_code == 409
    assert shop.get(f"/products/{tea}").json()["stock"] == 3
    assert shop.delete("/admin/outbox").json() == {"removed": 2}


def test_customers_and_reviews(shop: TestClient) -> None:
    registered = shop.post("/customers", json={"email": "ada@example.org", "name": "Ada"})
    assert registered.status_code == 201
    key = registered.json()["id"]
    assert registered.json() == {"id": key, "email": "ada@example.org", "name": "Ada"}
    assert shop.post("/customers", json={"email": "ada@example.org", "name": "Ada"}).status_code == 409
    customer = {"_id": key, "email": "ada@example.org", "name": "Ada"}
    assert shop.get("/customers/ada@example.org").json() == customer
    assert shop.get("/customers/ada@example.org/export").json() == customer
    assert shop.delete("/customers/ada@example.org").json() == {"forgotten": True}
    assert shop.get("/customers/ada@example.org").status_code == 404
    review = {"sku": "tea", "stars": 5, "text": "hot"}
    assert ObjectId.is_valid(shop.post("/reviews", json=review).json()["id"])
    assert shop.get("/reviews/tea").json() == [review]


def test_administration(shop: TestClient) -> None:
    for sku, stock in (("tea", 4), ("mug", 5), ("cup", 6)):
        add_product(shop, sku, stock)
    assert shop.get("/admin/health").json() == {"ok": True}
    assert shop.get("/admin/low-stock", params={"threshold": 6}).json() == ["tea", "mug"]
    shop.post("/customers", json={"email": "ada@example.org", "name": "Ada"})
    assert shop.post("/admin/newsletter", params={"subject": "News"}).json() == {"ok": True}
    assert shop.delete("/admin/outbox").json() == {"removed": 1}
