"""Databases as people have them: what a run must not lose silently, and must not fail on.

``sources`` holds a small database for each kind of trouble, ``generator`` builds others at random.
Each is migrated by real instances; ``comparison`` compares both databases by SQL, ``coverage`` asks
whether the report of the run names each difference, and ``invariants`` holds what is true of any
run.
"""
