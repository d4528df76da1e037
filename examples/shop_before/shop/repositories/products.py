from pymongo.errors import AutoReconnect

from .base import Repository


class ProductRepository(Repository):
    name = "products"

    async def by_sku(self, sku):
        return await self.collection.find_one({"sku": sku})

    async def names(self):
        return [product["name"] for product in self.collection.find({}, {"name": 1}).sort("name")]

    async def size(self):
        return await self.collection.count()

    async def reserve(self, sku, quantity, session):
        """Take things off the shelf; None if there are too few."""
        return await self.collection.find_one_and_update(
            {"sku": sku, "stock": {"$gte": quantity}}, {"$inc": {"stock": -quantity}}, session=session
        )

    async def restock(self, sku, quantity):
        update = self.collection.update_one({"sku": sku}, {"$inc": {"stock": quantity}})
        try:
            result = await update
        except AutoReconnect:
            result = await update
        return result.modified_count == 1
