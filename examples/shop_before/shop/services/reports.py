from ..legacy import warehouse
from ..repositories import OrderRepository


def euros(cents):
    return f"{cents / 100:.2f}"


async def stock_value():
    value = 0
    for article in warehouse.articles.find({"stock": {"$gt": 0}}):
        value += article["price_cents"] * article["stock"]
    return value


def low_stock(threshold):
    return [article["sku"] for article in warehouse.articles.find({"stock": {"$lt": threshold}})]


async def dashboard(db):
    return {
        "customers": await db.customers.estimated_document_count(),
        "open_orders": len(db.orders.find({"state": "placed"})),
        "articles": await warehouse.articles.count_documents({}),
        "stock_value": euros(await stock_value()),
        "revenue": {day: euros(cents) for day, cents in (await OrderRepository(db).revenue_by_day()).items()},
    }
