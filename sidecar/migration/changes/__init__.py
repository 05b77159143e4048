"""What a run changes, row by row and field by field: recorded while it runs, read afterwards."""
