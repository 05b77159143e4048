"""Completes what MySQL keeps of a schema change that Directus could not finish.

MySQL cannot undo the statements before the refused one. So a table, column or foreign key may exist
without the metadata that Directus knows it by, and Directus would refuse to create it again.
"""

from collections.abc import Collection
from contextlib import suppress
from typing import NamedTuple

from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import Instance, inspect
from sidecar.migration.schema.adopted_changes import AdoptedChange, adopted_changes
from sidecar.migration.schema.adopted_write import RefusedChange, apply_adopted
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.diff_entries import creates
from sidecar.migration.schema.field_name import FieldName
from sidecar.resources.base import segment
from sidecar.resources.data_model import untracked_tables


class Completed(NamedTuple):
    """What became of it."""

    # As it is now.
    destination: Instance
    # Collections that may still lack metadata.
    collections: frozenset[str]
    # What the destination refused once more.
    refused: tuple[RefusedChange, ...]


def complete_half_made(
    source: Instance,
    before: Instance,
    diff: SchemaDiff,
    loading: Collection[str],
    nullable: Collection[FieldName],
) -> Completed:
    """Have the destination, which was ``before``, know what it has of ``diff``.

    Collections of ``loading`` get the metadata of loading mode. Raises DirectusError.
    """
    destination = inspect(before.client)
    half_made = _half_made(before, destination, diff)
    for name in half_made:
        # The rest of the metadata comes with the next comparison.
        body = {"meta": {"accountability": None}}
        with suppress(DirectusRejected):
            before.client.send("PATCH", f"/collections/{segment(name)}", body=body)
    if half_made:
        destination = inspect(before.client)
    created = {
        (entry["collection"], entry["field"])
        for part in ("fields", "relations")
        for entry in diff.parts.get(part, ())
        if creates(entry)
    }
    found = adopted_changes(source, destination, loading=loading, nullable=nullable).changes
    changes = [change for change in found if (change.collection, change.column) in created]
    refused = [
        one
        for change in changes
        for one in apply_adopted(before.client, [change])
        if not _is_known_now(before.client, change)
    ]
    names = frozenset([*half_made, *(change.collection for change in changes)])
    return Completed(inspect(before.client) if names else destination, names, tuple(refused))


def _is_known_now(destination: Directus, change: AdoptedChange) -> bool:
    """Whether Directus takes at least the special of a column. It tells how values are stored."""
    if change.is_relation or "meta" not in change.body:
        return False
    special = change.body["meta"].get("special")
    try:
        destination.send("PATCH", change.path, body={"meta": {"special": special}})
    except DirectusRejected:
        return False
    return True


def _half_made(before: Instance, destination: Instance, diff: SchemaDiff) -> list[str]:
    """The tables of ``diff`` that have come without their collection."""
    created = {entry["collection"] for entry in diff.parts.get("collections", ()) if creates(entry)}
    untracked = {*untracked_tables(destination.collections)}
    return sorted((created & untracked) - {*untracked_tables(before.collections)})
