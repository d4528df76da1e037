"""PMA9xx: what differs between Motor and Async PyMongo."""
