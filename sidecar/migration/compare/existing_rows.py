"""Looks up what the destination has in the place of source rows."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.instance.first_rows import FirstPage
from sidecar.migration.plan.run import Run
from sidecar.migration.values.rounding import ALL_DIGITS
from sidecar.resources.base import FLOWS, Resource

STATUS, ACTIVE = "status", "active"
# Types of keys that are numbers. PostgreSQL's decimals without a size are integers to Directus.
NUMBERS = frozenset({"integer", "bigInteger", "decimal"})


def existing_rows(
    run: Run,
    resource: Resource,
    keys: Sequence[Any],
    fields: Sequence[str],
    first_page: FirstPage | None = None,
) -> dict[Any, Row]:
    """The destination's rows under ``keys``, with ``fields``, by key. Those of ``first_page`` are
    known.

    A row that the destination cannot show has nothing but its key, and becomes a problem.
    """
    rows = first_page.at_destination(resource, keys, fields) if first_page else None
    if rows is None:
        rows = _under_asked_keys(resource, keys, _read(run, resource, keys, fields))
    if resource.name == FLOWS and STATUS in fields:
        # The run itself has paused these.
        paused = run.journal.paused & rows.keys()
        rows |= {key: {**rows[key], STATUS: ACTIVE} for key in paused}
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
    """``rows``. One side may show a number as text, when its column is larger than the other's, or
    with more digits after the point."""
    if resource.key_type not in NUMBERS or all(key in rows for key in keys):
        return rows
    asked = {_canonical(key): key for key in keys}
    return {
        asked.get(_canonical(key), key): {**row, resource.key: asked.get(_canonical(key), key)}
        for key, row in rows.items()
    }


def _canonical(key: Any) -> str:
    """A number in the same notation, however many digits it is shown with."""
    try:
        return f"{Decimal(str(key)).normalize(ALL_DIGITS):f}"
    except InvalidOperation:
        return str(key)


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
