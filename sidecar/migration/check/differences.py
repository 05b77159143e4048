"""Differences between two instances that only Force gets past: version and database."""

from sidecar.migration.check.vendor_notes import VENDOR_NAMES, is_known
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding

VERSION, VENDOR = "VERSION_DIFFERS", "VENDOR_DIFFERS"
CODES = frozenset({VERSION, VENDOR})
VERSIONS_DIFFER = "The source is Directus {}, the destination {}. Update one of them"
FORCE_VERSIONS = ", or use Force to migrate between them"
VENDORS_DIFFER = "The source's database is {}, the destination's {}. {}"
FORCE_VENDORS = "Use Force to migrate between them"
SAME_VENDOR = "Use the same one on both sides"
UNKNOWN_VENDORS = (
    f"Force migrates between {', '.join(VENDOR_NAMES.values())} only, so use the same one on both "
    "sides"
)


def are_different(source: Instance, destination: Instance) -> bool:
    """Whether version or database differ."""
    return (source.version, source.vendor) != (destination.version, destination.vendor)


def find_differences(
    source: Instance, destination: Instance, *, force_helps: bool = True
) -> list[Finding]:
    """A finding for each difference, the version first. Sends nothing.

    ``force_helps`` is False where something else stops a run with Force too: then it is not
    offered.
    """
    findings = []
    if source.version != destination.version:
        is_offered = force_helps and are_vendors_supported(source, destination)
        advice = FORCE_VERSIONS if is_offered else ""
        message = VERSIONS_DIFFER.format(source.version, destination.version) + advice
        findings.append(Finding(VERSION, message))
    if source.vendor != destination.vendor:
        can_force = FORCE_VENDORS if force_helps else SAME_VENDOR
        advice = can_force if is_known(source.vendor, destination.vendor) else UNKNOWN_VENDORS
        message = VENDORS_DIFFER.format(source.vendor, destination.vendor, advice)
        findings.append(Finding(VENDOR, message))
    return findings


def are_vendors_supported(source: Instance, destination: Instance) -> bool:
    """Whether both use the same database, or Force can migrate between their databases."""
    return source.vendor == destination.vendor or is_known(source.vendor, destination.vendor)
