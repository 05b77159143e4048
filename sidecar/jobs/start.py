"""Starts a run: it checks both sides, locks the destination, stores the order and enqueues it."""

import uuid
from dataclasses import dataclass, field, replace
from functools import partial

from sidecar.config import Settings
from sidecar.directus.client import Directus
from sidecar.directus.retry import BRIEF
from sidecar.errors import DestinationBusy, InvalidRequest
from sidecar.jobs import queue
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock, LockOwner
from sidecar.jobs.run_order import RunOrder, utc_now
from sidecar.jobs.run_state import is_active
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.users import User
from sidecar.migration.check.compatibility import Compatibility, check, require_compatible
from sidecar.migration.instance.instance import project_of
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.request import MigrationRequest, check_allowed, check_token, check_url

BUSY = "A run to this destination is under way ({}); wait until it ends, or cancel it"
BUSY_FROM_ANOTHER_SOURCE = (
    "A run from another source to this destination is under way ({}); wait until it ends, or "
    "cancel it in the Directus where it was started"
)


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a user entered to start a run."""

    user: User
    # The address under which browsers reach the source; "" for DIRECTUS_URL.
    public_url: str
    destination_url: str
    token: str = field(repr=False)
    # Names the saved token that is used; None if the token was typed.
    token_from: str | None
    request: MigrationRequest


def check_destination(
    settings: Settings, url: str, token: str, request: MigrationRequest
) -> Compatibility:
    """Compare source and destination, and write nothing. Raises InvalidRequest for bad input."""
    url, token = check_url(url), check_token(token)
    check_allowed(url, settings.allowed)
    with (
        connect_source(settings) as source,
        Directus(url, token, retry_policy=BRIEF) as destination,
        KeySets() as keys,
    ):
        return check(source, destination, request, keys)


def start_run(settings: Settings, space: Keyspace, new_run: NewRun) -> str:
    """Enqueue a run and return its id. Raises InvalidRequest for bad input, and with status 409 if
    another run to the destination is active."""
    request, token = new_run.request, new_run.token
    require_free(space, new_run.destination_url)
    compatibility = check_destination(settings, new_run.destination_url, token, request)
    require_compatible(compatibility, request)
    order = _order(settings, new_run)
    store, vault = RunStore(space), TokenVault(space, settings.secret)
    store.create(order)
    try:
        # If the process dies before it enqueues the run, the watchdog interrupts the run.
        reserve_destination(space, order).persist()
        vault.keep(order.id, check_token(token))
        queue.enqueue(space, order.id, 1)
    except Exception:
        vault.forget(order.id)
        store.discard(order.id)
        DestinationLock(space, order.destination_url).release(order.id)
        raise
    return order.id


def connect_source(settings: Settings) -> Directus:
    """A client of the source for a user who waits for the answer."""
    return Directus(settings.source.url, settings.source.token, retry_policy=BRIEF)


def require_free(space: Keyspace, destination_url: str) -> None:
    """Raise DestinationBusy if a run to the destination is active, and InvalidRequest for a bad
    address. Asks no instance."""
    lock = DestinationLock(space, check_url(destination_url))
    if owner := lock.owner(partial(_is_owner_active, space)):
        raise _busy(space, owner)


def reserve_destination(space: Keyspace, order: RunOrder) -> DestinationLock:
    """Reserve the destination for a run that is about to be enqueued. Raises DestinationBusy if
    another active run owns it."""
    lock = DestinationLock(space, order.destination_url)
    if owner := lock.reserve(order.id, partial(_is_owner_active, space)):
        raise _busy(space, owner)
    return lock


def _busy(space: Keyspace, owner: LockOwner) -> DestinationBusy:
    if owner.source in ("", space.source):
        return DestinationBusy(BUSY.format(owner.run_id), run_id=owner.run_id)
    return DestinationBusy(BUSY_FROM_ANOTHER_SOURCE.format(owner.run_id), run_id=None)


def _order(settings: Settings, new_run: NewRun) -> RunOrder:
    with connect_source(settings) as source:
        identity = project_of(source, "source")
    return RunOrder(
        id=str(uuid.uuid4()),
        user=new_run.user.id,
        destination_url=check_url(new_run.destination_url),
        public_url=new_run.public_url or settings.source.url,
        request=new_run.request,
        created_at=utc_now(),
        user_name=new_run.user.name,
        token_from=new_run.token_from,
        source_url=settings.source.url,
        source_identity=identity,
    )


def _is_owner_active(space: Keyspace, owner: LockOwner) -> bool:
    """Whether a run of any source is queued or running. A run whose worker died counts as active
    until the watchdog interrupts it."""
    if not owner.source:
        state = space.legacy_state(owner.run_id)
        return state is not None and is_active(state)
    try:
        return is_active(RunStore(replace(space, source=owner.source)).state(owner.run_id))
    except InvalidRequest:
        return False
