"""One small database for each kind of trouble, as data. A module holds one kind.

The letters are those of the kinds: A refused schemas, B columns, C relations, D numbers that the
destination gives, E what a collection is, F what Directus shows, G tables that change, H what has
no place in Directus, I names, J rows that cannot be read, K system rows.
"""

from tests.databases.sources import (
    changing,
    columns,
    counters,
    defaults,
    names,
    natures,
    numbered,
    refused,
    relations,
    shown,
    system_rows,
    unreadable,
    unsupported,
)
from tests.databases.sources.source import Source

MODULES = (
    refused, columns, defaults, counters, relations, numbered, natures, shown, changing,
    unsupported, names, unreadable, system_rows,
)  # fmt: skip
_ALL: tuple[Source, ...] = tuple(source for module in MODULES for source in module.SOURCES)
SOURCES = tuple(source for source in _ALL if not source.conflict)
# A run with any of these is refused as a whole.
CONFLICTS = tuple(source for source in _ALL if source.conflict)
