"""The plan: what moves, in which order, onto which schema. Making it writes nothing."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from sidecar.errors import DirectusRejected, InvalidRequest
from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.check.scope import resources_of
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.files.helpers import Helpers, Nobody
from sidecar.migration.files.proof import FileProver
from sidecar.migration.instance.counting import count_all
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import Journal
from sidecar.migration.mapping.identities import Identities, identify
from sidecar.migration.mapping.row_mapper import RowMapper
from sidecar.migration.plan.load_order import Edge, Group, arrange
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.diff import SchemaDiff, compare_schema
from sidecar.migration.schema.snapshot import wanted_snapshot
from sidecar.migration.values.conversion import ValueCodec, ValueCodecs
from sidecar.migration.values.key_collation import KeyCollation
from sidecar.resources.base import Resource
from sidecar.resources.system import SERVER_ASSIGNED_KEYS

LARGE = 5_000
WIDER = "the destination's column takes in more than the source's, and stays as it is"
FIXED = (
    "it differs from the source's, and stays as it is: Directus cannot change a column of MySQL "
    "that points at a key which is counted upward"
)
INCOMPARABLE = (
    "The destination (Directus {}) does not take the schema of the source, so nothing was "
    "written. It says: {}. Remove at the source what it does not know, or update the destination"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do. ``rows`` and ``rows_before`` count each resource at the source and at the
    destination, the latter before anything was written; the ``journal`` names what an earlier run
    left unfinished. The ``prover`` reads files back, and ``helpers`` may take some. ``codecs`` are
    those of the values between both databases. ``schema_stands`` where the destination's schema is
    as it should be already."""

    request: MigrationRequest
    source: Instance
    destination: Instance
    groups: tuple[Group, ...]
    resources: dict[str, Resource]
    identities: Identities
    rows: dict[str, int]
    rows_before: dict[str, int]
    journal: Journal
    prover: FileProver
    codecs: ValueCodecs
    schema_stands: bool
    helpers: Helpers = field(default_factory=Nobody)

    def in_order(self) -> list[Resource]:
        return [self.resources[name] for group in self.groups for name in group.names]

    def mapper(self, resource: Resource) -> RowMapper:
        spelling = KeyCollation(self.source, self.destination, resource)
        return RowMapper(resource, self.identities, self.codecs, spelling)

    def codec(self, resource: Resource) -> ValueCodec:
        return self.codecs.of(resource)

    def with_destination(self, destination: Instance) -> "Plan":
        """The same, where the destination is as it is now."""
        return replace(self, destination=destination, codecs=ValueCodecs(self.source, destination))

    def large(self) -> set[str]:
        """Resources that fill the memory and keep an instance busy by themselves."""
        return {name for name, rows in self.rows.items() if rows > LARGE}

    def deferred(self, resource: Resource) -> tuple[str, ...]:
        """The columns of ``resource`` that the first write leaves out."""
        return tuple(
            edge.column
            for group in self.groups
            for edge in group.deferred
            if edge.origin == resource.name
        )


def make_plan(found: Compatibility, request: MigrationRequest, report: Report) -> Plan:
    """Order, identities, counts and schema changes. Raises InvalidRequest when the schemas cannot
    be brought together."""
    source, destination = found.source, found.destination
    schema_stands = _plan_schema(found, request, report)
    resources = resources_of(source, destination, request.options)
    groups = tuple(arrange(resources, _edges(resources)))
    there = {
        name: resource
        for name, resource in resources.items()
        if name in destination.model.resources
    }
    questions: list[Callable[[], Any]] = [
        partial(count_all, source, resources),
        partial(count_all, destination, there),
        lambda: found.identities or identify(source, destination, list(resources.values())),
        partial(Journal, destination.client),
    ]
    rows, rows_before, identities, journal = side_by_side(lambda ask: ask(), questions)
    plan = Plan(
        request,
        source,
        destination,
        groups,
        resources,
        identities=identities,
        rows=rows,
        rows_before=rows_before,
        journal=journal,
        prover=FileProver(destination, request.batch_size, report),
        codecs=ValueCodecs(source, destination),
        schema_stands=schema_stands,
    )
    for resource in plan.in_order():
        report.add_resource(resource, plan.rows[resource.name], plan.codec(resource).words)
    return plan


def _edges(resources: dict[str, Resource]) -> list[Edge]:
    """What has to be there first. Comments, shares and versions of items come after all items, and
    any-to-many after those of its targets that get their keys from the destination."""
    items = [resource.name for resource in resources.values() if resource.is_user_collection]
    return [
        *(
            Edge(resource.name, ref.target, ref.column, ref.nullable)
            for resource in resources.values()
            for ref in resource.references
        ),
        *(
            Edge(resource.name, item, reference.item, nullable=False)
            for resource in resources.values()
            if resource.name not in items
            for reference in resource.item_references
            for item in items
        ),
        *(
            Edge(resource.name, target, reference.item, reference.nullable)
            for resource in resources.values()
            for reference in resource.item_references
            for target in reference.targets
            if target in SERVER_ASSIGNED_KEYS
        ),
    ]


def _plan_schema(found: Compatibility, request: MigrationRequest, report: Report) -> bool:
    """Whether there is nothing to do."""
    source, destination = found.source, found.destination
    diff = found.schema or _compare_once_more(source, destination, request)
    for names, why in ((diff.wider, WIDER), (diff.fixed, FIXED)):
        for collection, _, column in (name.partition(".") for name in names):
            report.note(collection, "COLUMN_KEPT", column, f"{column}: {why}", 1)
    counts = diff.counts()
    report.schema = asdict(counts)
    report.log(
        "info",
        f"Schema: {counts.added} to add, {counts.changed} to change, {counts.kept} kept as they "
        "are",
    )
    return diff.empty


def _compare_once_more(
    source: Instance, destination: Instance, request: MigrationRequest
) -> SchemaDiff:
    """What could not be compared even by force is refused once more, and now to be heard."""
    try:
        return compare_schema(
            destination.client,
            wanted_snapshot(source, destination),
            destination.snapshot,
            force=request.force,
        )
    except DirectusRejected as error:
        raise InvalidRequest(
            INCOMPARABLE.format(destination.version, error.message), code=error.code, status=409
        ) from error
