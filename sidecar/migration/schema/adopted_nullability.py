"""NOT NULL columns without metadata that are nullable while their collection loads.

``/schema/apply`` creates them, and afterwards ignores them: see ``adopted_changes``.
"""

from collections.abc import Collection

from sidecar.directus.client import Directus
from sidecar.migration.instance.instance import Instance, inspect
from sidecar.migration.schema.adopted_changes import AdoptedChange, adopted_changes
from sidecar.migration.schema.adopted_write import RefusedChange, apply_adopted
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
        # Other changes of them that the destination did not accept, by the request.
        self.refused: dict[str, RefusedChange] = {}
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
        self.refused.clear()
        firm = [change for change in changes if not self._apply(change)]
        self._nullable = wanted
        return {(change.collection, change.column) for change in firm} - wanted

    def _apply(self, change: AdoptedChange) -> bool:
        """Whether the column takes null as it has to. Another part of the change that is refused
        is recorded."""
        refused = apply_adopted(self._destination, [change])
        if not refused:
            return True
        if not change.is_nullability:
            self.refused[change.path] = refused[0]
            return True
        nullability, rest = change.parts()
        if rest is None:
            return False
        if not apply_adopted(self._destination, [nullability]):
            self.refused[change.path] = refused[0]
            return True
        for one in apply_adopted(self._destination, [rest]):
            self.refused[change.path] = one
        return False
