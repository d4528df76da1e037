from datetime import datetime, timezone

from bson import ObjectId

from .base import Repository

REVENUE_BY_DAY = [
    {"$match": {"state": {"$ne": "cancelled"}}},
    {
        "$group": {
            "_id": {"$dateToString": {"date": "$placed_at", "format": "%Y-%m-%d"}},
            "total_cents": {"$sum": "$total_cents"},
        }
    },
    {"$sort": {"_id": 1}},
]


class OrderRepository(Repository):
    name = "orders"

    async def place(self, order, total_cents, session):
        return await self.add(
            {
                **order.model_dump(),
                "total_cents": total_cents,
                "state": "placed",
                "placed_at": datetime.now(timezone.utc),
            },
            session=session,
        )

    async def of_customer(self, email):
        return await self.collection.find({"customer": email}).sort("placed_at", -1).to_list(100)

    async def cancel(self, key):
        return await self.collection.update_one(
            {"_id": ObjectId(key), "state": "placed"}, {"$set": {"state": "cancelled"}}
        )

    async def revenue_by_day(self):
        rows = await self.collection.aggregate(REVENUE_BY_DAY).to_list(None)
        return {row["_id"]: row["total_cents"] for row in rows}

    async def follow(self):
        async with self.collection.watch() as stream:
            async for change in stream:
                yield change["operationType"]
