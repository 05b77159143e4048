"""Compares two databases by SQL, and says each difference as data."""
