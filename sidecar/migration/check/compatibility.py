"""Check: may this source be migrated to this destination, and what would the schema change? Nothing
is written."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected, InvalidRequest
from sidecar.migration.check.force import what_force_does
from sidecar.migration.check.licence import PREFIX as LICENCE
from sidecar.migration.check.licence import LicenceLimit, review_licence
from sidecar.migration.check.references import (
    MissingReferences,
    missing_references,
    points_outside,
    references_finding,
)
from sidecar.migration.check.scope import resources_of
from sidecar.migration.check.vendor_notes import NAMES, is_known
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.instance import (
    OLDEST_VERSION,
    Instance,
    check_access,
    fingerprint,
    inspect,
    is_older,
    last_activity,
)
from sidecar.migration.mapping.identities import Identities, identify
from sidecar.migration.report.findings import Finding
from sidecar.migration.request import REFUSE, MigrationRequest
from sidecar.migration.schema.conflicts import CODE as SCHEMA_CONFLICT
from sidecar.migration.schema.conflicts import schema_conflicts
from sidecar.migration.schema.diff import SchemaDiff, compare_schema
from sidecar.migration.schema.snapshot import wanted_snapshot
from sidecar.migration.values.number_ranges import with_wide_numbers

FORCE_VENDORS = "Use Force to migrate between them"
UNKNOWN_VENDORS = (
    f"Force migrates between {', '.join(NAMES.values())} only, so use the same one on both sides"
)


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What a check found. ``schema`` is None when the two cannot be compared even by force,
    ``limits`` where the destination knows no licence. ``force`` says what Force would do; it is
    empty where nothing differs. ``references`` are those that a run would leave empty;
    ``identities`` were needed to tell, and are None where they were not."""

    source: Instance
    destination: Instance
    findings: tuple[Finding, ...]
    schema: SchemaDiff | None
    limits: tuple[LicenceLimit, ...] | None
    force: tuple[Finding, ...] = ()
    references: tuple[MissingReferences, ...] = ()
    identities: Identities | None = None

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that only Force gets past."""
        return tuple(f for f in self.findings if f.code in ("VERSION_DIFFERS", "VENDOR_DIFFERS"))

    @property
    def conflicts(self) -> tuple[Finding, ...]:
        """The findings that nothing gets past but a change of one of the schemas."""
        return tuple(finding for finding in self.findings if finding.code == SCHEMA_CONFLICT)

    @property
    def compatible(self) -> bool:
        """Whether the two can be migrated without Force."""
        return not self.differences and not self.conflicts

    def leaves_empty(self, request: MigrationRequest) -> bool:
        """Whether ``request`` would leave references empty that nobody said may be."""
        return bool(self.references) and request.references == REFUSE

    @property
    def force_would_help(self) -> bool:
        """Whether Force gets past the differences: Directus can compare the schemas, the databases
        are known, and there are no conflicts."""
        may = self.schema is not None and self.vendors_known and not self.conflicts
        return bool(self.differences) and may

    @property
    def vendors_known(self) -> bool:
        """Whether both have the same database, or such that Force migrates between."""
        return _may_be_forced(self.source, self.destination)

    @property
    def licence(self) -> tuple[Finding, ...]:
        """The findings about what the destination's licence would refuse."""
        return tuple(finding for finding in self.findings if finding.code.startswith(LICENCE))

    def document(self) -> dict[str, Any]:
        """Plain data: what ``sidecar check --json`` prints and the module shows."""
        return {
            "source": self.source.summary(),
            "destination": self.destination.summary(),
            "compatible": self.compatible,
            "force_would_help": self.force_would_help,
            "force": [asdict(finding) for finding in self.force],
            "findings": [asdict(finding) for finding in self.findings],
            "schema": self.schema.counts().document() if self.schema else None,
            "schema_names": asdict(self.schema.names()) if self.schema else None,
            "references": [one.document() for one in self.references],
            "licence": None if self.limits is None else [asdict(limit) for limit in self.limits],
        }


