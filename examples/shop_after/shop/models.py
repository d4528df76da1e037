from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

PyObjectId = Annotated[str, BeforeValidator(str)]


class ProductIn(BaseModel):
    sku: str
    name: str
    price_cents: int = Field(ge=0)
    stock: int = Field(default=0, ge=0)


class Product(ProductIn):
    id: PyObjectId = Field(alias="_id")


class OrderLine(BaseModel):
    sku: str
    quantity: int = Field(gt=0)


class OrderIn(BaseModel):
    customer: str
    lines: list[OrderLine]


class Order(OrderIn):
    id: PyObjectId = Field(alias="_id")
    total_cents: int
    state: str
    placed_at: datetime


class CustomerIn(BaseModel):
    email: str
    name: str


class Customer(CustomerIn):
    id: PyObjectId = Field(alias="_id")


class ReviewIn(BaseModel):
    sku: str
    stars: int = Field(ge=1, le=5)
    text: str = ""
