from ..models import OrderIn
from ..repositories import OrderRepository, ProductRepository
from .notifications import queue_mail


class OutOfStock(Exception):
    def __init__(self, sku):
        super().__init__(f"not enough {sku}")


class Checkout:
    def __init__(self, db):
        self.db = db
        self.products = ProductRepository(db)
        self.orders = OrderRepository(db)

    async def place(self, order: OrderIn) -> str:
        async with self.db.client.start_session() as session:
            session.start_transaction()
            total = 0
            for line in order.lines:
                product = await self.products.reserve(line.sku, line.quantity, session)
                if product is None:
                    raise OutOfStock(line.sku)
                total += product["price_cents"] * line.quantity
            key = await self.orders.place(order, total, session)
            await session.commit_transaction()
        await queue_mail(self.db, order.customer, "Thank you for your order")
        return str(key)

    async def cancel(self, key):
        order = await self.orders.get(key)
        result = await self.orders.cancel(key)
        with self.db.client.start_session() as session:
            for line in order["lines"]:
                await self.db.products.update_one(
                    {"sku": line["sku"]}, {"$inc": {"stock": line["quantity"]}}, session=session
                )
        return result
