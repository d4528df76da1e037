"""PMA2xx: the sync driver, or Motor, where Async PyMongo belongs."""
