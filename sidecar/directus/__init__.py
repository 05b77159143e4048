"""The REST client for Directus instances: the only package that speaks HTTP to them."""
