"""The databases that Directus runs on, by the names that Directus gives them."""

SQLITE, POSTGRES, MYSQL = "sqlite", "postgres", "mysql"
# JavaScript numbers, and SQLite's JSON, hold larger integers only approximately.
MAX_EXACT_INTEGER = 2**53 - 1
