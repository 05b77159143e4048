"""Integers that Directus cannot read exactly. They arrive as it shows them, and the report says
so."""

from typing import Any

from sidecar.directus.exact_numbers import MAX_EXACT_INTEGER, is_exact
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Resource

# PostgreSQL's driver hands bigints over as text, the others as JavaScript numbers.
INEXACT_VENDORS = frozenset({"sqlite", "mysql"})


def inexact_columns(source: Instance, resource: Resource) -> list[str]:
    """The columns of ``resource`` that hold an integer beyond 2^53. Sends one request at most."""
    columns = source.model.columns[resource.name]
    names = [
        name
        for name in resource.columns
        if columns[name].type == "bigInteger" or (resource.name, name) in source.wide
    ]
    if source.vendor not in INEXACT_VENDORS or not names or resource.singleton:
        return []
    return [
        name
        for name, ends in extremes_of(source, resource, names).items()
        if any(abs(end) > MAX_EXACT_INTEGER for end in ends)
    ]


def is_inexact_key(source: Instance, key: Any) -> bool:
    """Whether a primary key of ``source`` is shown as a number that may be another one."""
    return source.vendor in INEXACT_VENDORS and not is_exact(key)


def extremes_of(
    source: Instance, resource: Resource, columns: list[str]
) -> dict[str, tuple[int, int]]:
    """The smallest and the largest integer in each of ``columns``. Sends one request.

    ``resource`` is no singleton.
    """
    extremes = source.rows.extremes(resource, columns)
    return {
        name: (whole_number(least), whole_number(most)) for name, (least, most) in extremes.items()
    }


def whole_number(shown: Any) -> int:
    """``shown`` as an integer. 0 for null, and for what is none: SQLite keeps texts in columns of
    integers, too."""
    try:
        return int(shown or 0)
    except (ValueError, OverflowError):
        return 0
