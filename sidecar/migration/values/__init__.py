"""One value between two databases: how it is parsed, converted and compared."""
