"""Inspects both sides of a migration and rejects pairs that no migration is possible between."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sidecar.directus.client import Directus
from sidecar.errors import InvalidRequest
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.access import check_access
from sidecar.migration.instance.instance import (
    OLDEST_VERSION,
    Instance,
    fingerprint,
    inspect,
    last_activity,
)
from sidecar.migration.instance.software import is_older

SIDES = ("source", "destination")
SAME_INSTANCE = (
    "The destination is the source itself, or an untouched copy of it; enter another instance's URL"
)
TOO_OLD = "The {} is Directus {}; the oldest version that can be migrated is {}"


def inspect_sides(
    source: Directus,
    destination: Directus,
    begin_reading: Callable[[], None] | None = None,
) -> tuple[Instance, Instance]:
    """Inspect source and destination. Sends only reads.

    ``begin_reading`` is called once the destination answers, before its data model is read.

    Raises InvalidRequest when a side cannot be used, is too old, or when both are the same
    instance, and DirectusError when a side cannot be read.
    """
    if source.url == destination.url:
        raise _same_instance()
    clients, hooks = (source, destination), (None, begin_reading)
    snapshots = side_by_side(
        lambda side: check_access(*side), list(zip(clients, SIDES, hooks, strict=True))
    )
    with ThreadPoolExecutor(1) as pool:
        same = pool.submit(_is_same_instance, source, destination)
        instances = side_by_side(
            lambda side: inspect(*side), list(zip(clients, snapshots, strict=True))
        )
        if same.result():
            raise _same_instance()
    for instance, side in zip(instances, SIDES, strict=True):
        _require_version(instance, side)
    return instances[0], instances[1]


def _is_same_instance(source: Directus, destination: Directus) -> bool:
    if fingerprint(source) != fingerprint(destination):
        return False
    before = last_activity(source)
    # A busy instance may log an activity between two requests, so the source is read again.
    return last_activity(destination) in (before, last_activity(source))


def _same_instance() -> InvalidRequest:
    return InvalidRequest(SAME_INSTANCE, code="DESTINATION_IS_SOURCE", field="destination_url")


def _require_version(instance: Instance, side: str) -> None:
    if is_older(instance.version, OLDEST_VERSION):
        message = TOO_OLD.format(side, instance.version, OLDEST_VERSION)
        raise InvalidRequest(message, code=f"{side.upper()}_TOO_OLD", field=f"{side}_url")
