"""Looks up which rows of the destination have values that other rows are to get."""

from collections.abc import Iterable
from typing import Any

from more_itertools import chunked

from sidecar.directus.rows_by_key import ROWS_PER_PAGE
from sidecar.migration.instance.key_filter import filter_of_keys
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

# What Directus answers to a write of a unique value that another row has.
NOT_UNIQUE = "RECORD_NOT_UNIQUE"


def owners_of(run: Run, resource: Resource, column: str, values: Iterable[Any]) -> dict[str, Any]:
    """The keys of the rows that have any of ``values`` in ``column``, by value as text. Reads only.
    Raises DirectusError."""
    owners: dict[str, Any] = {}
    asked = (value for value in values if isinstance(value, int | str))
    for portion in chunked(asked, ROWS_PER_PAGE):
        chosen = filter_of_keys(column, portion)
        pages = run.destination.rows.pages(resource, [resource.key, column], chosen)
        owners |= {str(row[column]): row[resource.key] for page in pages for row in page}
    return owners
