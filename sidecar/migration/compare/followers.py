"""Rows that may not be without others of their group, and so do not arrive if these do not."""

from collections.abc import Iterable, Sequence

from sidecar.directus.client import Row
from sidecar.migration.instance.existing_keys import existing_keys
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Reference, Resource


def follow(
    run: Run, resource: Resource, references: Iterable[Reference], rows: Sequence[Row]
) -> None:
    """Remember what the new ``rows`` refer to by ``references``, which may not be null. What the
    destination has does not count. Reads only. Raises DirectusError."""
    for reference in references:
        pairs = [
            (row[resource.key], row[reference.column])
            for row in rows
            if isinstance(row[reference.column], int | float | str)
        ]
        targets = sorted({str(target) for _, target in pairs})
        existing = existing_keys(run.destination, reference.target, targets)
        awaited = [(key, target) for key, target in pairs if str(target) not in existing]
        run.refused.follow(resource.name, reference.target, awaited)
