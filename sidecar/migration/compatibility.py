"""Check: may this source be migrated to this destination, and what would the schema change? Nothing is written."""

from dataclasses import asdict, dataclass
from typing import Any

from sidecar.directus.client import Directus
from sidecar.errors import Refused, Rejected
from sidecar.migration.adopted import wanted_snapshot
from sidecar.migration.finding import Finding
from sidecar.migration.instance import OLDEST_VERSION, Instance, admit, fingerprint, is_older, look_at
from sidecar.migration.licence import PREFIX as LICENCE
from sidecar.migration.licence import LicenceLimit, review_licence
from sidecar.migration.parallel import side_by_side
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema import SchemaDiff, compare_schema


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What a check found. ``schema`` is None when the two cannot be compared even by force, ``limits`` where the
    destination knows no licence."""

    source: Instance
    destination: Instance
    findings: tuple[Finding, ...]
    schema: SchemaDiff | None
    limits: tuple[LicenceLimit, ...] | None

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that only Force gets past."""
        return tuple(f for f in self.findings if f.code in ("VERSION_DIFFERS", "VENDOR_DIFFERS"))

    @property
    def force_would_help(self) -> bool:
        """Whether Force is known to get past the differences; between databases it mostly fails on the schema."""
        codes = {finding.code for finding in self.differences}
        return codes == {"VERSION_DIFFERS"} and self.schema is not None

    @property
    def licence(self) -> tuple[Finding, ...]:
        """The findings about what the destination's licence would refuse."""
        return tuple(finding for finding in self.findings if finding.code.startswith(LICENCE))

    def document(self) -> dict[str, Any]:
        """Plain data: what ``sidecar check --json`` prints and the module shows."""
        return {
            "source": self.source.summary(),
            "destination": self.destination.summary(),
            "compatible": not self.differences,
            "force_would_help": self.force_would_help,
            "findings": [asdict(finding) for finding in self.findings],
            "schema": asdict(self.schema.counts()) if self.schema else None,
            "schema_names": asdict(self.schema.names()) if self.schema else None,
            "licence": None if self.limits is None else [asdict(limit) for limit in self.limits],
        }


def check(source: Directus, destination: Directus, request: MigrationRequest) -> Compatibility:
    """Look at both sides. Raises Refused when no migration is possible, whatever is asked for."""
    if source.url == destination.url:
        raise _same()
    clients = source, destination
    snapshots = side_by_side(lambda side: admit(*side), list(zip(clients, ("source", "destination"), strict=True)))
    before = fingerprint(source)
    # Read again afterwards: on a busy instance something happens between two questions.
    if fingerprint(destination) in (before, fingerprint(source)):
        raise _same()
    here, there = side_by_side(lambda side: look_at(*side), list(zip(clients, snapshots, strict=True)))
    for instance, side in ((here, "source"), (there, "destination")):
        if is_older(instance.version, OLDEST_VERSION):
            message = f"The {side} is Directus {instance.version}; {OLDEST_VERSION} is the oldest that can be migrated"
            raise Refused(message, code=f"{side.upper()}_TOO_OLD", field=f"{side}_url")
    differences, licence = _differences(here, there), review_licence(here, there, request.options)
    schema = _schema(here, there, force=bool(differences))
    return Compatibility(here, there, (*differences, *licence.findings), schema, licence.limits)


def require_compatible(found: Compatibility, request: MigrationRequest) -> None:
    """Raises Refused when the two differ and the request does not force it."""
    if found.differences and not request.force:
        first = found.differences[0]
        raise Refused(first.message, code=first.code, field="force", status=409)


def _same() -> Refused:
    message = "The destination is the source itself, or an untouched copy of it; enter another instance's URL"
    return Refused(message, code="DESTINATION_IS_SOURCE", field="destination_url")


def _differences(source: Instance, destination: Instance) -> list[Finding]:
    findings = []
    if source.version != destination.version:
        message = (f"The source is Directus {source.version}, the destination {destination.version}. "
                   f"Update one of them, or use Force to migrate all the same")
        findings.append(Finding("VERSION_DIFFERS", message))
    if source.vendor != destination.vendor:
        message = (f"The source's database is {source.vendor}, the destination's {destination.vendor}. "
                   f"Use the same one on both sides; migrating between databases is not supported yet")
        findings.append(Finding("VENDOR_DIFFERS", message))
    return findings


def _schema(source: Instance, destination: Instance, *, force: bool) -> SchemaDiff | None:
    try:
        wanted = wanted_snapshot(source, destination)
        return compare_schema(destination.client, wanted, destination.snapshot, force=force)
    except Rejected:
        if force:
            return None
        raise
