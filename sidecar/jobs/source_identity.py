"""Checks that a worker's source is the source that a run was ordered for.

Sidecars of several sources can share one Redis server, and an address can come to lead to another
instance. A worker with another source must not touch the run.
"""

from sidecar.address import destination_address
from sidecar.directus.client import Directus
from sidecar.errors import InvalidRequest
from sidecar.jobs.run_order import RunOrder
from sidecar.migration.instance.access import is_project

SOURCE_DIFFERS = "SOURCE_DIFFERS"
ADDRESS_DIFFERS = (
    "This run was ordered for the source {}, but the source of this worker is {}. Nothing was "
    "written. Give the web process and the workers of one source the same DIRECTUS_URL, and "
    "start the run again"
)
PROJECT_DIFFERS = (
    "Another project answers at {} now than when this run was ordered. Nothing was written. Check "
    "the DIRECTUS_URL of the web process and of the workers, and start the run again"
)
NO_SOURCE_RECORDED = (
    "This run was ordered with an earlier version of the sidecar, which did not record its "
    "source. Start it again"
)


def require_same_source(source: Directus, order: RunOrder) -> None:
    """Raises InvalidRequest (SOURCE_DIFFERS) if ``source`` is not the source of ``order``, and
    InvalidRequest with another code if the source does not answer."""
    if not order.source_url:
        raise no_source_recorded()
    if destination_address(source.url) != destination_address(order.source_url):
        raise _differs(ADDRESS_DIFFERS.format(order.source_url, source.url))
    if not is_project(source, "source", order.source_identity):
        raise _differs(PROJECT_DIFFERS.format(source.url))


def no_source_recorded() -> InvalidRequest:
    """The error for an order of an earlier version whose source is unknown."""
    return _differs(NO_SOURCE_RECORDED)


def _differs(message: str) -> InvalidRequest:
    return InvalidRequest(message, code=SOURCE_DIFFERS, status=409)
