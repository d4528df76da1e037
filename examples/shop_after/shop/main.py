from contextlib import asynccontextmanager

from fastapi import FastAPI

from .db import mongo
from .routers import admin, customers, orders, products, reviews
from .settings import get_settings


@asynccontextmanager
async def lifespan(app: FastAPI):
    await mongo.connect(get_settings())
    app.state.db = mongo.db
    yield
    await mongo.close()


app = FastAPI(title="Shop", lifespan=lifespan)
app.include_router(products.router)
app.include_router(orders.router)
app.include_router(customers.router)
app.include_router(reviews.router)
app.include_router(admin.router)
