"""Run by hand: `python -m shop.maintenance`."""

import asyncio

from pymongo import AsyncCollection, AsyncMongoClient

from .settings import get_settings


async def rename_field(collection: AsyncCollection, old: str, new: str) -> int:
    result = await collection.update_many({old: {"$exists": True}}, {"$rename": {old: new}})
    return result.modified_count


async def main() -> None:
    settings = get_settings()
    async with AsyncMongoClient(settings.mongodb_uri) as client:
        print(await rename_field(client[settings.database].products, "price", "price_cents"), "products changed")


if __name__ == "__main__":
    asyncio.run(main())
