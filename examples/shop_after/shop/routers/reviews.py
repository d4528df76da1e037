from fastapi import APIRouter

from ..dependencies import Database
from ..models import ReviewIn

router = APIRouter(prefix="/reviews", tags=["reviews"])


@router.post("", status_code=201)
async def add_review(review: ReviewIn, db: Database):
    result = await db.reviews.insert_one(review.model_dump())
    return {"id": str(result.inserted_id)}


@router.get("/{sku}")
async def list_reviews(sku: str, db: Database):
    return await db.reviews.find({"sku": sku}, {"_id": 0}).to_list(100)
