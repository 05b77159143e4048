"""Content versions: Directus takes the version by one request and what it changes (its delta) by
another."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.report import Report
from sidecar.resources.base import Resource

ACCEPTED = ("collection", "item", "key", "name")


class VersionTransfer:
    """Creates versions and saves their delta; ``prepare`` is called before each is written, with
    the collection of its item: saving one is an activity of that collection."""

    def __init__(
        self,
        plan: Plan,
        resource: Resource,
        changes: SourceChanges,
        prepare: Callable[..., None],
        report: Report,
    ) -> None:
        self._plan = plan
        self._resource = resource
        self._changes = changes
        self._prepare = prepare
        self._report = report
        self._destination = plan.destination.client

    def finished(self, found: dict[Any, Row], mapped: Sequence[MappedRow]) -> dict[Any, Row]:
        """Of the versions ``found`` at the destination those whose delta an earlier run did not
        fail to save."""
        there = self._plan.destination.rows.by_key(self._resource, list(found), ["id", "delta"])
        empty = {key for key, row in there.items() if row["delta"] is None}
        lacking = {
            row.key for row in mapped if row.key in empty and row.values["delta"] is not None
        }
        return {key: row for key, row in found.items() if key not in lacking}

    def create(self, rows: Sequence[Row], arrived: Callable[[set[Any]], None]) -> None:
        """Create ``rows`` one by one; ``arrived`` is called with the ids of those that did. The
        others are problems of the report."""
        keys = set()
        for row in rows:
            self._report.check_cancelled()
            self._prepare(row["collection"])
            if self._create_or_name(row):
                keys.add(row[self._resource.key])
                self._report.count(self._resource, created=1)
            self._report.advance(1)
        arrived(keys)

    def drain(self) -> None:
        """Nothing is left: ``create`` returns when all is done."""

    def close(self) -> None:
        """Nothing is held."""

    def _create_or_name(self, row: Row) -> bool:
        try:
            version = self._find(row) or self._add(row)
            if row["delta"] is not None:
                self._destination.send(
                    "POST", f"{self._resource.path}/{version}/save", body=row["delta"]
                )
        except DirectusRejected as error:
            if not self._changes.explain(self._resource, row, error):
                self._report.count(self._resource, failed=1)
                self._report.problem(
                    self._resource.name, row[self._resource.key], error.code, error.message
                )
            return False
        return True

    def _find(self, row: Row) -> Any:
        """The version that an earlier try made; one without an item has nothing to be known by."""
        if row["item"] is None:
            return None
        same = {column: {"_eq": row[column]} for column in ("collection", "item", "key")}
        rows = self._plan.destination.rows
        pages = rows.pages(self._resource, ["id"], same)
        return next((version["id"] for page in pages for version in page), None)

    def _add(self, row: Row) -> Any:
        values = {column: row[column] for column in ACCEPTED}
        version = EncodedRow(values, orjson.dumps(values))
        return self._plan.destination.writer.create(self._resource, [version])[0]
