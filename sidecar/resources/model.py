"""The data model of an instance, as a value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sidecar.resources.base import Column, Resource
from sidecar.resources.plain_relations import PlainRelation


@dataclass(frozen=True, slots=True)
class DataModel:
    """The tables of an instance: resources by collection, and columns by collection and name."""

    resources: dict[str, Resource]
    columns: dict[str, dict[str, Column]]
    # Tracked tables without a primary key of one column under which Directus finds rows. It does
    # not create them as they are, and mostly shows no rows.
    keyless: frozenset[str] = frozenset()
    # Relations that Directus cannot create, by collection and field.
    plain: Mapping[tuple[str, str], PlainRelation] = field(default_factory=dict)

    def only(self, collections: Collection[str]) -> "DataModel":
        """The model of ``collections``. Their references to others stay."""
        return DataModel(
            {name: one for name, one in self.resources.items() if name in collections},
            {name: one for name, one in self.columns.items() if name in collections},
            self.keyless.intersection(collections),
            {name: one for name, one in self.plain.items() if name[0] in collections},
        )
