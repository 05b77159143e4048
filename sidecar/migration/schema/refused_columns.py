"""Finds new columns that the destination's database would refuse, before anything is written."""

from collections.abc import Iterator, Mapping

from sidecar.directus.client import Row
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.diff_entries import creates
from sidecar.migration.schema.refused_changes import Refusal
from sidecar.migration.schema.split_diff import FIELDS, Change, changes_of
from sidecar.resources.vendors import POSTGRES

NOT_NULL = (
    "{}: this column may not be empty, and rows that the destination has would be empty there. So "
    "the column is not created, and its values are not migrated. Give it a default at the source, "
    "let it be empty, or create it at the destination by hand with values, and start again"
)


def refused_columns(
    diff: SchemaDiff, rows_before: Mapping[str, int], vendor: str
) -> dict[Change, Refusal]:
    """The parts of ``diff`` that the destination would refuse, and why.

    ``rows_before`` is the number of rows of its collections.
    """
    if vendor != POSTGRES:
        return {}
    return {
        change: Refusal(change.collection, change.field, NOT_NULL.format(change.field))
        for entry in _required(diff)
        if rows_before.get(entry["collection"])
        for change in changes_of(FIELDS, entry)
    }


def _required(diff: SchemaDiff) -> Iterator[Row]:
    """The entries that create a column with NOT NULL and without a default."""
    for entry in diff.parts.get(FIELDS, ()):
        schema = (creates(entry) and entry["diff"][0]["rhs"].get("schema")) or {}
        is_filled = schema.get("default_value") is not None or schema.get("has_auto_increment")
        if schema.get("is_nullable") is False and not is_filled:
            yield entry
