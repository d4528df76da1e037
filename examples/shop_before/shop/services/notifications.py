import logging
from datetime import datetime, timezone

logger = logging.getLogger(__name__)


async def queue_mail(db, to, subject):
    result = db.outbox.insert_one({"to": to, "subject": subject, "queued_at": datetime.now(timezone.utc)})
    logger.info("queued a mail")


async def queue_newsletter(db, subject):
    async for customer in db.customers.find({}, {"email": 1}):
        await queue_mail(db, customer["email"], subject)
