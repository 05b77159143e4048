"""Both sides, row by row: what is the same, what differs, what has to stay behind."""
