"""Says by table, key and column which values the destination cannot hold, and of which it keeps
less."""

from collections.abc import Mapping
from typing import Any

from sidecar.migration.report.report import Report
from sidecar.migration.values.conversion import Loss
from sidecar.resources.base import Resource

CODE = "CANNOT_HOLD"
LEFT_OUT = (
    "{}: {}; the row is left out. Change it at the source, or the column at the destination, and "
    "start again"
)


def name_refused(
    collection: str, key: Any, unsupported_values: Mapping[str, str], report: Report
) -> None:
    """A problem for each column of a row that the destination cannot hold, with the reason."""
    for column, reason in unsupported_values.items():
        report.problem(collection, key, CODE, LEFT_OUT.format(column, reason))


def note_losses(
    resource: Resource, lossy_columns: Mapping[tuple[str, Loss], int], report: Report
) -> None:
    """In how many rows a column arrives with less."""
    for (column, loss), rows in lossy_columns.items():
        report.note(resource.name, loss.code, column, f"{column}: {loss.message}", rows)
