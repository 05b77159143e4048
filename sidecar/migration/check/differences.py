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
UNKNOWN_VENDORS = (
    f"Force migrates between {', '.join(VENDOR_NAMES.values())} only, so use the same one on both "
    "sides"
)


def find_differences(source: Instance, destination: Instance) -> list[Finding]:
    """A finding for each difference, the version first. Sends nothing."""
    findings = []
    if source.version != destination.version:
        advice = FORCE_VERSIONS if are_vendors_supported(source, destination) else ""
        message = VERSIONS_DIFFER.format(source.version, destination.version) + advice
        findings.append(Finding(VERSION, message))
    if source.vendor != destination.vendor:
        advice = FORCE_VENDORS if is_known(source.vendor, destination.vendor) else UNKNOWN_VENDORS
        message = VENDORS_DIFFER.format(source.vendor, destination.vendor, advice)
        findings.append(Finding(VENDOR, message))
    return findings


def are_vendors_supported(source: Instance, destination: Instance) -> bool:
    """Whether both use the same database, or Force can migrate between their databases."""
    return source.vendor == destination.vendor or is_known(source.vendor, destination.vendor)
