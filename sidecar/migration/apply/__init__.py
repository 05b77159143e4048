"""Writes the plan to the destination."""
