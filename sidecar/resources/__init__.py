"""What can be moved, as data: rows that say where a resource lives, which columns it has and what
they point at."""
