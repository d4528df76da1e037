"""The warehouse runs on the sync driver, the reviews run on Motor. To be moved one day."""

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient

from .settings import get_settings

warehouse = MongoClient(get_settings().warehouse_uri)["warehouse"]
reviews = AsyncIOMotorClient(get_settings().mongodb_uri)["shop"]["reviews"]
