"""Runs in the background: RQ works them off, Redis keeps their records."""
