"""The lists of changes of all runs of one source, in the sidecar's store."""

from collections.abc import Collection
from pathlib import Path

from sidecar.config import StoreSettings
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.store.database import remove_file, translated
from sidecar.migration.store.room import SUFFIX, files_of, make_room

FOLDER = "changes"
MISSING = (
    "The changes of this run are not listed. A run of the command line or of an older version has "
    "no list, and the oldest lists are removed when MIGRATION_STORE_MAX_MB is reached: do a new "
    "dry run. If no run has one, give the web process and all workers the same MIGRATION_STORE"
)


class ChangeLists:
    """A file for each run. ``source`` tells the sources that share a store apart."""

    def __init__(self, settings: StoreSettings, source: str) -> None:
        self._folder = settings.folder / FOLDER / source
        self._max_bytes = settings.changes_bytes

    def create(self, run_id: str) -> ChangeList:
        """A new list. Raises MigrationError if the store cannot be written to."""
        return ChangeList.create(self._path(run_id))

    def resume(self, run_id: str) -> ChangeList:
        """The list of an earlier attempt at the run, which goes on. Raises MigrationError if the
        store cannot be written to."""
        return ChangeList.resume(self._path(run_id))

    def open(self, run_id: str) -> ChangeList:
        """The list of a run, to be read. Raises InvalidRequest (404) if there is none that can be
        read."""
        path = self._path(run_id)
        try:
            changes = ChangeList.open(path) if _exists(path) else None
        except MigrationError as error:
            raise _missing(error.message) from error
        if changes is None:
            raise _missing(MISSING)
        return changes

    def remove(self, run_id: str) -> None:
        remove_file(self._path(run_id))

    def clean_up(self, kept: Collection[str], active: Collection[str]) -> None:
        """Remove the lists of runs that are not among ``kept``, and the oldest ones beyond the
        limit. Those of ``active`` runs stay."""
        for path in files_of(self._folder):
            if path.stem not in kept and path.stem not in active:
                remove_file(path)
        make_room(self._folder, self._max_bytes, [self._path(run_id) for run_id in active])

    def _path(self, run_id: str) -> Path:
        return self._folder / f"{run_id}{SUFFIX}"


def _exists(path: Path) -> bool:
    with translated(path):
        return path.is_file()


def _missing(message: str) -> InvalidRequest:
    return InvalidRequest(message, code="RUN_CHANGES_MISSING", status=404)
