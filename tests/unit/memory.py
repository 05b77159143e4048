"""A side of a migration in memory, for tests of the core without Directus."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import orjson
from more_itertools import chunked

from sidecar.cancellation import CancelToken
from sidecar.directus.unreadable_rows import Unreadable
from sidecar.errors import DirectusRejected
from sidecar.migration.files.helpers import Nobody
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import CountedRows, EncodedRow, Filter
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.load_order import Edge, arrange
from sidecar.migration.plan.plan import Plan
from sidecar.migration.plan.run import Run, start_run
from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Level
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.resources.base import Resource
from tests.unit.instances import column, instance

Row = dict[str, Any]
UNREADABLE = DirectusRejected("An unexpected error", code="INTERNAL_SERVER_ERROR", status=500)
Refuse = Callable[[Sequence[Row]], DirectusRejected | None]


class MemoryRows:
    """A RowReader and RowWriter. ``refuse`` looks at each request, and may refuse it."""

    refusals = 0

    def __init__(self, page_rows: int = 3) -> None:
        self.tables: dict[str, dict[Any, Row]] = defaultdict(dict)
        self.requests: list[tuple[str, list[Any]]] = []
        self.refuse: Refuse = lambda rows: None
        # Keys of rows that cannot be shown.
        self.broken: set[Any] = set()
        self._page_rows = page_rows

    def count(self, resource: Resource, filter: Filter | None = None) -> int:
        rows = self.tables[resource.name].values()
        # By nothing else than null.
        columns = [column for column, rule in (filter or {}).items() if rule == {"_null": True}]
        return sum(all(row[column] is None for column in columns) for row in rows)

    def pages(
        self,
        resource: Resource,
        fields: Sequence[str],
        filter: Filter | None = None,
        unreadable: Unreadable | None = None,
        first: list[Row] | None = None,
    ) -> Iterator[list[Row]]:
        known = {row[resource.key] for row in first or ()}
        keys = [key for key in self.tables[resource.name] if key not in known]
        rows = self.by_key(resource, keys, fields, unreadable)
        yield from chunked([*(first or ()), *rows.values()], self._page_rows)

    def first_rows(
        self, resource: Resource, fields: Sequence[str], keys: Sequence[Any] | None = None
    ) -> CountedRows:
        table = self.tables[resource.name]
        asked = list(table)[: self._page_rows] if keys is None else keys
        rows = self.by_key(resource, asked, fields)
        return CountedRows(list(rows.values()), len(table))

    def by_key(
        self,
        resource: Resource,
        keys: Sequence[Any],
        fields: Sequence[str],
        unreadable: Unreadable | None = None,
    ) -> dict[Any, Row]:
        table = self.tables[resource.name]
        existing = [key for key in keys if key in table]
        broken = [key for key in existing if key in self.broken and list(fields) != [resource.key]]
        if unreadable and broken:
            unreadable.add(broken, ["at"], UNREADABLE)
        return {key: _only(table[key], fields) for key in existing if key not in broken}

    def count_values(
        self, resource: Resource, columns: Sequence[str], filter: Filter | None = None
    ) -> Counter[tuple[Any, ...]]:
        rows = self.tables[resource.name].values()
        return Counter(tuple(row[name] for name in columns) for row in rows)

    def total(self, resource: Resource, column: str) -> int:
        return sum(row[column] or 0 for row in self.tables[resource.name].values())

    def extremes(self, resource: Resource, columns: Sequence[str]) -> dict[str, tuple[Any, Any]]:
        return {}

    def create(self, resource: Resource, rows: Sequence[EncodedRow]) -> list[Any]:
        return self._write("create", resource, rows)

    def create_large(self, resource: Resource, row: EncodedRow) -> None:
        self._write("create_large", resource, [row])

    def update(
        self, resource: Resource, rows: Sequence[EncodedRow], *, one_by_one: bool = False
    ) -> None:
        self._write("update", resource, rows)

    def delete(self, resource: Resource, keys: Sequence[Any]) -> None:
        for key in keys:
            self.tables[resource.name].pop(key, None)

    def _write(self, kind: str, resource: Resource, rows: Sequence[EncodedRow]) -> list[Any]:
        sent = [orjson.loads(row.json) for row in rows]
        # The row of a singleton is sent without its key.
        keys = [None if resource.singleton else row[resource.key] for row in sent]
        self.requests.append((kind, keys))
        if error := self.refuse(sent):
            raise error
        table = self.tables[resource.name]
        for key, row in zip(keys, sent, strict=True):
            table[key] = {**table.get(key, {}), **row}
        return keys


class Recorder:
    """A Watcher that keeps the log. ``cancel`` asks the run to stop."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.cancel = False

    def line(self, level: Level, stage: str | None, message: str) -> None:
        self.lines.append(message)

    def changed(self, progress: Progress) -> None:
        """Nothing is drawn."""

    def transferred(self, file: FileProof) -> None:
        """No file is shown."""

    def cancel_requested(self) -> bool:
        return self.cancel


def side(rows: MemoryRows, resource: Resource, *, exists: bool = True) -> Instance:
    """An instance with one user collection, or without."""
    columns = [
        column(resource.name, name, key=name == resource.key, system=False)
        for name in resource.columns
    ]
    described = instance("12.4.0", *(columns if exists else []))
    model = described.model
    known = {**model.resources, resource.name: resource} if exists else model.resources
    return replace(described, rows=rows, writer=rows, model=replace(model, resources=known))


def run_of(
    resource: Resource,
    source: MemoryRows,
    destination: MemoryRows,
    *,
    identities: Identities | None = None,
    watcher: Recorder | None = None,
    exists: bool = True,
) -> Run:
    """A run that moves one resource. Without ``exists`` the destination lacks the collection."""
    plan = plan_of(resource, source, destination, identities=identities, exists=exists)
    watcher = watcher or Recorder()
    progress = Progress(plan.request, watcher)
    progress.add_resource(resource, plan.rows[resource.name])
    return start_run(plan, progress, CancelToken(watcher.cancel_requested), Nobody())


def plan_of(
    resource: Resource,
    source: MemoryRows,
    destination: MemoryRows,
    *,
    identities: Identities | None = None,
    exists: bool = True,
) -> Plan:
    edges = [
        Edge(resource.name, reference.target, reference.column, reference.nullable)
        for reference in resource.references
    ]
    return Plan(
        MigrationRequest(dry_run=False),
        side(source, resource),
        side(destination, resource, exists=exists),
        SchemaDiff(None, {}),
        groups=tuple(arrange([resource.name], edges)),
        resources={resource.name: resource},
        identities=identities or Identities({}, frozenset({resource.name})),
        rows={resource.name: source.count(resource)},
        rows_before={resource.name: destination.count(resource)},
    )


@contextmanager
def refused(rows: MemoryRows, refuse: Refuse) -> Iterator[None]:
    """A block in which ``rows`` refuses what ``refuse`` says."""
    before, rows.refuse = rows.refuse, refuse
    try:
        yield
    finally:
        rows.refuse = before


def _only(row: Row, fields: Sequence[str]) -> Row:
    return {name: row.get(name) for name in fields}
