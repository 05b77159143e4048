"""One side, read: its data model, its rows, its settings and its journal."""
