"""Looks at everything that a migration needs, and says what to do about what is missing.

It reads only, and each part is looked at although another one fails.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from redis.exceptions import RedisError

from sidecar.config import read_settings
from sidecar.directus.client import Directus
from sidecar.directus.retry import ONCE
from sidecar.errors import BadGateway, DirectusRejected, MigrationError, Unreachable
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import connect_briefly, count_workers
from sidecar.migration.instance.instance import check_access

# A route of the relay that the sidecar answers only to a caller who knows the shared secret.
RELAY = "/migration/presets"
NOT_FOUND = 404
NO_EXTENSION = (
    "Directus has no extension Migration; run `sidecar install-extension DIRECTORY` with the "
    "folder of its extensions, and restart Directus"
)
NO_SIDECAR = (
    "Directus cannot reach the web process; start `sidecar web`, and check MIGRATION_SIDECAR_URL "
    "in the environment of Directus"
)
MEGABYTE = 1_000_000
MIN_FREE_BYTES = 1_000 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Check:
    """One part of an installation. ``message`` is what was found, and what to do if it is bad."""

    name: str
    ok: bool
    message: str


class _Bad(Exception):
    """Its text says what is wrong and what to do."""


def examine(environment: Mapping[str, str]) -> Iterator[Check]:
    """Check the installation that ``environment`` describes, part by part.

    Raises SettingsError when variables are wrong or missing: nothing can be checked then.
    """
    settings = read_settings(environment)
    space = connect_briefly(settings)
    with Directus(settings.source.url, settings.source.token, retry_policy=ONCE) as source:
        parts: dict[str, Callable[[], str]] = {
            "source": partial(_source, source),
            "extension": partial(_extension, source),
            "redis": partial(_redis, space),
            "worker": partial(_worker, space),
            "disk": _disk,
        }
        for name, look in parts.items():
            yield _check(name, look)


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except _Bad as problem:
        return Check(name, False, str(problem))
    except MigrationError as error:
        return Check(name, False, error.message)


def _source(source: Directus) -> str:
    snapshot = check_access(source, "source")
    return f"Directus {snapshot['directus']} at {source.url}, and the token is an administrator's"


def _extension(source: Directus) -> str:
    """Ask the sidecar through Directus, as the page does."""
    try:
        is_answered = source.read_text(RELAY).startswith("{")
    except Unreachable as error:
        raise _Bad("Cannot be checked while the source does not answer") from error
    except BadGateway as error:
        raise _Bad(NO_SIDECAR) from error
    except DirectusRejected as error:
        raise _Bad(NO_EXTENSION if error.status == NOT_FOUND else error.message) from error
    if not is_answered:
        raise _Bad(NO_EXTENSION)
    return "installed, and Directus shares the secret with the web process"


def _redis(space: Keyspace) -> str:
    try:
        space.redis.ping()
    except RedisError as error:
        raise _Bad(
            f"Redis does not answer; check REDIS_URL and whether Redis runs ({error})"
        ) from error
    return "answers"


def _worker(space: Keyspace) -> str:
    try:
        workers = count_workers(space)
    except RedisError as error:
        raise _Bad("Workers cannot be counted without Redis") from error
    if not workers:
        raise _Bad("No worker is running; start `sidecar worker` with the same environment")
    return f"{workers} running"


def _disk() -> str:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE_BYTES:
        raise _Bad(
            f"{folder} has only {free / MEGABYTE:,.0f} MB free; make room, or set TMPDIR to a "
            f"folder with {MIN_FREE_BYTES / MEGABYTE:,.0f} MB"
        )
    return f"{free / MEGABYTE:,.0f} MB free in {folder}"
