"""Starting a run: checked first, so that bad input is answered at once, then locked, recorded and enqueued."""

import uuid
from datetime import UTC, datetime, timedelta

from redis import Redis

from sidecar.config import Settings
from sidecar.directus.client import Directus
from sidecar.directus.retry import BRIEF
from sidecar.errors import Refused
from sidecar.jobs import queue
from sidecar.jobs.lock import DestinationLock
from sidecar.jobs.people import Person
from sidecar.jobs.runs import RunOrder, RunStore, now
from sidecar.jobs.secrets import TokenVault
from sidecar.migration.compatibility import Compatibility, check, require_compatible
from sidecar.migration.request import MigrationRequest, check_token, check_url

ENQUEUED_WITHIN = timedelta(minutes=1)


def check_destination(settings: Settings, url: str, token: str, request: MigrationRequest) -> Compatibility:
    """Look at both sides. Raises Refused for bad input."""
    url, token = check_url(url), check_token(token)
    source = Directus(settings.source.url, settings.source.token, patience=BRIEF)
    return check(source, Directus(url, token, patience=BRIEF), request)


def start_run(settings: Settings, redis: "Redis", *, person: Person, public_url: str, url: str, token: str,
              token_from: str | None, request: MigrationRequest) -> str:
    """Enqueue a run and return its id. Raises Refused for bad input or when the destination is busy (409)."""
    require_compatible(check_destination(settings, url, token, request), request)
    order = RunOrder(str(uuid.uuid4()), person.id, check_url(url), public_url or settings.source.url, request, now(),
                     person.name, token_from)
    store = RunStore(redis)
    store.create(order)
    lock = DestinationLock(redis, order.destination_url)
    holder = lock.take(order.id, lambda run_id: _is_alive(redis, store, run_id))
    if holder:
        store.discard(order.id)
        message = f"A run to this destination is under way ({holder}); wait for its end or cancel it"
        raise Refused(message, code="DESTINATION_BUSY", field="destination_url", status=409)
    try:
        TokenVault(redis, settings.secret).keep(order.id, check_token(token))
        queue.enqueue(redis, order.id)
    except Exception:
        store.discard(order.id)
        lock.free(order.id)
        raise
    return order.id


def _is_alive(redis: "Redis", store: RunStore, run_id: str) -> bool:
    """Whether a run still holds its destination: not over, and in the queue or about to be put there."""
    try:
        if store.is_over(run_id):
            return False
        created_at = datetime.fromisoformat(store.order(run_id).created_at)
    except Refused:
        return False
    return queue.is_under_way(redis, run_id) or datetime.now(UTC) - created_at < ENQUEUED_WITHIN
