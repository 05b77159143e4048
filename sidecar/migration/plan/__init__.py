"""The plan: what moves, in which order, and what is known before anything is written."""
