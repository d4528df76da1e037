"""PMA7xx: what comes from outside."""
