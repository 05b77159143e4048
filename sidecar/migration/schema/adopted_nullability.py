"""NOT NULL columns without metadata that are nullable while their collection loads.

``/schema/apply`` creates them, and afterwards ignores them: see ``adopted_changes``.
"""

from collections.abc import Collection

from sidecar.directus.client import Directus
from sidecar.migration.instance.instance import Instance, inspect
from sidecar.migration.schema.adopted_changes import adopted_changes
from sidecar.migration.schema.adopted_write import apply_adopted
from sidecar.migration.schema.field_name import FieldName, field_name


class AdoptedNullability:
    """Switches such columns of ``destination``: those of ``relaxed`` that the source has without
    metadata."""

    def __init__(
        self, source: Instance, destination: Directus, relaxed: Collection[FieldName]
    ) -> None:
        self._source = source
        self._destination = destination
        adopted = {field_name(row) for row in source.fields if not row.get("meta")}
        self.columns = adopted.intersection(relaxed)
        self._nullable: set[FieldName] | None = None

    def switch(self, nullable: Collection[FieldName]) -> set[FieldName]:
        """Make exactly ``nullable`` of them nullable; returns those that could not be made NOT
        NULL. Idempotent: repeating it sends no request. Raises DirectusError."""
        wanted = self.columns.intersection(nullable)
        if not self.columns or wanted == self._nullable:
            return set()
        changes = [
            change
            for change in adopted_changes(
                self._source, inspect(self._destination), nullable=wanted
            ).changes
            if (change.collection, change.column) in self.columns
        ]
        refused = apply_adopted(self._destination, changes)
        self._nullable = wanted
        return {(one.collection, one.column) for one in refused} - wanted
