"""The garbage collector of Python, tuned for processes that handle many rows.

Rows are freed as soon as nothing refers to them. The collector searches them for reference cycles
again and again, although they have none. That takes a tenth of the time of a page.
"""

import gc

# Python collects after 700 new objects. A page has some thousands, and few pages exist at a time.
MAX_NEW_OBJECTS = 50_000


def collect_seldom() -> None:
    """Make this process and its forks collect less often, and never search imported modules."""
    gc.freeze()
    gc.set_threshold(MAX_NEW_OBJECTS)
