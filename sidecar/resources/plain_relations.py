"""Finds the relations that Directus cannot create.

Directus creates a relation as a foreign key to the primary key of a tracked table. Databases that
are older than their Directus have others. Their values travel as they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sidecar.directus.client import Row

NO_COLUMN = "the field has no column in the database"
IS_KEY = "the field is itself the primary key"
SEVERAL = "it points to {} at the same time"
NO_TABLE = "it points to {}, and there is no such table"
UNTRACKED = "it points to {}, which Directus does not track"
NO_KEY = "it points to {}, which has no primary key of one column"
OTHER_COLUMN = "it points to {}, which is not the primary key there"


class PlainRelation(NamedTuple):
    """A relation that Directus cannot create."""

    # Why it cannot.
    reason: str
    # The tables that it points to, mostly one.
    targets: tuple[str, ...]
    # The database has a foreign key for it.
    is_constraint: bool


class _Tables(NamedTuple):
    """What an instance says of its tables."""

    # Tables that are part of the project's data model or of Directus, with their metadata.
    tracked: Mapping[str, Row]
    # All of them.
    known: Collection[str]
    # The columns of the primary key, by table of which Directus shows columns.
    keys: Mapping[str, Sequence[str]]
    # Collection and field of all columns.
    columns: Collection[tuple[str, str]]


def plain_relations(
    collections: Iterable[Row], fields: Iterable[Row], relations: Iterable[Row]
) -> dict[tuple[str, str], PlainRelation]:
    """The relations that Directus cannot create, by collection and field.

    From the answers of ``/collections``, ``/fields`` and ``/relations``.
    """
    tables = _tables(collections, fields)
    by_field: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in relations:
        # Directus itself creates the relations of its own columns.
        is_own = bool((row.get("meta") or {}).get("system"))
        if row.get("related_collection") is not None and not is_own:
            by_field[row["collection"], row["field"]].append(row)
    return {
        name: PlainRelation(reason, _targets(rows), any(row.get("schema") for row in rows))
        for name, rows in by_field.items()
        if (reason := _reason(name, rows, tables))
    }


def _tables(collections: Iterable[Row], fields: Iterable[Row]) -> _Tables:
    rows = [row for row in collections if row.get("schema") is not None]
    tracked = {
        row["collection"]: row.get("meta") or {}
        for row in rows
        if row.get("meta") is not None or row["collection"].startswith("directus_")
    }
    keys: dict[str, list[str]] = defaultdict(list)
    columns = set()
    for field in fields:
        if schema := field.get("schema"):
            columns.add((field["collection"], field["field"]))
            keys[field["collection"]] += [field["field"]] if schema.get("is_primary_key") else []
    return _Tables(tracked, {row["collection"] for row in rows}, keys, columns)


def _reason(name: tuple[str, str], rows: Sequence[Row], tables: _Tables) -> str | None:
    """Why Directus cannot create the relation that ``rows`` describe. None: it can."""
    collection, field = name
    targets = _targets(rows)
    target = targets[0]
    if name not in tables.columns:
        return NO_COLUMN
    if tables.keys[collection] == [field]:
        return IS_KEY
    if len(targets) > 1:
        return SEVERAL.format(" and ".join(targets))
    if target not in tables.known:
        return NO_TABLE.format(target)
    if target not in tables.tracked:
        return UNTRACKED.format(target)
    # Directus shows no columns of tables without such a key.
    key = tables.keys.get(target, [])
    if len(key) != 1:
        return NO_KEY.format(target)
    columns = {column for row in rows if (column := _target_column(row)) is not None}
    if columns and key[0] not in columns:
        return OTHER_COLUMN.format(f"{target}.{min(columns)}")
    return None


def _targets(rows: Sequence[Row]) -> tuple[str, ...]:
    """The tables that ``rows`` point to, by metadata and by foreign key."""
    foreign_keys = [row["schema"] for row in rows if row.get("schema")]
    targets = {str(row["related_collection"]) for row in rows}
    targets |= {str(key["foreign_key_table"]) for key in foreign_keys if "foreign_key_table" in key}
    return tuple(sorted(targets))


def _target_column(row: Row) -> str | None:
    """The column that a foreign key points to. SQLite names none where it is the primary key."""
    column: str | None = (row.get("schema") or {}).get("foreign_key_column")
    return column
