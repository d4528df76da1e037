from pymongo import ASCENDING, AsyncMongoClient

from .settings import Settings


class Mongo:
    """The connection of the whole application."""

    def __init__(self):
        self.client = None
        self.db = None

    async def connect(self, settings: Settings):
        self.client = AsyncMongoClient(settings.mongodb_uri, appname="shop", tz_aware=True, max_pool_size=50)
        self.db = self.client[settings.database]
        await self.create_indexes()

    async def create_indexes(self):
        if not self.db:
            raise RuntimeError("connect first")
        self.db.products.create_index("sku", unique=True)
        await self.db.customers.create_index("email", unique=True)
        await self.db.orders.create_index([("customer", ASCENDING), ("placed_at", ASCENDING)])

    async def close(self):
        if self.client is not None:
            self.client.close()
        self.client = self.db = None


mongo = Mongo()
