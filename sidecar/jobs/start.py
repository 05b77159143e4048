"""Starts a run: it checks both sides, locks the destination, stores the order and enqueues it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sidecar.config import Settings
from sidecar.directus.answer_memory import BUSY_CODE
from sidecar.directus.client import Directus
from sidecar.directus.deadline import Deadline
from sidecar.directus.retry import BRIEF, RetryPolicy
from sidecar.errors import DirectusRejected, InvalidRequest, TookTooLong
from sidecar.jobs import queue
from sidecar.jobs.busy import require_free, require_idle, reserve_destination
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import RunOrder, lock_of, utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.users import User
from sidecar.migration.check.compatibility import (
    Announce,
    Compatibility,
    be_silent,
    check,
)
from sidecar.migration.check.requirements import require_compatible
from sidecar.migration.instance.access import project_of
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.request import MigrationRequest, check_allowed, check_token, check_url

# The status of an answer that the sides do not fit, as opposed to a wrong address or token.
CONFLICT = 409
# All that a request asks of both sides. The relay gives up after a minute.
PATIENCE_SECONDS = 52.0
# Of these, the check before a run is enqueued may take so many.
PRECHECK_SECONDS = 25.0
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
    # The id of the dry run to carry out, whose ``request`` it is.
    plan: str | None = None


def check_destination(
    settings: Settings,
    space: Keyspace,
    url: str,
    token: str,
    request: MigrationRequest,
    deadline: Deadline,
    *,
    policy: RetryPolicy = BRIEF,
    announce: Announce = be_silent,
) -> Compatibility:
    """Compare source and destination, and write nothing. Raises InvalidRequest for bad input, and
    DestinationBusy if a run to the destination is active."""
    sides = _connect_sides(settings, url, token, deadline, policy)
    with sides as (source, destination), KeySets() as keys:
        require_idle(space, destination)
        return check(source, destination, request, keys, announce=announce)


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
    order = _startable_order(settings, space, new_run, deadline)
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


@contextmanager
def _connect_sides(
    settings: Settings, url: str, token: str, deadline: Deadline, policy: RetryPolicy = BRIEF
) -> Iterator[tuple[Directus, Directus]]:
    """Clients of both sides for a user who waits for the answer. Raises InvalidRequest for bad
    input."""
    url, token = check_url(url), check_token(token)
    check_allowed(url, settings.allowed)
    origin = settings.source
    with (
        Directus(origin.url, origin.token, retry_policy=policy, deadline=deadline) as source,
        Directus(url, token, retry_policy=policy, deadline=deadline) as destination,
    ):
        yield source, destination


def _startable_order(
    settings: Settings, space: Keyspace, new_run: NewRun, deadline: Deadline
) -> RunOrder:
    """The order of a run that a check does not refuse. A check that takes too long, or would wait
    for the memory of others, is left to the run, whose first stage it is."""
    sides = settings, new_run.destination_url, new_run.token
    brief = deadline.within(PRECHECK_SECONDS)
    with _left_to_the_run(), _connect_sides(*sides, brief) as (source, destination):
        identity = require_idle(space, destination)
        _require_startable(source, destination, new_run.request)
        return _order(settings, new_run, source, identity)
    with _connect_sides(*sides, deadline) as (source, destination):
        return _order(settings, new_run, source, require_idle(space, destination))


@contextmanager
def _left_to_the_run() -> Iterator[None]:
    """Leave the block when it cannot be done in time, whoever is slow."""
    try:
        with suppress(TookTooLong):
            yield
    except InvalidRequest as error:
        if error.code != BUSY_CODE:
            raise


def _require_startable(source: Directus, destination: Directus, request: MigrationRequest) -> None:
    """Raise InvalidRequest if a run of ``request`` would be refused.

    The run itself checks thoroughly, so this check does so only before it refuses.
    """
    with KeySets() as keys:
        _check_twice(source, destination, request, keys)


def _check_twice(
    source: Directus, destination: Directus, request: MigrationRequest, keys: KeySets
) -> None:
    try:
        require_compatible(check(source, destination, request, keys, False), request)
    except DirectusRejected:
        pass
    except InvalidRequest as error:
        if error.status != CONFLICT:
            raise
    else:
        return
    require_compatible(check(source, destination, request, keys, True), request)


def _require_few(space: Keyspace, user: str) -> None:
    """Raise InvalidRequest (429) if ``user`` has MAX_OPEN_RUNS runs that are queued or running."""
    if RunStore(space).count_active(user) >= MAX_OPEN_RUNS:
        raise InvalidRequest(TOO_MANY, code="TOO_MANY_OPEN_RUNS", status=429)


def _order(settings: Settings, new_run: NewRun, source: Directus, identity: str) -> RunOrder:
    """``identity`` is that of the destination's project."""
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
        source_identity=project_of(source, "source"),
        destination_identity=identity,
        plan=new_run.plan,
    )
