"""Starting a run, and resuming one that was interrupted: locked, recorded and enqueued."""

import uuid

from redis import Redis
from redis.client import Pipeline

from sidecar.config import Settings
from sidecar.directus.client import Directus
from sidecar.directus.retry import BRIEF
from sidecar.errors import MigrationError, Refused
from sidecar.jobs import queue
from sidecar.jobs.lock import DestinationLock
from sidecar.jobs.people import Person
from sidecar.jobs.runs import OPEN, RUN, RunOrder, RunStore, State, attempt_of, now
from sidecar.jobs.secrets import TokenVault
from sidecar.migration.compatibility import Compatibility, check, require_compatible
from sidecar.migration.request import MigrationRequest, check_allowed, check_token, check_url

RESUMED = "Resumed: attempt {}"


def check_destination(settings: Settings, url: str, token: str, request: MigrationRequest) -> Compatibility:
    """Look at both sides. Raises Refused for bad input."""
    url, token = check_url(url), check_token(token)
    check_allowed(url, settings.allowed)
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
    try:
        # A process that is killed in between leaves a run that nobody is at, which the watch finds.
        _reserve(redis, store, order).keep()
        TokenVault(redis, settings.secret).keep(order.id, check_token(token))
        queue.enqueue(redis, order.id, 1)
    except Exception:
        store.discard(order.id)
        TokenVault(redis, settings.secret).forget(order.id)
        DestinationLock(redis, order.destination_url).free(order.id)
        raise
    return order.id


def resume_run(settings: Settings, redis: "Redis", run_id: str, *, by_itself: bool = False) -> None:
    """Put a run that was interrupted back in the queue, with the token that was kept for it; ``by_itself`` is counted.
    Raises Refused when it is unknown (404), is not interrupted, its token is gone or its destination is busy (409)."""
    store, vault = RunStore(redis), TokenVault(redis, settings.secret)
    order, attempt = store.order(run_id), attempt_of(store.state(run_id))
    if store.state(run_id)["status"] != "interrupted":
        raise _not_interrupted()
    try:
        token = vault.reveal(run_id)
    except MigrationError as error:
        raise Refused(error.message, code=error.code, status=409) from error

    def decide(state: State) -> State | None:
        if state["status"] != "interrupted" or attempt_of(state) != attempt:
            return None
        by_itself_before = state.get("resumed_by_itself", 0)
        return {"status": "queued", "attempt": attempt + 1, "message": None, "ended_at": None,
                "resumed_by_itself": by_itself_before + by_itself}

    def together(pipe: "Pipeline") -> None:
        pipe.hdel(RUN.format(run_id), "cancel")
        pipe.sadd(OPEN, run_id)
        lock.keep(pipe)

    lock = _reserve(redis, store, order)
    vault.keep(run_id, token)
    if not store.change(run_id, decide, together):
        # Somebody else was quicker, and holds the destination for the same run.
        raise _not_interrupted()
    store.log(run_id, "info", None, RESUMED.format(attempt + 1))
    queue.enqueue(redis, run_id, attempt + 1)


def _reserve(redis: "Redis", store: RunStore, order: RunOrder) -> DestinationLock:
    lock = DestinationLock(redis, order.destination_url)
    if holder := lock.reserve(order.id, lambda run_id: _is_alive(store, run_id)):
        message = f"A run to this destination is under way ({holder}); wait for its end or cancel it"
        raise Refused(message, code="DESTINATION_BUSY", field="destination_url", status=409)
    return lock


def _is_alive(store: RunStore, run_id: str) -> bool:
    """Whether a run still holds its destination: one whose worker is gone does not, as soon as the watch finds it."""
    try:
        return not store.is_over(run_id)
    except Refused:
        return False


def _not_interrupted() -> Refused:
    message = "Only a run that was interrupted can be resumed; start this one again"
    return Refused(message, code="NOT_INTERRUPTED", status=409)
