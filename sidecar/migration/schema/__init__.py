"""The destination's data model: compare it, translate the source's to it and change it safely."""
