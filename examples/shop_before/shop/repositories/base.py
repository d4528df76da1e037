from bson import ObjectId


class Repository:
    """What all the repositories can do."""

    name = ""

    def __init__(self, db):
        self.db = db
        self.collection = db[self.name]

    async def add(self, document, session=None):
        result = await self.collection.insert_one(document, session=session)
        return result.inserted_id

    async def get(self, key):
        return await self.collection.find_one({"_id": ObjectId(key)})

    async def remove(self, key):
        result = await self.collection.delete_one({"_id": ObjectId(key)})
        return result.deleted_count == 1

    async def page(self, query, skip, limit):
        documents = await self.collection.find(query).sort("_id").skip(skip).limit(limit)
        return [document async for document in documents]

    async def each(self, query):
        for document in self.collection.find(query):
            yield document

    def count(self, query):
        return self.collection.count_documents(query)
