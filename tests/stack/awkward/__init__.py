"""The awkward source: every type, key, relation and file that is easy to damage on the way, and
tables that were there before Directus. It fits the 25 collections of a Directus 12 without a
licence, with one to spare."""

from tests.stack.awkward.adopted import NOTED_BY_DIRECTUS, RELATED_BY_DIRECTUS, TRACKED, UNTRACKED
from tests.stack.awkward.circles import NOT_NULL
from tests.stack.awkward.every_type import CANNOT_TRAVEL
from tests.stack.awkward.library import LOST
from tests.stack.awkward.load import NEW_ROWS, TABLES, load

__all__ = [
    "CANNOT_TRAVEL",
    "COLLECTIONS",
    "LOST_FILE",
    "NEW_ROWS",
    "NOTED_BY_DIRECTUS",
    "NOT_NULL",
    "RELATED_BY_DIRECTUS",
    "TRACKED",
    "UNTRACKED",
    "load",
]

COLLECTIONS: tuple[str, ...] = (*(table["collection"] for table in TABLES), *TRACKED)
# The file whose bytes are no longer at the source.
LOST_FILE: str = LOST.id
