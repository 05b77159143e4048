"""Which columns of an existing row a run sets, because the administrator chose to update it."""

from collections.abc import Collection

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.existing import UPDATE
from sidecar.migration.plan.run import Run
from sidecar.resources.base import VERSIONS, Resource

DELTA = "delta"


def updates(run: Run, resource: Resource) -> bool:
    """Whether existing rows of ``resource`` get the source's values."""
    return run.plan.request.existing.of(resource.name) == UPDATE


def columns_to_update(run: Run, resource: Resource, match: RowMatch) -> tuple[str, ...]:
    """The columns of an existing row to set: those that differ, without those that stay.

    The row of an administrators' role or policy stays, and that of the migration's account. So do
    users' own settings, and whatever the destination cannot hold or has no counterpart for.
    """
    if match.state != "different" or not updates(run, resource):
        return ()
    if match.target_key in run.plan.protected.get(resource.name, ()):
        return ()
    kept = _kept(resource, match)
    return tuple(column for column in match.columns if column not in kept)


def _kept(resource: Resource, match: RowMatch) -> Collection[str]:
    mapped = match.mapped
    references = [reference.column for reference in resource.references]
    references += [reference.item for reference in resource.item_references]
    # The source's value is another one than null, and means nothing at the destination.
    lost = [
        column
        for column in references
        if match.source[column] is not None and mapped.values[column] is None
    ]
    if resource.name == VERSIONS and not _can_save(match):
        lost.append(DELTA)
    return {
        resource.key,
        *resource.rules.personal,
        *mapped.barred,
        *mapped.left_empty,
        *mapped.unsupported_values,
        *lost,
    }


def _can_save(match: RowMatch) -> bool:
    """Whether Directus can make the changes of a content version those of the source. It adds to
    them, and takes none away."""
    before, after = ((row or {}).get(DELTA) or {} for row in (match.actual, match.expected))
    return before.keys() <= after.keys()
