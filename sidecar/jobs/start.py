"""Starts a run: it checks both sides, locks the destination, stores the order and enqueues it."""

import uuid
from dataclasses import dataclass, field

from sidecar.config import Settings
from sidecar.directus.client import Directus
from sidecar.directus.deadline import Deadline
from sidecar.directus.retry import BRIEF
from sidecar.errors import DirectusRejected, InvalidRequest
from sidecar.jobs import queue
from sidecar.jobs.busy import require_free, require_idle, reserve_destination
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_order import RunOrder, lock_of, utc_now
from sidecar.jobs.run_store import RunStore
from sidecar.jobs.secrets import TokenVault
from sidecar.jobs.users import User
from sidecar.migration.check.compatibility import Compatibility, check, require_compatible
from sidecar.migration.instance.instance import project_of
from sidecar.migration.request import MigrationRequest, check_allowed, check_token, check_url

# The status of an answer that the sides do not fit, as opposed to a wrong address or token.
CONFLICT = 409
# All that a request asks of both sides. The relay gives up after a minute.
PATIENCE_SECONDS = 52.0
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
    with (
        connect_source(settings, deadline) as source,
        connect_destination(settings, url, token, deadline) as destination,
    ):
        return check(source, destination, request, thorough)


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
    with connect_destination(
        settings, new_run.destination_url, new_run.token, deadline
    ) as destination:
        identity = require_idle(space, destination)
    _require_startable(settings, new_run, deadline)
    order = _order(settings, new_run, identity, deadline)
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


def connect_destination(settings: Settings, url: str, token: str, deadline: Deadline) -> Directus:
    """A client of the destination for a user who waits for the answer. Raises InvalidRequest for a
    bad address or token."""
    url, token = check_url(url), check_token(token)
    check_allowed(url, settings.allowed)
    return Directus(url, token, retry_policy=BRIEF, deadline=deadline)


def _require_few(space: Keyspace, user: str) -> None:
    """Raise InvalidRequest (429) if ``user`` has MAX_OPEN_RUNS runs that are queued or running."""
    if RunStore(space).count_active(user) >= MAX_OPEN_RUNS:
        raise InvalidRequest(TOO_MANY, code="TOO_MANY_OPEN_RUNS", status=429)


def _order(
    settings: Settings, new_run: NewRun, destination_identity: str, deadline: Deadline
) -> RunOrder:
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
