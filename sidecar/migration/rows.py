"""A source row as it has to stand at the destination: only columns that travel, references mapped."""

from collections.abc import Collection
from dataclasses import dataclass

import orjson

from sidecar.directus.client import Row
from sidecar.migration.identities import Identities
from sidecar.resources.base import Resource


@dataclass(frozen=True, slots=True)
class MappedRow:
    """``values`` by column; ``cleared`` references that have no counterpart; ``barred`` ones may not be null."""

    values: Row
    cleared: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()


class RowMapper:
    """Maps the rows of one resource."""

    def __init__(self, resource: Resource, identities: Identities) -> None:
        self._columns = resource.columns
        self._mapped = [ref for ref in resource.references if identities.covers(ref.target)]
        self._identities = identities

    def map(self, row: Row) -> MappedRow:
        """``row`` with every reference rewritten; one without counterpart becomes null."""
        values = {column: row[column] for column in self._columns}
        cleared: list[str] = []
        barred: list[str] = []
        for reference in self._mapped:
            before = values[reference.column]
            if before is None:
                continue
            values[reference.column] = self._identities.counterpart(reference.target, before)
            if values[reference.column] is None:
                (cleared if reference.nullable else barred).append(reference.column)
        return MappedRow(values, tuple(cleared), tuple(barred))


def encode(resource: Resource, row: Row) -> bytes:
    """``row`` as JSON to be written. Directus stores a bare text in a JSON column as it comes, which has to be JSON."""
    texts = {name: orjson.dumps(row[name]).decode() for name in resource.documents if isinstance(row.get(name), str)}
    return orjson.dumps({**row, **texts})


def without(row: Row, columns: Collection[str]) -> Row:
    """``row`` less ``columns``."""
    return {name: value for name, value in row.items() if name not in columns}
