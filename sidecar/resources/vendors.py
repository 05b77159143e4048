"""The databases that Directus runs on, by the names that Directus gives them."""

SQLITE, POSTGRES, MYSQL = "sqlite", "postgres", "mysql"
