"""PMA0: comments that this tool reads."""
