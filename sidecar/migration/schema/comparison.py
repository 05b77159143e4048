"""Compares the schemas of both sides: what Directus compares, and what it ignores."""

from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.adopted_changes import adopted_changes
from sidecar.migration.schema.diff import SchemaDiff, compare_schema
from sidecar.migration.schema.snapshot import desired_snapshot


def compare_sides(source: Instance, destination: Instance, *, force: bool) -> SchemaDiff:
    """All that changes at the destination. Reads only.

    Raises DirectusRejected when version or database differ and ``force`` is not set.
    """
    desired = desired_snapshot(source, destination)
    diff = compare_schema(destination.client, desired, destination.snapshot, force=force)
    return diff.with_adopted(adopted_changes(source, destination))
