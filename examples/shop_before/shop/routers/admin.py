from fastapi import APIRouter, Depends
from pymongo import AsyncMongoClient

from ..dependencies import Database, get_db
from ..services.notifications import queue_newsletter
from ..services.reports import dashboard, low_stock
from ..settings import get_settings

router = APIRouter(prefix="/admin", tags=["admin"])


@router.get("/health")
async def health():
    client = AsyncMongoClient(get_settings().mongodb_uri)
    await client.admin.command("ping")
    return {"ok": True}


@router.get("/dashboard")
async def show_dashboard(db: Database):
    return await dashboard(db)


@router.get("/low-stock")
async def show_low_stock(threshold: int = 5):
    return low_stock(threshold)


@router.get("/indexes")
async def list_indexes(db=Depends(get_db)):
    return [index["name"] for index in await db.products.list_indexes()]


@router.post("/newsletter")
async def send_newsletter(subject: str, db: Database):
    await queue_newsletter(db, subject)
    return {"ok": True}


@router.delete("/outbox")
async def clear_outbox(db: Database):
    return {"removed": await db.outbox.delete_many({}).deleted_count}
