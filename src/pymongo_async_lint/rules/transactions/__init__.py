"""PMA6xx: what belongs to a transaction."""
