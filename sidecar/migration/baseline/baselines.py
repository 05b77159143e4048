"""The baselines of all pairs of instances, in the sidecar's store."""

import hashlib
from pathlib import Path

from sidecar.address import destination_address
from sidecar.config import StoreSettings
from sidecar.errors import MigrationError
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.store.database import remove_file
from sidecar.migration.store.room import SUFFIX, make_room, size_of

FOLDER = "baselines"
# Of the limit. So there is room for a run that begins.
ALMOST = 0.9
BEGINS_ANEW = (
    "What both sides had after the last run has almost reached MIGRATION_BASELINE_MAX_MB, so the "
    "record begins anew"
)


def open_baseline(settings: StoreSettings, source_url: str, destination_url: str) -> Baseline:
    """The baseline of this pair. Those of the least recently used pairs are removed beyond the
    limit. Raises nothing."""
    path, note = _path(settings, source_url, destination_url), None
    try:
        if size_of(path) > ALMOST * settings.baseline_bytes:
            # Rows that are gone are never forgotten one by one.
            remove_file(path)
            note = BEGINS_ANEW
        make_room(path.parent, settings.baseline_bytes, [path])
    except MigrationError as error:
        note = error.message
    baseline = Baseline(path, settings.baseline_bytes)
    baseline.note = baseline.note or note
    return baseline


def _path(settings: StoreSettings, *urls: str) -> Path:
    """The same for all spellings of the addresses."""
    normal = "\n".join(destination_address(url) for url in urls)
    name = hashlib.sha256(normal.encode()).hexdigest()
    return settings.folder / FOLDER / f"{name}{SUFFIX}"
