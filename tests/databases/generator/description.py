"""A database as data: what is drawn at random, made smaller, and turned into steps."""

from dataclasses import dataclass, field

from tests.databases.sources.source import Step

# Keys that the database counts; rows are inserted without them.
COUNTED = frozenset({"serial", "identity"})
NO_KEY, COMPOSITE = "none", "composite"


@dataclass(frozen=True)
class Column:
    """One column besides the key. Literals are SQL."""

    name: str
    type: str
    default: str | None = None
    generated: str | None = None
    not_null: bool = False
    unique: bool = False
    indexed: bool = False
    checked: bool = False
    # Has metadata in Directus, with these specials. None: it has none.
    special: tuple[str, ...] | None = None
    # The table that it points at, by its number in the description.
    target: int | None = None
    on_delete: str = "no action"
    # False: only Directus knows of the relation.
    constrained: bool = True


@dataclass(frozen=True)
class Table:
    """One table. Each row has the literal of the key, if it is not counted, and of each column."""

    number: int
    name: str
    # serial, identity, bigint, uuid, varchar(20), composite or none.
    key: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    tracked: bool = True
    singleton: bool = False
    # Directus made it, not SQL.
    native: bool = False
    # The first two columns are unique together.
    together: bool = False

    @property
    def is_target(self) -> bool:
        """Whether others can point at it."""
        return self.key not in (NO_KEY, COMPOSITE)


@dataclass(frozen=True)
class Change:
    """Something that happens to a table between two runs."""

    table: int
    steps: tuple[Step, ...] = field(hash=False)


@dataclass(frozen=True)
class Description:
    """A whole source."""

    vendor: str
    tables: tuple[Table, ...]
    changes: tuple[Change, ...] = ()
    # The first run is cancelled after so many rows.
    cut: int | None = None
    # There is an enum, for columns of that type.
    enum: bool = False

    def table(self, number: int) -> Table | None:
        """The table of that number, if it is still there."""
        return next((table for table in self.tables if table.number == number), None)
