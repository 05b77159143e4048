"""What is known in advance about columns that do not arrive as they are, by column."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.column_decision import (
    COUNTER_LOST,
    DEFAULT_LOST,
    MADE_AS,
    UNKNOWN_TYPE,
    ColumnDecision,
    ColumnFinding,
)
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.schema.lost_relations import added_foreign_keys
from sidecar.migration.schema.same_database import SameDatabase
from sidecar.migration.schema.snapshot import adopted_rows
from sidecar.migration.schema.type_changes import lost_defaults
from sidecar.migration.schema.unsupported_columns import unsupported_columns

IDENTITY_LOST = ColumnFinding(
    COUNTER_LOST,
    "the database counts it as an identity column. Directus cannot create one, so only its values "
    "are migrated",
)
KEY_ADDED = ColumnFinding(
    MADE_AS,
    "the source's database has no foreign key for this relation. Directus creates one at the "
    "destination",
)
NO_DEFAULT = "its default ({}) does not exist in the destination's database, so it has none there"


class NamedFinding(NamedTuple):
    """A finding about one column."""

    collection: str
    column: str
    code: str
    message: str


def column_findings(source: Instance, destination: Instance) -> list[NamedFinding]:
    """The findings about all columns of the source, sorted; at most one of a code for a column."""
    if source.vendor == destination.vendor:
        database = SameDatabase(source, destination.snapshot, destination.fields)
        found = _decided(source, database.decide)
    else:
        found = _between_vendors(source, destination)
    identities = ((name, IDENTITY_LOST) for name in source.identity_columns)
    added = ((name, KEY_ADDED) for name in added_foreign_keys(source, destination))
    keys = _keys(source)
    messages: dict[tuple[FieldName, str], list[str]] = {}
    for name, finding in (*found, *identities, *added):
        # Of a table that is not migrated for its key, only the key is named, if Directus knows it.
        if name[0] not in source.model.keyless or (name in keys and finding.code == UNKNOWN_TYPE):
            messages.setdefault((name, finding.code), []).append(finding.message)
    return sorted(
        NamedFinding(*name, code, "; ".join(dict.fromkeys(texts)))
        for (name, code), texts in messages.items()
    )


def _keys(source: Instance) -> set[FieldName]:
    return {
        field_name(row) for row in source.fields if (row.get("schema") or {}).get("is_primary_key")
    }


def _decided(
    source: Instance, decide: Callable[[Row], ColumnDecision]
) -> Iterator[tuple[FieldName, ColumnFinding]]:
    for row in _migrated(source):
        for finding in decide(row).findings:
            yield field_name(row), finding


def _between_vendors(
    source: Instance, destination: Instance
) -> Iterator[tuple[FieldName, ColumnFinding]]:
    unsupported = unsupported_columns(source, destination.snapshot)
    yield from unsupported.items()
    for collection, column, default in lost_defaults(source, destination):
        if (collection, column) not in unsupported:
            message = NO_DEFAULT.format(default)
            yield (collection, column), ColumnFinding(DEFAULT_LOST, message)


def _migrated(source: Instance) -> Iterable[Row]:
    """The fields with a column that the schema of the source consists of, with their comments."""
    rows = (*source.snapshot["fields"], *adopted_rows(source, source.fields))
    names = {field_name(row) for row in rows}
    return (row for row in source.fields if row.get("schema") and field_name(row) in names)
