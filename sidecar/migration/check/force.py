"""What Force does where two sides differ: what changes, what is left behind, what to review.

A check shows these findings before a run starts, and the log of a forced run keeps them. Between
equal sides there are none, and no request is sent.
"""

from collections.abc import Collection

from sidecar.migration.check.force_vendors import between_vendors
from sidecar.migration.check.force_versions import between_versions
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding


def force_findings(
    source: Instance, destination: Instance, parts: Collection[str]
) -> tuple[Finding, ...]:
    """The findings about a forced migration of ``parts``. Empty: the sides do not differ.

    Sends only reads. Raises DirectusError.
    """
    return (
        *between_versions(source, destination, parts),
        *between_vendors(source, destination),
    )
