"""Tells what the destination will refuse of a schema, before anything is written."""

from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.diff_entries import creates
from sidecar.migration.schema.refused_changes import COLLECTION, Refusal
from sidecar.migration.schema.split_diff import COLLECTIONS

SLASH = "/"
REASON = "Directus creates no collection with a slash in its name"


def foreseen_refusals(diff: SchemaDiff) -> list[Refusal]:
    """The new collections of ``diff`` that Directus will not create. Sends nothing."""
    return [
        Refusal(entry["collection"], None, COLLECTION.format(REASON))
        for entry in diff.parts.get(COLLECTIONS, ())
        if creates(entry) and SLASH in entry["collection"]
    ]
