"""Remembers a successful run, so that a later one moves only what has changed since."""

from datetime import UTC, datetime

from sidecar.migration.check.last_run import scope_of
from sidecar.migration.check.selection_summary import SelectionSummary
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import Journal


def remember_run(
    source: Instance, selection: SelectionSummary, journal: Journal, *, has_written: bool
) -> None:
    """Record a successful run of ``selection``, if a later one continues it.

    A run that found nothing to write leaves an earlier record as it is, which is as good. Raises
    DirectusError.
    """
    if selection.began_at is None:
        return
    scope = scope_of(source, selection.request)
    if has_written or scope not in journal.completed.began_at:
        moment = datetime.fromtimestamp(selection.began_at, UTC)
        journal.complete(scope, moment.isoformat(timespec="seconds"))
