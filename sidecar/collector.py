"""Python's collector of reference cycles, for processes that have many rows go through their hands.

Rows are freed as soon as nobody refers to them. The collector goes through all of them again and
again for cycles that rows do not have: a tenth of the time that a page takes.
"""

import gc

# Python's own is 700. A page is some thousand objects, of which a few are held at the same time.
NEW_OBJECTS = 50_000


def collect_seldom() -> None:
    """Have this process, and those it forks, look for cycles seldom, and never in what it has
    imported."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
