"""Checks before planning: may the migration run, and what would it move?"""
