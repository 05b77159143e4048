"""Reports what the destination keeps of rows that it had before, and that differ.

A migration changes none of them. That is a note of users, roles, policies and what else is matched
by name, and a problem of other rows.
"""

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.unwritable import report_barred
from sidecar.migration.report.progress import Progress
from sidecar.resources.base import Resource

CONFLICT = "Not overwritten: {} {} at the destination"
KEPT = "{}: not overwritten where the destination had another value for the same {}"
LEFT_EMPTY = "{}: not overwritten where the destination had no value"


def report_conflict(resource: Resource, match: RowMatch, progress: Progress) -> None:
    """A problem for an existing row that differs. The run that left it without a reference that may
    not be null has said so, and the next ones say the same."""
    empty = [column for column in match.columns if (match.actual or {}).get(column) is None]
    if barred := [column for column in empty if column in match.mapped.barred]:
        report_barred(resource, match.key, barred, progress)
        return
    message = CONFLICT.format(
        ", ".join(match.columns), "differs" if len(match.columns) == 1 else "differ"
    )
    progress.problem(resource.name, match.key, "CONFLICT", message, match.columns)


def report_kept(
    resource: Resource, match: RowMatch, progress: Progress, *, is_named: bool = False
) -> None:
    """A note for each column in which an existing row differs. ``is_named`` says that the row has a
    problem."""
    for column in match.columns:
        if (match.existing or {}).get(column) is not None:
            message = KEPT.format(column, resource.kind)
            progress.note(resource.name, "KEPT", column, message, 1)
        elif not is_named:
            progress.note(resource.name, "LEFT_EMPTY", column, LEFT_EMPTY.format(column), 1)