def check(source: Directus, destination: Directus, request: MigrationRequest) -> Compatibility:
    """Look at both sides. Raises InvalidRequest when no migration is possible, whatever is asked
    for."""
    if source.url == destination.url:
        raise _same()
    clients = source, destination
    snapshots = side_by_side(
        lambda side: check_access(*side), list(zip(clients, ("source", "destination"), strict=True))
    )
    with ThreadPoolExecutor(1) as pool:
        same = pool.submit(_are_the_same, source, destination)
        here, there = side_by_side(
            lambda side: inspect(*side), list(zip(clients, snapshots, strict=True))
        )
        if same.result():
            raise _same()
    for instance, side in ((here, "source"), (there, "destination")):
        if is_older(instance.version, OLDEST_VERSION):
            message = (
                f"The {side} is Directus {instance.version}; {OLDEST_VERSION} is the oldest that "
                "can be migrated"
            )
            raise InvalidRequest(message, code=f"{side.upper()}_TOO_OLD", field=f"{side}_url")
    with parse_guard(f"{source.url} or {destination.url}"):
        if here.vendor != there.vendor:
            here = with_wide_numbers(here)
        differences, licence = (
            _differences(here, there),
            review_licence(here, there, request.options),
        )
        schema = _schema(here, there, force=bool(differences))
        conflicts = schema_conflicts(here, there, schema)
        found = Compatibility(
            here, there, (*differences, *conflicts, *licence.findings), schema, licence.limits
        )
        if not found.compatible and not found.force_would_help:
            return found
        found = _with_references(found, request)
        said = what_force_does(here, there, request.options) if found.force_would_help else ()
    return replace(found, force=said)


def require_compatible(found: Compatibility, request: MigrationRequest) -> None:
    """Raises InvalidRequest when the schemas conflict, or the two differ and the request does not
    force it, or Force does not help, or a real run would leave references empty that nobody said
    may be."""
    if found.conflicts:
        message = " ".join(f"{conflict.message}." for conflict in found.conflicts)
        raise InvalidRequest(message, code=SCHEMA_CONFLICT, status=409)
    if found.differences and not request.force:
        first = found.differences[0]
        raise InvalidRequest(first.message, code=first.code, field="force", status=409)
    if not found.vendors_known:
        last = found.differences[-1]
        raise InvalidRequest(last.message, code=last.code, field="force", status=409)
    # A dry run says first what else there is to know.
    if not request.dry_run:
        require_references(found, request)


def require_references(found: Compatibility, request: MigrationRequest) -> None:
    """Raises InvalidRequest when references would be left empty that nobody said may be."""
    if found.leaves_empty(request):
        (finding,) = references_finding(found.references)
        raise InvalidRequest(finding.message, code=finding.code, field="references", status=409)


def _with_references(found: Compatibility, request: MigrationRequest) -> Compatibility:
    resources = list(resources_of(found.source, found.destination, request.options).values())
    if not points_outside(resources):
        return found
    identities = identify(found.source, found.destination, resources)
    missing = missing_references(found.source, resources, identities)
    findings = (*found.findings, *references_finding(missing))
    return replace(found, references=missing, identities=identities, findings=findings)


def _are_the_same(source: Directus, destination: Directus) -> bool:
    if fingerprint(source) != fingerprint(destination):
        return False
    before = last_activity(source)
    # Read again afterwards: on a busy instance something happens between two questions.
    return last_activity(destination) in (before, last_activity(source))


def _same() -> InvalidRequest:
    message = (
        "The destination is the source itself, or an untouched copy of it; enter another "
        "instance's URL"
    )
    return InvalidRequest(message, code="DESTINATION_IS_SOURCE", field="destination_url")


def _may_be_forced(source: Instance, destination: Instance) -> bool:
    return source.vendor == destination.vendor or is_known(source.vendor, destination.vendor)


def _differences(source: Instance, destination: Instance) -> list[Finding]:
    findings = []
    if source.version != destination.version:
        force = (
            ", or use Force to migrate all the same" if _may_be_forced(source, destination) else ""
        )
        message = (
            f"The source is Directus {source.version}, the destination {destination.version}. "
            f"Update one of them{force}"
        )
        findings.append(Finding("VERSION_DIFFERS", message))
    if source.vendor != destination.vendor:
        advice = FORCE_VENDORS if is_known(source.vendor, destination.vendor) else UNKNOWN_VENDORS
        message = (
            f"The source's database is {source.vendor}, the destination's {destination.vendor}. "
            f"{advice}"
        )
        findings.append(Finding("VENDOR_DIFFERS", message))
    return findings


def _schema(source: Instance, destination: Instance, *, force: bool) -> SchemaDiff | None:
    try:
        wanted = wanted_snapshot(source, destination)
        return compare_schema(destination.client, wanted, destination.snapshot, force=force)
    except DirectusRejected:
        if force:
            return None
        raise
