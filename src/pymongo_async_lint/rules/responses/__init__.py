"""PMA4xx: what leaves through a response."""
