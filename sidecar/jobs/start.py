"""Starts a run: it checks both sides, locks the destination, stores the order and enqueues it."""

import hashlib
import uuid
from dataclasses import dataclass, field, replace
from functools import partial

from sidecar.config import Settings
from sidecar.directus.client import Directus
from sidecar.directus.deadline import Deadline
from sidecar.directus.retry import BRIEF
from sidecar.errors import DestinationBusy, DirectusRejected, InvalidRequest
from sidecar.jobs import queue
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock, LockOwner
from sidecar.jobs.run_order import RunOrder, lock_of, utc_now
from sidecar.jobs.run_state import is_active
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.users import User
from sidecar.migration.check.compatibility import Compatibility, check, require_compatible
from sidecar.migration.instance.access import project_of
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.request import MigrationRequest, check_allowed, check_token, check_url

# The status of an answer that the sides do not fit, as opposed to a wrong address or token.
CONFLICT = 409
# All that a request asks of both sides. The relay gives up after a minute.
PATIENCE_SECONDS = 52.0
BUSY = "A run to {} is under way ({}); wait until it ends, or cancel it"
BUSY_FROM_ANOTHER_SOURCE = (
    "A run from another source to {} is under way ({}); wait until it ends, or cancel it in the "
    "Directus where it was started"
)
# A copy of a project has its identity.
THIS_ADDRESS, THIS_PROJECT = "this destination", "this project, or a copy of it,"
# Runs of one person that wait or run: enough for every destination of a team.
MAX_OPEN_RUNS = 10
TOO_MANY = (
    f"You have {MAX_OPEN_RUNS} runs that have not ended. Wait until one ends, or cancel one in the "
    "history"
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
    settings: Settings,
    url: str,
    token: str,
    request: MigrationRequest,
    deadline: Deadline,
    thorough: bool = True,
) -> Compatibility:
    """Compare source and destination, and write nothing. Raises InvalidRequest for bad input."""
    url, token = check_url(url), check_token(token)
    check_allowed(url, settings.allowed)
    with (
        connect_source(settings, deadline) as source,
        Directus(url, token, retry_policy=BRIEF, deadline=deadline) as destination,
        KeySets() as keys,
    ):
        return check(source, destination, request, keys, thorough)


def start_run(
    settings: Settings, space: Keyspace, new_run: NewRun, deadline: Deadline | None = None
) -> str:
    """Enqueue a run and return its id. Both sides have until the ``deadline`` to answer everything,
    or PATIENCE_SECONDS.

    Raises InvalidRequest for bad input, and with status 409 if another run to the destination is
    active.
    """
    deadline = deadline or Deadline(PATIENCE_SECONDS)
    _require_few(space, new_run.user.id)
    require_free(space, new_run.destination_url)
    _require_startable(settings, new_run, deadline)
    order = _order(settings, new_run, deadline)
    store, vault = RunStore(space), TokenVault(space, *settings.secrets)
    store.create(order)
    try:
        # If the process dies before it enqueues the run, the watchdog interrupts the run.
        reserve_destination(space, order).persist()
        vault.keep(order, check_token(new_run.token))
        queue.enqueue(space, order.id, 1)
    except Exception:
        vault.forget(order.id)
        store.discard(order.id)
        lock_of(space, order).release(order.id)
        raise
    return order.id


def _require_startable(settings: Settings, new_run: NewRun, deadline: Deadline) -> None:
    """Raise InvalidRequest if the run would be refused.

    The run itself checks thoroughly, so this check does so only before it refuses.
    """
    sides = settings, new_run.destination_url, new_run.token, new_run.request, deadline
    try:
        require_compatible(check_destination(*sides, False), new_run.request)
    except DirectusRejected:
        pass
    except InvalidRequest as error:
        if error.status != CONFLICT:
            raise
    else:
        return
    require_compatible(check_destination(*sides, True), new_run.request)


def connect_source(settings: Settings, deadline: Deadline) -> Directus:
    """A client of the source for a user who waits for the answer."""
    url, token = settings.source.url, settings.source.token
    return Directus(url, token, retry_policy=BRIEF, deadline=deadline)


def require_free(space: Keyspace, destination_url: str) -> None:
    """Raise DestinationBusy if a run to the destination is active, and InvalidRequest for a bad
    address. Asks no instance."""
    lock = DestinationLock(space, check_url(destination_url))
    if owner := lock.owner(partial(_is_owner_active, space)):
        raise _busy(space, owner, THIS_ADDRESS)


def _require_few(space: Keyspace, user: str) -> None:
    """Raise InvalidRequest (429) if ``user`` has MAX_OPEN_RUNS runs that are queued or running."""
    if RunStore(space).count_active(user) >= MAX_OPEN_RUNS:
        raise InvalidRequest(TOO_MANY, code="TOO_MANY_OPEN_RUNS", status=429)


def reserve_destination(space: Keyspace, order: RunOrder) -> DestinationLock:
    """Reserve the destination for a run that is about to be enqueued. Raises DestinationBusy if
    another active run owns it."""
    lock = lock_of(space, order)
    if owner := lock.reserve(order.id, partial(_is_owner_active, space)):
        raise _busy(space, owner, THIS_ADDRESS if lock.has_address_of(owner) else THIS_PROJECT)
    return lock


def _busy(space: Keyspace, owner: LockOwner, what: str) -> DestinationBusy:
    if owner.source in ("", space.source):
        return DestinationBusy(BUSY.format(what, owner.run_id), run_id=owner.run_id)
    return DestinationBusy(BUSY_FROM_ANOTHER_SOURCE.format(what, owner.run_id), run_id=None)


def _identity_of(new_run: NewRun, deadline: Deadline) -> str:
    """A hash of the identity of the destination's project, under whatever address it answers."""
    url, token = check_url(new_run.destination_url), check_token(new_run.token)
    with Directus(url, token, retry_policy=BRIEF, deadline=deadline) as destination:
        identity = project_of(destination, "destination")
    return hashlib.sha256(identity.encode()).hexdigest()


def _order(settings: Settings, new_run: NewRun, deadline: Deadline) -> RunOrder:
    destination_identity = _identity_of(new_run, deadline)
    with connect_source(settings, deadline) as source:
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
        destination_identity=destination_identity,
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
