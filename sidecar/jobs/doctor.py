"""Looks for what a migration would miss: ``sidecar doctor``. Writes nothing."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sidecar.config import Settings, read_settings
from sidecar.directus.client import Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import DirectusError, DirectusRejected, InvalidRequest, NotAuthenticated
from sidecar.jobs.queue import connect_briefly
from sidecar.jobs.readiness import Part, redis_part, worker_part
from sidecar.migration.instance.access import check_access
from sidecar.migration.store.database import UNAVAILABLE

RELAY = "/migration/runs?count=1"
MIN_FREE_BYTES = 1_000_000_000
# What a run would say of it.
NO_SPACE = "TEMPORARY_SPACE"
NOT_INSTALLED = (
    "The extension is not loaded; run `sidecar install-extension` with the extensions folder of "
    "Directus, and restart Directus"
)
NOT_THE_SAME = (
    "Directus has another MIGRATION_SIDECAR_SECRET than this environment, or another sidecar at "
    "MIGRATION_SIDECAR_URL; give both the same, and restart them"
)
NOT_CHECKED = "This cannot be checked while the check of the source fails"
NO_RELAY = "Directus does not reach the sidecar; check MIGRATION_SIDECAR_URL and `sidecar web` ({})"
LITTLE_SPACE = "{} has only {:,} MB free; free space there, or set TMPDIR to another folder"
FULL_STORE = "{} has only {:,} MB free; free space there, or set MIGRATION_STORE to another folder"
NO_STORE = (
    "This account cannot write to {}; set MIGRATION_STORE to a folder that the web process and all "
    "workers can write to"
)
NO_FOLDER = "There is no folder for temporary files that can be written to; set TMPDIR ({})"


class Finding(NamedTuple):
    """The result of one check. ``message`` says what to do; "" if there is nothing to do."""

    part: str
    ok: bool
    message: str = ""
    code: str | None = None


def diagnose(environment: Mapping[str, str]) -> Iterator[Finding]:
    """One finding or more for each part that a migration needs."""
    try:
        settings = read_settings(environment)
    except InvalidRequest as error:
        yield Finding("Settings", False, error.message, error.code)
        return
    yield Finding("Settings", ok=True)
    yield from _redis(settings)
    with Directus(settings.source.url, settings.source.token, retry_policy=ONCE) as source:
        source_finding = _refusals("Source", lambda: check_access(source, "source"))
        yield source_finding
        # A wrong DIRECTUS_TOKEN would look like a wrong secret.
        extension = _extension(source) if source_finding.ok else (False, NOT_CHECKED)
        yield Finding("Extension", *extension)
    yield _temporary_folder()
    yield _store(settings.store.folder)


def _redis(settings: Settings) -> Iterator[Finding]:
    space = connect_briefly(settings)
    redis = redis_part(space)
    yield _finding("Redis", redis)
    # Without Redis nobody can look for workers.
    if redis.ok:
        yield _finding("Worker", worker_part(space))


def _finding(name: str, part: Part) -> Finding:
    """What endangers runs has to be done something about, too."""
    return Finding(name, part.code is None, part.message or "", part.code)


def _extension(source: Directus) -> tuple[bool, str]:
    try:
        # The answer has not the format of Directus.
        source.open(RELAY).close()
    except NotAuthenticated:
        return False, NOT_THE_SAME
    except DirectusRejected as error:
        is_missing = error.status == 404
        return False, NOT_INSTALLED if is_missing else NO_RELAY.format(error.message)
    except DirectusError as error:
        return False, NO_RELAY.format(error.message)
    return True, ""


def _refusals(part: str, check: Callable[[], object]) -> Finding:
    try:
        check()
    except InvalidRequest as error:
        return Finding(part, False, error.message, error.code)
    return Finding(part, ok=True)


def _temporary_folder() -> Finding:
    part = "Temporary space"
    try:
        folder = tempfile.gettempdir()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(part, False, NO_FOLDER.format(error), NO_SPACE)
    if free < MIN_FREE_BYTES:
        message = LITTLE_SPACE.format(folder, free // 1_000_000)
        return Finding(part, False, message, NO_SPACE)
    return Finding(part, ok=True)


def _store(folder: Path) -> Finding:
    part = "Store"
    # The first run makes the folder.
    place = next(one for one in (folder, *folder.parents) if one.exists())
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return Finding(part, False, NO_STORE.format(folder), UNAVAILABLE)
    free = shutil.disk_usage(place).free
    if free < MIN_FREE_BYTES:
        return Finding(part, False, FULL_STORE.format(folder, free // 1_000_000), UNAVAILABLE)
    return Finding(part, ok=True)
