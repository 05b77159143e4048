"""The sidecar of the Directus Migration Module: it moves one live Directus instance to another."""
