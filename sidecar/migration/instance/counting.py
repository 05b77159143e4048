"""Counts the rows of several resources at the same time."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor

from sidecar.directus.unreadable_rows import may_concern_a_row
from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import FILES, Resource

COUNTERS = 4
FILE_SIZE = "filesize"


def count_all(instance: Instance, resources: Mapping[str, Resource]) -> dict[str, int]:
    """How many rows each of ``resources`` has, by name. What was counted already is not asked
    again. Raises DirectusError."""
    unknown = [resource for name, resource in resources.items() if name not in instance.counts]
    with ThreadPoolExecutor(COUNTERS) as pool:
        counts = pool.map(instance.rows.count, unknown)
        counted = dict(zip((resource.name for resource in unknown), counts, strict=True))
    return {name: counted.get(name, instance.counts.get(name, 0)) for name in resources}


def count_bytes(instance: Instance, resources: Mapping[str, Resource]) -> int:
    """How many bytes the files of ``instance`` have. 0: ``resources`` has no files, or the
    database cannot tell. Raises DirectusError when it cannot be reached."""
    if FILES not in resources:
        return 0
    try:
        return instance.rows.total(resources[FILES], FILE_SIZE)
    except DirectusRejected:
        return 0


def count_readable(
    instance: Instance, resources: Collection[Resource]
) -> tuple[dict[str, int], dict[str, DirectusRejected]]:
    """How many rows each of ``resources`` has, and Directus' answer about those that it cannot
    count. Raises DirectusError when it cannot be reached."""
    with ThreadPoolExecutor(COUNTERS) as pool:
        answers = list(pool.map(lambda resource: _count(instance, resource), resources))
    found = [(resource.name, answer) for resource, answer in zip(resources, answers, strict=True)]
    return (
        {name: answer for name, answer in found if isinstance(answer, int)},
        {name: answer for name, answer in found if isinstance(answer, DirectusRejected)},
    )


def _count(instance: Instance, resource: Resource) -> int | DirectusRejected:
    try:
        return instance.rows.count(resource)
    except DirectusRejected as error:
        if not may_concern_a_row(error):
            return error
    try:
        # It may have been a passing failure.
        return instance.rows.count(resource)
    except DirectusRejected as error:
        return error
