import os
from functools import lru_cache

from pydantic import BaseModel


class Settings(BaseModel):
    mongodb_uri: str = "mongodb://localhost:27017"
    database: str = "shop"
    warehouse_uri: str = "mongodb://localhost:27017"


@lru_cache
def get_settings() -> Settings:
    variables = {name: os.environ.get(f"SHOP_{name.upper()}") for name in Settings.model_fields}
    return Settings(**{name: value for name, value in variables.items() if value is not None})
