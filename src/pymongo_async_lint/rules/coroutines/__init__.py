"""PMA1xx: coroutines, cursors and context managers of the async drivers, misused."""
