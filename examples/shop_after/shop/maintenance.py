"""Run by hand: `python -m shop.maintenance`."""

import asyncio

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from .settings import get_settings


async def rename_field(collection: AsyncCollection, old: str, new: str) -> int:
    result = await collection.update_many({old: {"$exists": True}}, {"$rename": {old: new}})
    return result.modified_count


async def archive_cancelled(client: AsyncMongoClient, database: str) -> None:
    db = client[database]
    async with client.start_session() as session:
        async with await session.start_transaction():
            cancelled = await db.orders.find({"state": "cancelled"}, session=session).to_list()
            for order in cancelled:
                await db.archive.insert_one(order, session=session)
            await db.orders.delete_many({"state": "cancelled"}, session=session)


async def main() -> None:
    settings = get_settings()
    async with AsyncMongoClient(settings.mongodb_uri) as client:
        await archive_cancelled(client, settings.database)
        print(await rename_field(client[settings.database].products, "price", "price_cents"), "products changed")


if __name__ == "__main__":
    asyncio.run(main())
