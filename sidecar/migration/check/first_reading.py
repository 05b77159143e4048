"""Counts the rows of user collections, and reads the first of them along for a run that needs both.

Directus answers the number of all rows beside some of them. It takes hardly longer than to count.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from sidecar.directus.unreadable_rows import may_concern_a_row
from sidecar.errors import DirectusError, DirectusRejected
from sidecar.migration.concurrency import map_ahead, side_by_side
from sidecar.migration.instance.counting import COUNTERS, PLACEHOLDER, count_readable
from sidecar.migration.instance.first_rows import FirstPage, FirstRows
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.readable_fields import odd_names
from sidecar.migration.instance.rows import OPERATOR, CountedRows
from sidecar.migration.selection import Selection
from sidecar.resources.base import Resource

# The numbers of rows by name, and the answers about what cannot be counted or read.
Counted = tuple[dict[str, int], dict[str, DirectusRejected]]


class _Numbers(NamedTuple):
    source: int
    destination: int


def count_both(
    source: Instance,
    destination: Instance,
    resources: Sequence[Resource],
    selection: Selection,
    first_rows: FirstRows | None,
) -> tuple[Counted, Counted]:
    """How many rows each of ``resources`` has at the source, and at the destination if it has it.

    ``first_rows`` keeps the first rows of those that are selected whole. Without it nothing is
    read. Raises DirectusError when a side cannot be reached.
    """
    known: dict[str, _Numbers] = {}
    if first_rows is not None:
        readable = [one for one in resources if _can_be_read(one, destination, selection)]
        read = partial(_read, source, destination, first_rows)
        answers = map_ahead(read, readable, COUNTERS)
        known = {
            resource.name: numbers
            for resource, numbers in zip(readable, answers, strict=True)
            if numbers is not None
        }
    rest = [one for one in resources if one.name not in known]
    existing = [one for one in rest if one.name in destination.model.resources]
    (counts, failures), (counts_before, failures_before) = side_by_side(
        lambda side: count_readable(*side), [(source, rest), (destination, existing)]
    )
    counts |= {name: numbers.source for name, numbers in known.items()}
    counts_before |= {name: numbers.destination for name, numbers in known.items()}
    return (counts, failures), (counts_before, failures_before)


def _can_be_read(resource: Resource, destination: Instance, selection: Selection) -> bool:
    """Whether a run compares all rows, and both sides can be asked for them."""
    name, key = resource.name, resource.key
    is_whole = selection.includes(name) and name not in selection.filters and not selection.since
    is_plain = not (PLACEHOLDER in name or key.startswith(OPERATOR) or odd_names(resource))
    exists = name in destination.model.resources and key in destination.model.columns.get(name, {})
    return is_whole and is_plain and exists


def _read(
    source: Instance, destination: Instance, first_rows: FirstRows, resource: Resource
) -> _Numbers | None:
    """The numbers of rows of both sides. Keeps the first rows. None: they cannot be
    read, or not kept."""
    if first_rows.is_full:
        return None
    columns = destination.model.columns[resource.name]
    fields = [name for name in resource.columns if name in columns]
    try:
        rows, count = source.rows.first_rows(resource, resource.columns)
        keys = [row[resource.key] for row in rows]
        # Directus refuses an empty text in a list of keys.
        if "" in keys:
            return _Numbers(count, destination.rows.count(resource))
        existing, count_before = _look_up(destination, resource, keys, fields)
    except DirectusError as error:
        # The usual way tells the reason, or gets around it.
        if isinstance(error, DirectusRejected) or may_concern_a_row(error):
            return None
        raise
    page = FirstPage(rows, count <= len(rows), existing)
    is_one_of_many = resource.singleton and not page.is_whole
    is_other = any(row[resource.key] not in keys for row in existing)
    is_hidden = destination.model.resources[resource.name].singleton and count_before > 1
    if not (is_one_of_many or is_other or is_hidden):
        first_rows.keep(resource.name, page)
    return _Numbers(count, count_before)


def _look_up(
    destination: Instance, resource: Resource, keys: Sequence[Any], fields: Sequence[str]
) -> CountedRows:
    if keys:
        return destination.rows.first_rows(resource, fields, keys)
    return CountedRows([], destination.rows.count(resource))
