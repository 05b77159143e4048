"""Leaves out of a snapshot what depends on columns that cannot be made.

Directus would give a collection without its key another one, and refuse a relation without its
column.
"""

from collections.abc import Callable

from sidecar.directus.client import Row
from sidecar.migration.instance.collection_groups import without_members
from sidecar.migration.schema.column_decision import ColumnDecision
from sidecar.migration.schema.field_name import field_name


def without_unmade(desired: Row, decide: Callable[[Row], ColumnDecision]) -> Row:
    """A snapshot with the fields as ``decide`` has them made, and without what cannot be made.

    Those are columns, their relations, and collections whose key is such a column.
    """
    decisions = [(row, decide(row).field) for row in desired["fields"]]
    unmade = [row for row, made in decisions if made is None]
    columns = {field_name(row) for row in unmade}
    keyless = {row["collection"] for row in unmade if row["schema"].get("is_primary_key")}
    return {
        **desired,
        "collections": without_members(desired["collections"], keyless),
        "fields": [
            made for row, made in decisions if made is not None and row["collection"] not in keyless
        ],
        "relations": [
            row
            for row in desired["relations"]
            if field_name(row) not in columns
            and keyless.isdisjoint((row["collection"], row.get("related_collection")))
        ],
    }
