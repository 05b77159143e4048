"""Since when "the last successful run" moves what has changed."""

import hashlib
from dataclasses import replace
from datetime import datetime

import orjson

from sidecar.directus.client import Directus
from sidecar.directus.retry import LONG
from sidecar.directus.server_time import server_time
from sidecar.migration.closure.since import moment_of
from sidecar.migration.instance.access import project_of
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.journal import read_journal
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import LAST


def scope_of(source: Instance, request: MigrationRequest) -> str:
    """Names what ``request`` moves, whenever it has changed. Runs of the same scope from the same
    project continue each other. Raises DirectusError."""
    selection = replace(request.selection, since="").document()
    parts = [project_of(source.client, "source"), selection, sorted(request.included)]
    parts.append(request.references)
    text = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def changed_since(
    source: Instance, destination: Instance, request: MigrationRequest
) -> datetime | None:
    """Rows that have not changed since need not travel. None: all have to, because the request says
    nothing else, or because no run of the same scope is known. Reads only. Raises DirectusError.
    """
    since = request.selection.since
    if since == LAST:
        recorded = read_journal(destination.client).completed.began_at
        since = recorded.get(scope_of(source, request), "") if recorded else ""
    try:
        return moment_of(since) if since else None
    except ValueError:
        # No run has recorded it.
        return None


def time_of_start(source: Directus, request: MigrationRequest) -> float | None:
    """When a run of ``request`` begins, in Unix seconds by the clock of the source. None: nobody
    has to know. Raises DirectusError."""
    return server_time(source, LONG) if request.selection.since == LAST else None
