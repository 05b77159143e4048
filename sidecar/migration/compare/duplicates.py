"""Rejects rows whose key MySQL considers equal to that of another row."""

from collections.abc import Mapping
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.values.key_collation import fold
from sidecar.resources.base import Resource

ALIKE = (
    "differs from that of {} in case, accents or spaces at the end only, which MySQL takes for "
    "the same"
)


def reject_duplicates(
    resource: Resource, rows: list[MappedRow], existing: Mapping[Any, Row]
) -> list[MappedRow]:
    """``rows``. A row becomes unsupported when MySQL takes its key for that of another row.

    ``existing`` are the rows that MySQL returned for the keys of ``rows``.
    """
    asked = {row.key for row in rows}
    taken = {fold(key): key for key in existing.keys() - asked if isinstance(key, str)}
    if not taken:
        return rows
    return [
        row._replace(
            unsupported_values={
                **row.unsupported_values,
                resource.key: ALIKE.format(taken[fold(row.key)]),
            }
        )
        if isinstance(row.key, str) and row.key not in existing and fold(row.key) in taken
        else row
        for row in rows
    ]
