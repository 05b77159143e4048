"""References that leave the selection, and whose targets the destination does not have either."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from more_itertools import chunked

from sidecar.migration.check.listing import count_rows, list_names
from sidecar.migration.check.references import MissingReferences
from sidecar.migration.check.scope import resources_of
from sidecar.migration.instance.existing_keys import existing_keys
from sidecar.migration.instance.instance import Instance
from sidecar.migration.report.findings import Finding
from sidecar.migration.request import BRING, KEEP, REFUSE, MigrationRequest
from sidecar.resources.base import FILES, FOLDERS, Reference, Resource

CODE = "REQUIRED_NOT_SELECTED"
MESSAGE = (
    "References that may not be empty point at rows that are neither selected nor at the "
    "destination: {}. Select these rows too, or bring them along (--references bring), or keep the "
    "references (--references keep), which leaves out and names the rows whose target is missing"
)
KEYS_PER_REQUEST = 500
# Of Directus' own collections, rows of these are known by their keys alone.
KNOWN_BY_KEY = (FILES, FOLDERS)


def missing_required_targets(
    source: Instance, destination: Instance, request: MigrationRequest
) -> Iterator[Finding]:
    """One finding for all such references that may not be null. Nobody has it who keeps what is
    there and leaves out the other rows. Reads only. Raises DirectusError."""
    if source.selected is None or request.references == KEEP:
        return
    lost = [
        f"{resource.name}.{reference.column} to {reference.target} ({count_rows(rows.total())})"
        for resource, reference in _leaving(source, destination, request)
        # What can be brought along is.
        if request.references != BRING or reference.target not in source.model.resources
        if not reference.nullable and (rows := _lost(source, destination, resource, reference))
    ]
    if lost:
        yield Finding(CODE, MESSAGE.format(list_names(lost)))


def leaving_references(
    source: Instance, destination: Instance, request: MigrationRequest
) -> Iterator[MissingReferences]:
    """All such references that a run would leave empty, of a request that refuses them. Reads only.
    Raises DirectusError."""
    if source.selected is None or request.references != REFUSE:
        return
    for resource, reference in _leaving(source, destination, request):
        if reference.nullable and (rows := _lost(source, destination, resource, reference)):
            column, target = reference.column, reference.target
            keys = frozenset(rows)
            yield MissingReferences(resource.name, column, target, None, rows.total(), keys)


def _leaving(
    source: Instance, destination: Instance, request: MigrationRequest
) -> Iterable[tuple[Resource, Reference]]:
    """The references of user collections to what perhaps does not travel as a whole."""
    for resource in resources_of(source, destination, request.included).values():
        for reference in resource.references if resource.is_user_collection else ():
            target = reference.target
            is_known_by_key = not target.startswith("directus_") or target in KNOWN_BY_KEY
            if is_known_by_key and source.is_left(target):
                yield resource, reference


def _lost(
    source: Instance, destination: Instance, resource: Resource, reference: Reference
) -> Counter[Any]:
    """The keys of targets that neither travel nor are at the destination, with the number of rows
    that refer to them."""
    target = reference.target
    counted = source.rows.count_values(resource, [reference.column])
    leaving = Counter(
        {key: rows for (key,), rows in counted.items() if not source.travels(target, key)}
    )
    for keys in chunked(list(leaving), KEYS_PER_REQUEST):
        existing = existing_keys(destination, target, sorted(map(str, keys)))
        for key in keys:
            if str(key) in existing:
                del leaving[key]
    return leaving
