"""Reports the rows that cannot be written, and what a row loses on its way."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.mapping.row_mapper import CLEARED, MISSING_REFERENCE
from sidecar.migration.report.progress import Progress
from sidecar.migration.values.conversion import Loss
from sidecar.resources.base import Resource

CODE = "CANNOT_HOLD"
# A column, and what is said of it.
LostReference = tuple[str, str]
NOT_SELECTED = "{}: left empty in new rows where it points at something that is not selected"
LEFT_OUT = (
    "{}: {}; the row is left out. Change it at the source, or the column at the destination, and "
    "start again"
)


def report_unwritable(resource: Resource, match: RowMatch, progress: Progress) -> None:
    """A problem for each reason why a row that does not exist cannot be written."""
    if match.mapped.barred:
        report_barred(resource, match.key, match.mapped.barred, progress)
    for column, reason in match.mapped.unsupported_values.items():
        message = LEFT_OUT.format(column, reason)
        progress.problem(resource.name, match.key, CODE, message, [column])


def report_barred(resource: Resource, key: Any, columns: Sequence[str], progress: Progress) -> None:
    """A problem for a row without the references ``columns``, which may not be null."""
    message = MISSING_REFERENCE.format(", ".join(columns))
    progress.problem(resource.name, key, "MISSING_REFERENCE", message, columns)


def report_lost_targets(
    resource: Resource, matches: Iterable[RowMatch], progress: Progress
) -> None:
    """A note for each reference that becomes null, or is null by now, because its target does not
    arrive or does not travel by choice. A row that does not arrive itself is named for that alone.
    """
    for match in matches:
        if match.state in ("new", "same"):
            report_lost(resource, lost_references(match), progress)


def report_lost(resource: Resource, lost: Iterable[LostReference], progress: Progress) -> None:
    """Such a note for each reference of one row."""
    for column, message in lost:
        progress.note(resource.name, "CLEARED", column, message, 1)


def lost_references(match: RowMatch) -> tuple[LostReference, ...]:
    """The references of a row that become null, or are null by now."""
    existing = match.existing or {}
    return (
        *((column, CLEARED.format(column)) for column in match.mapped.lost_targets),
        *(
            (column, NOT_SELECTED.format(column))
            for column in match.mapped.left_empty
            if existing.get(column) is None
        ),
    )


def report_losses(resource: Resource, matches: Iterable[RowMatch], progress: Progress) -> None:
    """A note for each column that arrives with less, with the number of rows."""
    report_counted_losses(resource, count_losses(matches), progress)


def count_losses(matches: Iterable[RowMatch]) -> Counter[tuple[str, Loss]]:
    """How many rows that can be written lose something, by column and loss."""
    losses: Counter[tuple[str, Loss]] = Counter()
    for match in matches:
        is_written = match.state == "new" or match.mapped.is_writable
        if match.mapped.lossy_columns and is_written:
            losses.update(match.mapped.lossy_columns.items())
    return losses


def report_counted_losses(
    resource: Resource, losses: Counter[tuple[str, Loss]], progress: Progress
) -> None:
    """The same for losses that were counted by column."""
    for (column, loss), rows in losses.items():
        progress.note(resource.name, loss.code, column, f"{column}: {loss.message}", rows)
