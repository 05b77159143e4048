"""Remembers a successful run, so that a later one moves only what has changed since."""

from datetime import UTC, datetime

from sidecar.migration.check.coverage import Coverage
from sidecar.migration.instance.journal import Journal


def remember_run(coverage: Coverage, journal: Journal, *, has_written: bool) -> None:
    """Record what a successful run covers.

    A run that found nothing to write leaves earlier records as they are, which are as good, and
    makes none unless it is to be continued itself. Raises DirectusError.
    """
    moment = datetime.fromtimestamp(coverage.began_at, UTC).isoformat(timespec="seconds")
    completed = journal.completed
    for scope, names in coverage.collections.items():
        unknown = [name for name in names if coverage.continues and not completed.at(scope, name)]
        if covered := names if has_written else unknown:
            completed = completed.plus(scope, covered, moment)
    journal.complete(completed)
