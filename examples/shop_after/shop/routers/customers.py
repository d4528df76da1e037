from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse

from ..dependencies import Customers, Database, Orders
from ..models import Customer, CustomerIn, Order

router = APIRouter(prefix="/customers", tags=["customers"])


@router.post("", status_code=201)
async def register(customer: CustomerIn, db: Database):
    if await db.customers.find_one({"email": customer.email}):
        raise HTTPException(409, "this address is taken")
    document = customer.model_dump()
    await db.customers.insert_one(document)
    document["id"] = str(document.pop("_id"))
    return document


@router.get("/{email}", response_model=Customer)
async def show_customer(email: str, customers: Customers):
    customer = await customers.by_email(email)
    if customer is None:
        raise HTTPException(404, "no such customer")
    return customer


@router.get("/{email}/orders", response_model=list[Order])
async def list_orders(email: str, orders: Orders):
    return await orders.of_customer(email)


@router.get("/{email}/orders/count")
async def count_orders(email: str, orders: Orders):
    return {"count": await orders.count({"customer": email})}


@router.get("/{email}/export")
async def export(email: str, customers: Customers):
    customer = await customers.by_email(email)
    if customer is None:
        raise HTTPException(404, "no such customer")
    customer["_id"] = str(customer["_id"])
    return JSONResponse(customer)


@router.delete("/{email}")
async def forget_customer(email: str, customers: Customers):
    return {"forgotten": await customers.forget(email)}
