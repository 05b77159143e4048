"""Starting a run, and resuming one that was interrupted: locked, recorded and enqueued."""

import uuid
from dataclasses import replace

from redis.client import Pipeline

from sidecar.config import Settings
from sidecar.directus.client import Directus
from sidecar.directus.retry import BRIEF
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.jobs import queue
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock, Holder
from sidecar.jobs.run_store import UNDER_WAY, RunOrder, RunStore, State, attempt_of, now
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.source_identity import unnamed_source
from sidecar.jobs.users import Person
from sidecar.migration.check.compatibility import Compatibility, check, require_compatible
from sidecar.migration.instance.instance import project_of
from sidecar.migration.request import MigrationRequest, check_allowed, check_token, check_url

RESUMED = "Resumed: attempt {}"
BUSY = "A run to this destination is under way ({}); wait for its end or cancel it"
BUSY_ELSEWHERE = (
    "A run from another source to this destination is under way ({}); wait for its end, or "
    "cancel it in the Directus that it was started from"
)


def check_destination(
    settings: Settings, url: str, token: str, request: MigrationRequest
) -> Compatibility:
    """Look at both sides. Raises InvalidRequest for bad input."""
    url, token = check_url(url), check_token(token)
    check_allowed(url, settings.allowed)
    with _source(settings) as source, Directus(url, token, patience=BRIEF) as destination:
        return check(source, destination, request)


def start_run(
    settings: Settings,
    space: Keyspace,
    *,
    person: Person,
    public_url: str,
    url: str,
    token: str,
    token_from: str | None,
    request: MigrationRequest,
) -> str:
    """Enqueue a run and return its id. Raises InvalidRequest for bad input or when the destination
    is busy (409)."""
    require_compatible(check_destination(settings, url, token, request), request)
    with _source(settings) as source:
        identity = project_of(source, "source")
    order = RunOrder(
        str(uuid.uuid4()),
        person.id,
        check_url(url),
        public_url or settings.source.url,
        request,
        now(),
        person.name,
        token_from,
        settings.source.url,
        identity,
    )
    store = RunStore(space)
    store.create(order)
    try:
        # A process that is killed in between leaves a run that nobody is at, which the watch finds.
        _reserve(space, order).keep()
        TokenVault(space, settings.secret).keep(order.id, check_token(token))
        queue.enqueue(space, order.id, 1)
    except Exception:
        TokenVault(space, settings.secret).forget(order.id)
        store.discard(order.id)
        DestinationLock(space, order.destination_url).free(order.id)
        raise
    return order.id


def resume_run(
    settings: Settings, space: Keyspace, run_id: str, *, by_itself: bool = False
) -> None:
    """Put a run that was interrupted back in the queue, with the token that was kept for it;
    ``by_itself`` is counted. Raises InvalidRequest when it is unknown (404), is not interrupted,
    its source is not known, its token is gone or its destination is busy (409)."""
    store, vault = RunStore(space), TokenVault(space, settings.secret)
    order, attempt = store.order(run_id), attempt_of(store.state(run_id))
    if store.state(run_id)["status"] != "interrupted":
        raise _not_interrupted()
    if not order.source_url:
        order = _with_source(settings, store, order)
    try:
        token = vault.reveal(run_id)
    except MigrationError as error:
        raise InvalidRequest(error.message, code=error.code, status=409) from error

    def decide(state: State) -> State | None:
        if state["status"] != "interrupted" or attempt_of(state) != attempt:
            return None
        by_itself_before = state.get("resumed_by_itself", 0)
        return {
            "status": "queued",
            "attempt": attempt + 1,
            "message": None,
            "ended_at": None,
            "resumed_by_itself": by_itself_before + by_itself,
        }

    def together(pipe: "Pipeline") -> None:
        store.withdraw_cancel(pipe, run_id)
        store.open(pipe, run_id)
        lock.keep(pipe)

    lock = _reserve(space, order)
    vault.keep(run_id, token)
    if not store.change(run_id, decide, together):
        # Somebody else was quicker, and holds the destination for the same run.
        raise _not_interrupted()
    store.log(run_id, "info", None, RESUMED.format(attempt + 1))
    queue.enqueue(space, run_id, attempt + 1)


def _source(settings: Settings) -> Directus:
    return Directus(settings.source.url, settings.source.token, patience=BRIEF)


def _with_source(settings: Settings, store: RunStore, order: RunOrder) -> RunOrder:
    """An order of an earlier version, with its source: the one that its run said it had. Raises
    InvalidRequest when it had not said so yet."""
    if store.state(order.id).get("source") is None:
        raise unnamed_source()
    with _source(settings) as source:
        named = replace(
            order, source_url=settings.source.url, source_identity=project_of(source, "source")
        )
    store.name_source(named)
    return named


def _reserve(space: Keyspace, order: RunOrder) -> DestinationLock:
    lock = DestinationLock(space, order.destination_url)
    if holder := lock.reserve(order.id, lambda holder: _is_alive(space, holder)):
        message = (BUSY if holder.source in ("", space.source) else BUSY_ELSEWHERE).format(
            holder.run_id
        )
        raise InvalidRequest(message, code="DESTINATION_BUSY", field="destination_url", status=409)
    return lock


def _is_alive(space: Keyspace, holder: Holder) -> bool:
    """Whether a run, of whatever source, still holds its destination: one whose worker is gone does
    not, as soon as the watch finds it."""
    if not holder.source:
        state = space.earlier_state(holder.run_id)
        return state is not None and state["status"] in UNDER_WAY
    try:
        return not RunStore(replace(space, source=holder.source)).is_over(holder.run_id)
    except InvalidRequest:
        return False


def _not_interrupted() -> InvalidRequest:
    message = "Only a run that was interrupted can be resumed; start this one again"
    return InvalidRequest(message, code="NOT_INTERRUPTED", status=409)
