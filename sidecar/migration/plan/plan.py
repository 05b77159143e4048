"""The plan: what moves, in which order, onto which schema. It is a value that nothing changes."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from sidecar.errors import DirectusRejected, InvalidRequest
from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.check.scope import resources_of
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.counting import count_all, count_bytes
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import JournalEntries, read_journal
from sidecar.migration.mapping.dangling import (
    DanglingReferences,
    dangling_references,
    keys_by_target,
)
from sidecar.migration.mapping.identities import Identities, identify
from sidecar.migration.plan.edges import edges_of
from sidecar.migration.plan.load_order import Group, arrange
from sidecar.migration.plan.protected_rows import ProtectedRows, protected_rows
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.comparison import compare_sides
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.schema.field_name import FieldName
from sidecar.migration.schema.refused_changes import Refusal
from sidecar.migration.schema.refused_columns import refused_columns
from sidecar.migration.schema.split_diff import Change, without_changes
from sidecar.resources.base import Resource

# A resource with more rows than this fills the memory and keeps an instance busy alone.
LARGE = 5_000
INCOMPARABLE = (
    "The destination (Directus {}) does not accept the source's schema, so nothing was written. It "
    "says: {}. Remove at the source what the destination does not know, or update the destination"
)


@dataclass(frozen=True, slots=True)
class RowNumbers:
    """What a run would do with the rows of one resource."""

    create: int = 0
    unchanged: int = 0
    conflicting: int = 0
    missing_reference: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does."""

    request: MigrationRequest
    source: Instance
    # The destination before anything is written.
    destination: Instance
    schema: SchemaDiff
    # In loading order.
    groups: tuple[Group, ...]
    resources: dict[str, Resource]
    identities: Identities
    # Rows of each resource at the source.
    rows: dict[str, int]
    # Rows of each resource at the destination, before anything is written.
    rows_before: dict[str, int]
    # Bytes of all files at the source, if files move.
    bytes_total: int = 0
    # What the destination would refuse of the schema. ``schema`` does not have it.
    refused: Mapping[Change, Refusal] = field(default_factory=dict)
    # References that point at nothing at the source.
    dangling: tuple[DanglingReferences, ...] = ()
    # Collection and column of references that are left empty, because their targets are neither
    # included nor at the destination. The report counts them in advance.
    left_empty: frozenset[FieldName] = frozenset()
    # What an earlier run left unfinished.
    journal: JournalEntries = field(default_factory=JournalEntries)
    # Rows of the destination that are never overwritten.
    protected: ProtectedRows = field(default_factory=dict)
    # Resources with columns that the destination refused to create.
    incomplete: frozenset[str] = frozenset()
    # What a dry run counted, by resource.
    numbers: Mapping[str, RowNumbers] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Rows and files at the source."""
        return sum(self.rows.values())

    def in_order(self) -> list[Resource]:
        """The resources in loading order."""
        return [self.resources[name] for group in self.groups for name in group.names]

    def large(self) -> set[str]:
        """Names of the resources that must not run concurrently."""
        return {name for name, rows in self.rows.items() if rows > LARGE}

    def deferred(self, resource: Resource) -> tuple[str, ...]:
        """The columns of ``resource`` that the first write leaves out."""
        return tuple(
            edge.column
            for group in self.groups
            for edge in group.deferred
            if edge.origin == resource.name
        )

    def late_columns(self, resource: Resource) -> tuple[str, ...]:
        """The columns of ``resource`` that its rows at the destination still lack.

        An earlier run has created rows, and the destination refused to create the columns.
        """
        known = self.destination.model.columns.get(resource.name)
        if known is None or resource.name not in self.journal.unfinished:
            return ()
        return tuple(column for column in resource.columns if column not in known)

    def document(self) -> dict[str, Any]:
        """The plan as plain data. Two plans that do the same give the same document."""
        return {
            "source": self.source.summary(),
            "destination": self.destination.summary(),
            "request": asdict(self.request),
            "schema": {
                "counts": self.schema.counts().document(),
                "names": asdict(self.schema.names()),
            },
            "groups": [_group_document(group) for group in self.groups],
            "resources": [self._resource_document(resource) for resource in self.in_order()],
            "mapped": self.identities.changed(),
            "bytes_total": self.bytes_total,
            "unfinished": sorted(self.journal.unfinished),
        }

    def _resource_document(self, resource: Resource) -> dict[str, Any]:
        numbers = self.numbers.get(resource.name)
        return {
            "name": resource.name,
            "kind": resource.kind,
            "columns": list(resource.columns),
            "rows": self.rows[resource.name],
            "rows_before": self.rows_before.get(resource.name, 0),
            "numbers": None if numbers is None else asdict(numbers),
        }


def _group_document(group: Group) -> dict[str, Any]:
    return {
        "collections": list(group.names),
        "deferred": [f"{edge.origin}.{edge.column}" for edge in group.deferred],
        "after": sorted(group.after),
    }


def make_plan(checked: Compatibility, request: MigrationRequest) -> Plan:
    """The plan for what a check found. Reads only. Raises InvalidRequest when the schemas cannot be
    brought together."""
    source, destination = checked.source, checked.destination
    schema = checked.schema or _compare_again(source, destination, request)
    resources = resources_of(source, destination, request.included)
    known = destination.model.resources
    existing = {name: resource for name, resource in resources.items() if name in known}
    questions: list[Callable[[], Any]] = [
        partial(count_all, source, resources),
        partial(count_all, destination, existing),
        lambda: checked.identities or identify(source, destination, list(resources.values())),
        partial(dangling_references, source, destination, resources.values()),
        partial(read_journal, destination.client),
        partial(count_bytes, source, resources),
        partial(protected_rows, destination, existing, request),
    ]
    answers = side_by_side(lambda ask: ask(), questions)
    rows, rows_before, identities, dangling, journal, size, protected = answers
    refused = refused_columns(schema, rows_before, destination.vendor)
    return Plan(
        request,
        source,
        destination,
        without_changes(schema, refused),
        groups=tuple(arrange(resources, edges_of(resources, destination))),
        resources=resources,
        identities=replace(identities, dangling=keys_by_target(dangling)),
        rows=rows,
        rows_before=rows_before,
        bytes_total=size,
        refused=refused,
        dangling=dangling,
        left_empty=frozenset(
            (missing.collection, missing.column) for missing in checked.references
        ),
        journal=journal,
        protected=protected,
    )


def _compare_again(
    source: Instance, destination: Instance, request: MigrationRequest
) -> SchemaDiff:
    """Compare again to surface the error: not even Force could compare the schemas."""
    try:
        return compare_sides(source, destination, force=request.force)
    except DirectusRejected as error:
        raise InvalidRequest(
            INCOMPARABLE.format(destination.version, error.message), code=error.code, status=409
        ) from error
