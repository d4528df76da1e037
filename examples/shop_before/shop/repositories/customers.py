from .base import Repository


class CustomerRepository(Repository):
    name = "customers"

    async def by_email(self, email):
        return await self.collection.find_one({"email": email})

    async def forget(self, email):
        result = await self.collection.delete_one({"email": email})
        self.db.audit.insert_one({"event": "forgotten", "email": email})
        return result.deleted_count == 1
