"""Content versions. Directus takes a version and its delta, which is what it changes, by two
requests."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.compare.updates import are_updated
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.mapping.row_mapper import MappedRow, without
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource, segment

DELTA = "delta"
ACCEPTED = ("collection", "item", "key", "name")


class VersionTransfer:
    """Creates versions and saves their deltas.

    ``prepare`` is called before each version with the collection of its item: Directus records the
    save as an activity of that collection.
    """

    def __init__(
        self,
        run: Run,
        resource: Resource,
        changes: SourceChanges,
        prepare: Callable[..., None],
    ) -> None:
        self._run = run
        self._resource = resource
        self._changes = changes
        self._prepare = prepare

    def finished(self, existing: dict[Any, Row], mapped: Sequence[MappedRow]) -> dict[Any, Row]:
        """The ``existing`` versions without those whose delta an earlier run did not save. Where
        rows are updated, all of them: the delta is then one of the columns that differ."""
        if are_updated(self._run, self._resource):
            return existing
        stored = self._run.destination.rows.by_key(self._resource, list(existing), ["id", "delta"])
        empty = {key for key, row in stored.items() if row["delta"] is None}
        lacking = {
            row.key for row in mapped if row.key in empty and row.values["delta"] is not None
        }
        return {key: row for key, row in existing.items() if key not in lacking}

    def create(self, rows: Sequence[Row], arrived: Callable[[set[Any]], None]) -> None:
        """Create ``rows`` one by one. ``arrived`` is called with the keys of those that arrived.
        The others become problems."""
        keys = set()
        for row in rows:
            self._run.cancel.check()
            self._prepare(row["collection"])
            if self._create_or_name(row):
                keys.add(row[self._resource.key])
                self._run.progress.count(self._resource, created=1)
            self._run.advance(1)
        arrived(keys)

    def set_apart(self, source_key: Any, row: Row) -> Row:
        """Save the delta of an existing version, if ``row`` has one; returns what else is to be set
        of it. A refused delta becomes a problem."""
        if DELTA not in row:
            return row
        key = row[self._resource.key]
        stored = self._run.destination.rows.by_key(self._resource, [key], ["id", "collection"])
        if key not in stored:
            # Somebody has just deleted it, and the verification names it.
            return without(row, [DELTA])
        self._prepare(stored[key]["collection"])
        try:
            self._save(key, row[DELTA])
        except DirectusRejected as error:
            self._run.progress.problem(
                self._resource.name, source_key, error.code, error.message, [DELTA]
            )
        return without(row, [DELTA])

    def drain(self) -> None:
        """Nothing to wait for: ``create`` returns when all is done."""

    def close(self) -> None:
        """Nothing to release."""

    def _create_or_name(self, row: Row) -> bool:
        try:
            version = self._find(row) or self._add(row)
            if row[DELTA] is not None:
                self._save(version, row[DELTA])
        except DirectusRejected as error:
            if not self._changes.explain(self._resource, row, error):
                key = row[self._resource.key]
                self._run.progress.count(self._resource, failed=1)
                self._run.refused.add(self._resource.name, [key])
                self._run.progress.problem(
                    self._resource.name, key, error.code, error.message, error.columns
                )
            return False
        return True

    def _save(self, version: Any, delta: Row) -> None:
        path = f"{self._resource.path}/{segment(version)}/save"
        self._run.destination.client.send("POST", path, body=delta)

    def _find(self, row: Row) -> Any:
        """The version that an earlier attempt created. Without an item none can be recognised."""
        if row["item"] is None:
            return None
        same = {column: {"_eq": row[column]} for column in ("collection", "item", "key")}
        rows = self._run.destination.rows
        pages = rows.pages(self._resource, ["id"], same)
        return next((version["id"] for page in pages for version in page), None)

    def _add(self, row: Row) -> Any:
        values = {column: row[column] for column in ACCEPTED}
        version = EncodedRow(values, orjson.dumps(values))
        return self._run.destination.writer.create(self._resource, [version])[0]
