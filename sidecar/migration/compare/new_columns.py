"""What existing rows get in columns that the destination does not have yet: their defaults.

A snapshot shows a default in another notation than Directus shows the value of a row: 1.5 for
``"1.50"``, and ``2020-01-02 03:04:05`` for ``"2020-01-02T03:04:05"``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.plan.run import Run
from sidecar.resources.base import NUMBERS, Column, Resource

# Microseconds of the smallest part that Directus shows.
MOMENTS = {"dateTime": 1_000_000, "timestamp": 1_000}


class NewColumns:
    """The columns of ``resource`` that a run creates with a default. In those without one, existing
    rows count as null."""

    def __init__(self, run: Run, resource: Resource) -> None:
        known = run.destination.model.columns.get(resource.name, {})
        defaults = run.plan.schema.new_defaults(resource.name)
        self._defaults = {name: one for name, one in defaults.items() if name not in known}
        self._columns: Mapping[str, Column] = run.source.model.columns.get(resource.name, {})

    def __bool__(self) -> bool:
        return bool(self._defaults)

    def values_beside(self, values: Row) -> Row:
        """The defaults, in the notation of ``values`` where these say the same."""
        return {
            name: values[name] if self._is_same(name, default, values.get(name)) else default
            for name, default in self._defaults.items()
        }

    def _is_same(self, name: str, default: Any, value: Any) -> bool:
        column = self._columns.get(name)
        if column is None or value is None:
            return False
        try:
            return bool(_meaning(column.type, default) == _meaning(column.type, value))
        except (ValueError, ArithmeticError):
            return False


def _meaning(field_type: str, value: Any) -> Any:
    """What two notations of a value have in common. Raises ValueError or ArithmeticError."""
    if field_type in NUMBERS:
        return Decimal(str(value))
    if part := MOMENTS.get(field_type):
        moment = datetime.fromisoformat(str(value))
        shown = moment.replace(microsecond=moment.microsecond - moment.microsecond % part)
        return shown if shown.tzinfo else shown.replace(tzinfo=UTC)
    if field_type == "csv" and isinstance(value, list):
        return ",".join(map(str, value))
    return value
