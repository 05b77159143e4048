"""A source row as it has to stand at the destination: only columns that travel, references
mapped."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from sidecar.directus.client import Row
from sidecar.migration.mapping.identities import Identities, is_pending
from sidecar.migration.values.conversion import NOTHING, Loss, ValueCodecs
from sidecar.migration.values.key_collation import KeyCollation
from sidecar.resources.base import Resource

SECRET_BYTES = 24
CLEARED = "{}: set to null where it points at something that the destination does not have"
MISSING_REFERENCE = "{} points at nothing that the destination has, and may not be empty there"
STAMPS = frozenset({"_user", "_date"})


class MappedRow(NamedTuple):
    """``values`` by column, and the ``key`` at the destination: None when the destination gives it,
    or when it is not clear which row there is meant. A reference to a row that is still to get its
    id is pending. ``cleared`` references have no counterpart; ``barred`` ones may not be null.
    ``unsupported_values`` columns hold what the destination cannot, ``lossy_columns`` ones more
    than it keeps or shows."""

    values: Row
    source_key: Any
    key: Any
    cleared: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    unsupported_values: Mapping[str, str] = NOTHING
    lossy_columns: Mapping[str, Loss] = NOTHING

    @property
    def admitted(self) -> bool:
        """Whether the row can be written."""
        return not self.barred and not self.unsupported_values


class RowMapper:
    """Maps the rows of one resource, between two vendors by what they mean."""

    def __init__(
        self,
        resource: Resource,
        identities: Identities,
        codecs: ValueCodecs,
        spelling: KeyCollation,
    ) -> None:
        self._resource = resource
        self._meanings = codecs
        self.codec = codecs.of(resource)
        self._spelling = spelling
        self._mapped = [ref for ref in resource.references if identities.covers(ref.target)]
        self._may_pend = [ref.column for ref in self._mapped if ref.target in identities.arriving]
        self._may_pend += [
            ref.item for ref in resource.item_references if identities.arriving & {*ref.targets}
        ]
        self._identities = identities

    def map_page(self, rows: Sequence[Row]) -> list[MappedRow]:
        """``rows`` with every reference rewritten; one without counterpart becomes null."""
        return [self._map(row) for row in self._spelling.of_keys(rows)]

    def _map(self, row: Row) -> MappedRow:
        values = {column: row[column] for column in self._resource.columns}
        cleared: list[str] = []
        barred: list[str] = []
        for column, nullable in self._map_references(values):
            (cleared if nullable else barred).append(column)
        pending = {
            column: values[column] for column in self._may_pend if is_pending(values[column])
        }
        values |= dict.fromkeys(pending)
        self._map_rest(values)
        key = self.key(row)
        if key is not None:
            values[self._resource.key] = key
        written = self.codec.encode(values)
        key = None if key is None else written.values[self._resource.key]
        written_values = {**written.values, **pending} if pending else written.values
        return MappedRow(
            written_values,
            row[self._resource.key],
            key,
            tuple(cleared),
            tuple(barred),
            written.unsupported_values,
            written.lossy_columns,
        )

    def key(self, row: Row) -> Any:
        """The key of ``row`` at the destination; None when it is not there and gets one there."""
        key = row[self._resource.key]
        if self._resource.rules.server_assigned_key:
            return self._identities.ids[self._resource.name].get(key)
        return (
            self._identities.counterpart(self._resource.name, key)
            if self._resource.rules.natural_key
            else key
        )

    def _map_references(self, values: Row) -> Iterator[tuple[str, bool]]:
        """Rewrite the references in ``values``; yields those without counterpart, and whether they
        may be null."""
        for reference in self._mapped:
            if (before := values[reference.column]) is not None:
                values[reference.column] = self._identities.counterpart(reference.target, before)
                if values[reference.column] is None:
                    yield reference.column, reference.nullable
        for named in self._resource.item_references:
            target, before = str(values.get(named.collection)), values.get(named.item)
            if before is not None:
                after = self._identities.item(target, before)
                if is_pending(after):
                    # What the relation does not allow was not waited for.
                    after = after if target in named.targets else None
                elif after is not None:
                    after = self._meanings.key_in_text(target, after)
                values[named.item] = after
                if after is None:
                    yield named.item, named.nullable

    def _map_rest(self, values: Row) -> None:
        for column in self._resource.quoting:
            values[column] = self._identities.rewrite(values[column])
        for column in self._resource.rules.server_annotated:
            values[column] = without_stamps(values[column])
        for column in self._resource.rules.secret:
            values[column] = None if values[column] is None else secrets.token_urlsafe(SECRET_BYTES)


def encode(resource: Resource, row: Row) -> bytes:
    """``row`` as JSON to be written, without a key that the destination gives. Directus stores a
    bare text in a JSON column as it comes, which has to be JSON, and true as 1 on some databases.
    """
    texts = {
        name: orjson.dumps(row[name]).decode()
        for name in resource.documents
        if isinstance(row.get(name), str | bool)
    }
    sent = without(row, [resource.key]) if resource.rules.server_assigned_key else row
    return orjson.dumps({**sent, **texts})


def at_first(resource: Resource, row: Row) -> Row:
    """``row`` as it is created, before its second write."""
    return {**row, **dict(resource.rules.at_first)}


def without_stamps(document: Any) -> Any:
    """``document`` less the author and date that Directus 12 writes into each object of a content
    version."""
    if isinstance(document, dict):
        return {
            name: without_stamps(value) for name, value in document.items() if name not in STAMPS
        }
    return [without_stamps(value) for value in document] if isinstance(document, list) else document


def without(row: Row, columns: Collection[str]) -> Row:
    """``row`` less ``columns``."""
    return {name: value for name, value in row.items() if name not in columns}
