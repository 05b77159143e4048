"""References that may not be empty and leave the selection: without their target, the row could not
be written."""

from collections.abc import Iterator

from more_itertools import chunked

from sidecar.migration.check.listing import count_rows, list_names
from sidecar.migration.check.scope import resources_of
from sidecar.migration.instance.existing_keys import existing_keys
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.request import BRING, KEEP, MigrationRequest
from sidecar.resources.base import Reference, Resource

CODE = "REQUIRED_NOT_SELECTED"
MESSAGE = (
    "References that may not be empty point at rows that are neither selected nor at the "
    "destination: {}. Select these rows too, or bring them along (--references bring), or keep the "
    "references (--references keep), which leaves out and names the rows whose target is missing"
)
KEYS_PER_REQUEST = 500


def missing_required_targets(
    source: Instance, destination: Instance, request: MigrationRequest
) -> Iterator[Finding]:
    """One finding for all such references. Nobody has it who keeps what is there and leaves out the
    other rows. Reads only. Raises DirectusError."""
    if source.selected is None or request.references == KEEP:
        return
    lost = [
        f"{resource.name}.{reference.column} to {reference.target} ({count_rows(rows)})"
        for resource in resources_of(source, destination, request.included).values()
        for reference in resource.references
        if resource.is_user_collection and not reference.nullable
        # What can be brought along is.
        if request.references != BRING or reference.target not in source.model.resources
        if (rows := _count(source, destination, resource, reference))
    ]
    if lost:
        yield Finding(CODE, MESSAGE.format(list_names(lost)))


def _count(
    source: Instance, destination: Instance, resource: Resource, reference: Reference
) -> int:
    """The rows whose target neither travels nor is at the destination."""
    target = reference.target
    # Users and the like are known by more than their keys.
    if target.startswith("directus_") or not source.is_left(target):
        return 0
    counted = source.rows.count_values(resource, [reference.column])
    leaving = {
        str(key): rows for (key,), rows in counted.items() if not source.travels(target, key)
    }
    found: set[str] = set()
    for keys in chunked(sorted(leaving), KEYS_PER_REQUEST):
        found |= existing_keys(destination, target, keys)
    return sum(rows for key, rows in leaving.items() if key not in found)
