"""Which source a run is meant for. Sidecars of several sources may share a Redis, and an address
may come to lead to another instance: a worker whose source is not the one that was meant must not
touch the run."""

from sidecar.address import destination_address
from sidecar.directus.client import Directus
from sidecar.errors import InvalidRequest
from sidecar.jobs.run_store import RunOrder
from sidecar.migration.instance.instance import is_project

SOURCE_DIFFERS = "SOURCE_DIFFERS"
OTHER_ADDRESS = (
    "This run was ordered for the source {}, and this worker's source is {}. Nothing was "
    "written. Give the web process and the workers of one source the same DIRECTUS_URL, and "
    "start the run again"
)
OTHER_PROJECT = (
    "Another project answers at {} now than when this run was ordered. Nothing was written. See "
    "what DIRECTUS_URL leads to, for the web process and for the workers, and start the run again"
)
UNNAMED = (
    "This run was ordered with an earlier version of the sidecar, which did not record its "
    "source. Start it again"
)


def require_same_source(source: Directus, order: RunOrder) -> None:
    """Raises InvalidRequest when ``source`` is not the one that ``order`` names (SOURCE_DIFFERS),
    or cannot be asked."""
    if not order.source_url:
        raise unnamed_source()
    if destination_address(source.url) != destination_address(order.source_url):
        raise _refused(OTHER_ADDRESS.format(order.source_url, source.url))
    if not is_project(source, "source", order.source_identity):
        raise _refused(OTHER_PROJECT.format(source.url))


def unnamed_source() -> InvalidRequest:
    """The error for an order of which nobody knows the source."""
    return _refused(UNNAMED)


def _refused(message: str) -> InvalidRequest:
    return InvalidRequest(message, code=SOURCE_DIFFERS, status=409)
