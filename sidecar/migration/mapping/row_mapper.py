"""Maps a source row to what it has to be at the destination: columns that travel, references
mapped, values encoded."""

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
# What Directus writes into each object of a content version.
ANNOTATIONS = frozenset({"_user", "_date"})


class MappedRow(NamedTuple):
    """A row as it has to be at the destination."""

    # By column. A reference to a row that has no id yet is pending.
    values: Row
    # The primary key at the source.
    source_key: Any
    # The primary key at the destination. None: the destination assigns it, or it is ambiguous.
    key: Any
    # References without a counterpart, which become null.
    cleared: tuple[str, ...] = ()
    # References without a counterpart that may not be null.
    barred: tuple[str, ...] = ()
    # References to rows that do not arrive because they cannot be read. They become null.
    lost_targets: tuple[str, ...] = ()
    # References that leave the selection. Only new rows have them empty.
    left_empty: tuple[str, ...] = ()
    # Columns with a value that the destination cannot hold, and why.
    unsupported_values: Mapping[str, str] = NOTHING
    # Columns of which the destination keeps or shows less.
    lossy_columns: Mapping[str, Loss] = NOTHING

    @property
    def has_cleared(self) -> bool:
        """Whether references become null because their targets do not arrive."""
        return bool(self.lost_targets or self.left_empty)

    @property
    def is_writable(self) -> bool:
        """Whether the destination can take the row."""
        return not self.barred and not self.unsupported_values


class RowMapper:
    """Maps the rows of one resource."""

    def __init__(
        self,
        resource: Resource,
        identities: Identities,
        codecs: ValueCodecs,
        collation: KeyCollation,
    ) -> None:
        self._resource = resource
        self._codecs = codecs
        self.codec = codecs.of(resource)
        self._collation = collation
        self._identities = identities
        self._mapped = [
            ref
            for ref in resource.references
            if identities.covers(ref.target) or ref.target in identities.dangling
        ]
        arriving = identities.arriving
        self._may_pend = [ref.column for ref in self._mapped if ref.target in arriving]
        self._may_pend += [
            ref.item for ref in resource.item_references if arriving & {*ref.targets}
        ]

    def map_page(self, rows: Sequence[Row]) -> list[MappedRow]:
        """Map each of ``rows``. A reference without a counterpart becomes null."""
        return [self._map(row) for row in self._collation.align_references(rows)]

    def key(self, row: Row) -> Any:
        """The key of ``row`` at the destination. None: the destination assigns it, or it is
        ambiguous."""
        key = row[self._resource.key]
        if self._resource.rules.server_assigned_key:
            return self._identities.ids[self._resource.name].get(key)
        if self._resource.rules.natural_key:
            return self._identities.counterpart(self._resource.name, key)
        return key

    def _map(self, row: Row) -> MappedRow:
        values = {column: row[column] for column in self._resource.columns}
        cleared: list[str] = []
        barred: list[str] = []
        for column, nullable in self._map_references(values):
            (cleared if nullable else barred).append(column)
        pending = {
            column: values[column] for column in self._may_pend if is_pending(values[column])
        }
        # A codec knows no pending ids.
        values |= dict.fromkeys(pending)
        self._map_texts(values)
        key = self.key(row)
        if key is not None:
            values[self._resource.key] = key
        encoded = self.codec.encode(values)
        return MappedRow(
            {**encoded.values, **pending} if pending else encoded.values,
            row[self._resource.key],
            None if key is None else encoded.values[self._resource.key],
            tuple(cleared),
            tuple(barred),
            unsupported_values=encoded.unsupported_values,
            lossy_columns=encoded.lossy_columns,
        )

    def _map_references(self, values: Row) -> Iterator[tuple[str, bool]]:
        """Map the references in ``values``; yields the columns without a counterpart, and whether
        they may be null. The plan has named those that point at nothing and may be null."""
        for reference in self._mapped:
            if (before := values[reference.column]) is not None:
                target = reference.target
                values[reference.column] = self._identities.counterpart(target, before)
                is_known = reference.nullable and self._identities.is_dangling(target, before)
                if values[reference.column] is None and not is_known:
                    yield reference.column, reference.nullable
        for named in self._resource.item_references:
            target, before = str(values.get(named.collection)), values.get(named.item)
            if before is not None:
                values[named.item] = self._item(target, before, named.targets)
                if values[named.item] is None:
                    yield named.item, named.nullable

    def _item(self, target: str, key: Any, allowed: Collection[str]) -> Any:
        """The key that a reference to ``key`` of the collection ``target`` becomes."""
        item = self._identities.item(target, key)
        if is_pending(item):
            # The load order waits only for the collections that the relation allows.
            return item if target in allowed else None
        return None if item is None else self._codecs.key_in_text(target, item)

    def _map_texts(self, values: Row) -> None:
        for column in self._resource.quoting:
            values[column] = self._identities.rewrite(values[column])
        for column in self._resource.rules.server_annotated:
            values[column] = without_annotations(values[column])
        for column in self._resource.rules.secret:
            values[column] = None if values[column] is None else secrets.token_urlsafe(SECRET_BYTES)


def encode(resource: Resource, row: Row, *, exists: bool = False) -> bytes:
    """``row`` as the JSON to send. A row that does not exist has no key that the destination
    assigns.

    Directus stores a text in a JSON column as it comes, so it has to be JSON itself. On some
    databases Directus stores true as 1. PostgreSQL's driver writes a list as an array, where the
    column has no metadata.
    """
    texts = {
        name: orjson.dumps(row[name]).decode()
        for name in resource.documents
        if isinstance(row.get(name), str | bool | list)
    }
    is_unnamed = resource.rules.server_assigned_key and not exists
    sent = without(row, [resource.key]) if is_unnamed else row
    return orjson.dumps({**sent, **texts})


def at_first(resource: Resource, row: Row) -> Row:
    """``row`` as the first write creates it."""
    return {**row, **dict(resource.rules.at_first)}


def without_annotations(document: Any) -> Any:
    """``document`` without the author and date that Directus writes into each object of a content
    version."""
    if isinstance(document, dict):
        return {
            name: without_annotations(value)
            for name, value in document.items()
            if name not in ANNOTATIONS
        }
    if isinstance(document, list):
        return [without_annotations(value) for value in document]
    return document


def without(row: Row, columns: Collection[str]) -> Row:
    """``row`` without ``columns``."""
    return {name: value for name, value in row.items() if name not in columns}
