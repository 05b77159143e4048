"""Looks up what the destination has in the place of source rows."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource


def existing_rows(
    run: Run, resource: Resource, keys: Sequence[Any], fields: Sequence[str]
) -> dict[Any, Row]:
    """The destination's rows under ``keys``, with ``fields``, by key.

    A row that the destination cannot show has nothing but its key, and becomes a problem.
    """
    rows = _under_asked_keys(resource, keys, _read(run, resource, keys, fields))
    absent = [key for key in keys if key not in rows]
    if resource.singleton and absent:
        for occupant in _occupant(run, resource, fields).values():
            rows |= dict.fromkeys(absent, occupant)
    return rows


def _read(
    run: Run, resource: Resource, keys: Sequence[Any], fields: Sequence[str]
) -> dict[Any, Row]:
    unreadable = run.unreadable.at_destination(resource)
    rows = run.destination.rows.by_key(resource, keys, fields, unreadable)
    empty = dict.fromkeys(fields)
    return rows | {key: {**empty, resource.key: key} for key in unreadable.keys}


def _under_asked_keys(
    resource: Resource, keys: Sequence[Any], rows: dict[Any, Row]
) -> dict[Any, Row]:
    """``rows``. One side may show a number as text, when its column is larger than the other's."""
    if all(key in rows for key in keys) or resource.key_type != "bigInteger":
        return rows
    asked = {str(key): key for key in keys}
    return {
        asked.get(str(key), key): {**row, resource.key: asked.get(str(key), key)}
        for key, row in rows.items()
    }


def _occupant(run: Run, resource: Resource, fields: Sequence[str]) -> dict[Any, Row]:
    """The row that a singleton shows at the destination, by its key, if the source does not have
    it.

    It takes the place of every row: Directus would hide it behind a new one.
    """
    pages = run.destination.rows.pages(resource, [resource.key])
    first = next(chain.from_iterable(pages), None)
    if first is None:
        return {}
    key = first[resource.key]
    if run.source.rows.by_key(resource, [key], [resource.key]):
        return {}
    return _read(run, resource, [key], fields)
