"""Names the references that the destination will refuse to fill, because they are unique there and
another row has the value."""

from collections.abc import Iterator
from typing import Any

from sidecar.directus.rows_by_key import ROWS_PER_PAGE
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.instance.key_filter import filter_of_keys
from sidecar.migration.instance.rows import OPERATOR
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

# What Directus answers to such a write.
CODE = "RECORD_NOT_UNIQUE"
TAKEN = (
    "Directus will refuse to set {}: it is unique, and the row {} of the destination has the same "
    "value"
)


def report_taken(run: Run, resource: Resource, column: str, matches: list[RowMatch]) -> int:
    """A problem for each row of ``matches`` whose value for ``column``, which is to be filled,
    another row of the destination has; returns how many. Reads only. Raises DirectusError."""
    if not _is_unique(run, resource, column):
        return 0
    owners = _owners(run, resource, column, matches)
    taken = 0
    for match in matches:
        owner = owners.get(str(match.mapped.values[column]), match.mapped.key)
        if str(owner) != str(match.mapped.key):
            taken += 1
            message = TAKEN.format(column, owner)
            run.progress.problem(resource.name, match.key, CODE, message, [column])
    return taken


def _is_unique(run: Run, resource: Resource, column: str) -> bool:
    if column.startswith(OPERATOR):
        return False
    sides = run.source.model, run.destination.model
    known = (side.columns.get(resource.name, {}).get(column) for side in sides)
    return any(one is not None and one.unique for one in known)


def _owners(run: Run, resource: Resource, column: str, matches: list[RowMatch]) -> dict[str, Any]:
    """The keys of the destination's rows with the values that ``matches`` are to get."""
    values = [match.mapped.values[column] for match in matches]
    owners: dict[str, Any] = {}
    for portion in _portions([value for value in values if isinstance(value, int | str)]):
        asked = filter_of_keys(column, portion)
        pages = run.destination.rows.pages(resource, [resource.key, column], asked)
        owners |= {str(row[column]): row[resource.key] for page in pages for row in page}
    return owners


def _portions(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), ROWS_PER_PAGE):
        yield values[start : start + ROWS_PER_PAGE]
