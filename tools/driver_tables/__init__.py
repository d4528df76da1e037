"""Makes the tables of `pymongo_async_lint.drivers` from the drivers themselves."""
