"""What a migration needs to know where both sides are not the same version of Directus on the same database."""
