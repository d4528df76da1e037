from fastapi import APIRouter, Depends, HTTPException

from ..dependencies import Orders, get_db
from ..models import OrderIn
from ..services.checkout import Checkout, OutOfStock

router = APIRouter(prefix="/orders", tags=["orders"])


def get_checkout(db=Depends(get_db)):
    return Checkout(db)


@router.post("", status_code=201)
async def place_order(order: OrderIn, checkout: Checkout = Depends(get_checkout)):
    try:
        return {"id": await checkout.place(order)}
    except OutOfStock as problem:
        raise HTTPException(409, str(problem)) from None


@router.get("/{key}")
async def show_order(key: str, orders: Orders):
    order = await orders.get(key)
    if order is None:
        raise HTTPException(404, "no such order")
    return order


@router.post("/{key}/cancel")
async def cancel_order(key: str, checkout: Checkout = Depends(get_checkout)):
    return await checkout.cancel(key)
