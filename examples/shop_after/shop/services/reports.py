from ..repositories import OrderRepository


def euros(cents):
    return f"{cents / 100:.2f}"


async def stock_value(db):
    value = 0
    async for product in db.products.find({"stock": {"$gt": 0}}):
        value += product["price_cents"] * product["stock"]
    return value


async def low_stock(db, threshold):
    return [product["sku"] async for product in db.products.find({"stock": {"$lt": threshold}})]


async def dashboard(db):
    return {
        "customers": await db.customers.estimated_document_count(),
        "open_orders": await db.orders.count_documents({"state": "placed"}),
        "stock_value": euros(await stock_value(db)),
        "revenue": {day: euros(cents) for day, cents in (await OrderRepository(db).revenue_by_day()).items()},
    }
