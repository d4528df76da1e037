"""PMA3xx: how long a client lives."""
