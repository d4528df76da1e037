from fastapi import APIRouter, HTTPException

from ..dependencies import Database, Key, Products
from ..models import Product, ProductIn

router = APIRouter(prefix="/products", tags=["products"])


@router.get("", response_model=list[Product])
async def list_products(products: Products, skip: int = 0, limit: int = 20):
    return await products.page({}, skip, limit)


@router.get("/names")
async def product_names(products: Products):
    return await products.names()


@router.get("/{key}", response_model=Product)
async def show_product(key: Key, products: Products):
    product = await products.get(key)
    if product is None:
        raise HTTPException(404, "no such product")
    return product


@router.get("/{key}/price")
async def show_price(key: Key, db: Database):
    product = await db.products.find_one({"_id": key}, {"_id": 0, "sku": 1, "price_cents": 1})
    if product is None:
        raise HTTPException(404, "no such product")
    return product


@router.post("", status_code=201)
async def add_product(product: ProductIn, products: Products):
    if await products.by_sku(product.sku) is not None:
        raise HTTPException(409, "this article exists")
    return {"id": str(await products.add(product.model_dump()))}


@router.post("/{sku}/restock")
async def restock(sku: str, quantity: int, products: Products):
    if not await products.restock(sku, quantity):
        raise HTTPException(404, "no such product")
    return {"restocked": quantity}


@router.delete("/{key}")
async def remove_product(key: Key, products: Products):
    return {"removed": await products.remove(key)}
