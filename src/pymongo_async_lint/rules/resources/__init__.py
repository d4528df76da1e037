"""PMA5xx: options of clients, and what a request costs."""
