"""Changes the destination's columns and foreign keys that have no metadata there."""

from collections.abc import Iterable
from typing import NamedTuple

from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected
from sidecar.migration.schema.adopted_changes import AdoptedChange

MESSAGE = (
    "{}: the destination refused the change of this column: {}. Change it by hand, as it is at the "
    "source; the rows are migrated as far as the column takes them"
)


class RefusedChange(NamedTuple):
    """A change that the destination did not accept."""

    collection: str
    column: str
    message: str


def apply_adopted(destination: Directus, changes: Iterable[AdoptedChange]) -> list[RefusedChange]:
    """Apply each change with a request of its own; returns what was refused.

    Raises DirectusError when the destination cannot be reached.
    """
    refused = []
    for change in changes:
        try:
            if change.is_relation:
                # Version 11.17 ends its process when this is the first request after a change of
                # the schema.
                destination.get(change.path)
            destination.send("PATCH", change.path, body=change.body)
        except DirectusRejected as error:
            message = MESSAGE.format(change.column, error.message.rstrip("."))
            refused.append(RefusedChange(change.collection, change.column, message))
    return refused
