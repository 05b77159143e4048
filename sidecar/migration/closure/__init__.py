"""Which rows of the source travel: those that were selected, and those that they need."""
