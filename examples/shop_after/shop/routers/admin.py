from fastapi import APIRouter, Depends, Request

from ..dependencies import Database, get_db
from ..services.notifications import queue_newsletter
from ..services.reports import dashboard, low_stock

router = APIRouter(prefix="/admin", tags=["admin"])


@router.get("/health")
async def health(request: Request):
    await request.app.state.db.client.admin.command("ping")
    return {"ok": True}


@router.get("/dashboard")
async def show_dashboard(db: Database):
    return await dashboard(db)


@router.get("/low-stock")
async def show_low_stock(threshold: int = 5, db=Depends(get_db)):
    return await low_stock(db, threshold)


@router.get("/indexes")
async def list_indexes(db=Depends(get_db)):
    return [index["name"] async for index in await db.products.list_indexes()]


@router.post("/newsletter")
async def send_newsletter(subject: str, db: Database):
    await queue_newsletter(db, subject)
    return {"ok": True}


@router.delete("/outbox")
async def clear_outbox(db: Database):
    return {"removed": (await db.outbox.delete_many({})).deleted_count}
