from typing import Annotated

from bson import ObjectId
from bson.errors import InvalidId
from fastapi import Depends, HTTPException, Request
from pymongo.asynchronous.database import AsyncDatabase

from .repositories import CustomerRepository, OrderRepository, ProductRepository


def get_db(request: Request):
    return request.app.state.db


Database = Annotated[AsyncDatabase, Depends(get_db)]


def get_products(db=Depends(get_db)):
    return ProductRepository(db)


def get_orders(db=Depends(get_db)):
    return OrderRepository(db)


def get_customers(db=Depends(get_db)):
    return CustomerRepository(db)


def get_key(key: str) -> ObjectId:
    try:
        return ObjectId(key)
    except InvalidId:
        raise HTTPException(404, "no such thing") from None


Products = Annotated[ProductRepository, Depends(get_products)]
Orders = Annotated[OrderRepository, Depends(get_orders)]
Customers = Annotated[CustomerRepository, Depends(get_customers)]
Key = Annotated[ObjectId, Depends(get_key)]
