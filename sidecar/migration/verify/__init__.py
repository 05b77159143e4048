"""Proves what the destination holds after a run."""
