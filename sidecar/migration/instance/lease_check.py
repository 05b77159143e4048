"""Tells before a run is ordered that the destination has one under way, whoever started it."""

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus
from sidecar.directus.retry import BRIEF
from sidecar.directus.server_time import server_time
from sidecar.migration.instance.access import refusing
from sidecar.migration.instance.lease_entries import read_entries, without_marks
from sidecar.migration.instance.lease_expiry import require_expired, should_be_gone
from sidecar.migration.instance.lease_holder import Holder


def require_unleased(destination: Directus, visitor: Holder) -> None:
    """Raise DestinationBusy if a run holds the lease of the destination. Reads only, and waits for
    nothing.

    A lease of a run that has ended does not count: the next run waits for it. Raises InvalidRequest
    as ``check_access`` does.
    """
    with refusing(destination, "destination"), parse_guard(destination.url):
        leases = without_marks(read_entries(destination))
        entries = [one for one in leases if not should_be_gone(one, visitor)]
        if entries:
            require_expired(entries, visitor, server_time(destination, BRIEF))
