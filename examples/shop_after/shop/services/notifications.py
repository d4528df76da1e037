from datetime import datetime, timezone


async def queue_mail(db, to, subject):
    result = await db.outbox.insert_one({"to": to, "subject": subject, "queued_at": datetime.now(timezone.utc)})
    return result.inserted_id


async def queue_newsletter(db, subject):
    async for customer in db.customers.find({}, {"email": 1}):
        await queue_mail(db, customer["email"], subject)
