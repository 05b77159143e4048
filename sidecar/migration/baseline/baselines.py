"""The baselines of all pairs of instances, in the sidecar's store."""

import hashlib
from pathlib import Path

from sidecar.address import destination_address
from sidecar.config import StoreSettings
from sidecar.errors import MigrationError
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.store.room import SUFFIX, make_room

FOLDER = "baselines"


def open_baseline(settings: StoreSettings, source_url: str, destination_url: str) -> Baseline:
    """The baseline of this pair. Those of the least recently used pairs are removed beyond the
    limit. Raises nothing."""
    path = _path(settings, source_url, destination_url)
    baseline = Baseline(path)
    try:
        make_room(path.parent, settings.baseline_bytes, [path])
    except MigrationError as error:
        baseline.note = baseline.note or error.message
    return baseline


def _path(settings: StoreSettings, *urls: str) -> Path:
    """The same for all spellings of the addresses."""
    normal = "\n".join(destination_address(url) for url in urls)
    name = hashlib.sha256(normal.encode()).hexdigest()
    return settings.folder / FOLDER / f"{name}{SUFFIX}"
