from typing import Annotated

from fastapi import Depends, Request
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


Products = Annotated[ProductRepository, Depends(get_products)]
Orders = Annotated[OrderRepository, Depends(get_orders)]
Customers = Annotated[CustomerRepository, Depends(get_customers)]
