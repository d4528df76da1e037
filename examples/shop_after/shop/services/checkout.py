import asyncio

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
            async with await session.start_transaction():
                total = 0
                for line in order.lines:
                    product = await self.products.reserve(line.sku, line.quantity, session)
                    if product is None:
                        raise OutOfStock(line.sku)
                    total += product["price_cents"] * line.quantity
                key = await self.orders.place(order, total, session)
        await queue_mail(self.db, order.customer, "Thank you for your order")
        return str(key)

    async def cancel(self, key) -> bool:
        order = await self.orders.get(key)
        if order is None or not await self.orders.cancel(key):
            return False
        await asyncio.gather(
            *(self.products.restock(line["sku"], line["quantity"]) for line in order["lines"]),
            queue_mail(self.db, order["customer"], "Your order is cancelled"),
        )
        return True
