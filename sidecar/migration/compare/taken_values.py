"""Names the references that the destination will refuse to fill, because they are unique there and
another row has the value."""

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.value_owners import NOT_UNIQUE, owners_of
from sidecar.migration.instance.rows import OPERATOR
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

TAKEN = (
    "Directus will refuse to set {}: it is unique, and the row {} of the destination has the same "
    "value"
)


def report_taken(run: Run, resource: Resource, column: str, matches: list[RowMatch]) -> int:
    """A problem for each row of ``matches`` whose value for ``column``, which is to be filled,
    another row of the destination has; returns how many. Reads only. Raises DirectusError."""
    if not _is_unique(run, resource, column):
        return 0
    values = (match.mapped.values[column] for match in matches)
    owners = owners_of(run, resource, column, values)
    taken = 0
    for match in matches:
        owner = owners.get(str(match.mapped.values[column]), match.mapped.key)
        if str(owner) != str(match.mapped.key):
            taken += 1
            message = TAKEN.format(column, owner)
            run.progress.problem(resource.name, match.key, NOT_UNIQUE, message, [column])
    return taken


def _is_unique(run: Run, resource: Resource, column: str) -> bool:
    if column.startswith(OPERATOR):
        return False
    sides = run.source.model, run.destination.model
    known = (side.columns.get(resource.name, {}).get(column) for side in sides)
    return any(one is not None and one.unique for one in known)
