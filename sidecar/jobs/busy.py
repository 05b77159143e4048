"""Refuses a destination that has a run under way, before the run would be ordered."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from sidecar.address import LOCALHOST, host_of, names_host
from sidecar.directus.client import Directus
from sidecar.errors import DestinationBusy, InvalidRequest
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.lock import DestinationLock, LockOwner
from sidecar.jobs.run_order import RunOrder, lock_of
from sidecar.jobs.run_state import State, is_active
from sidecar.jobs.run_store import RunStore
from sidecar.migration.instance.access import check_answers, project_of
from sidecar.migration.instance.lease_check import require_unleased
from sidecar.migration.instance.lease_holder import Holder
from sidecar.migration.request import check_url

BUSY = "A run to {} is under way ({}); wait until it ends, or cancel it"
BUSY_FROM_ANOTHER_SOURCE = (
    "A run from another source to {} is under way ({}); wait until it ends, or cancel it in the "
    "Directus where it was started"
)
# A copy of a project has its identity.
THIS_ADDRESS, THIS_PROJECT = "this destination", "this project, or a copy of it,"
SCHEMES = ("https://", "http://")
# The names that a machine has for itself.
LOOPBACK = (LOCALHOST, "127.0.0.1", "::1")


def require_free(space: Keyspace, entered: str) -> None:
    """Raise DestinationBusy if a run to the address that was ``entered``, perhaps without a scheme,
    is active. Raises InvalidRequest for a bad address. Asks no instance."""
    for url in _spellings(entered):
        if owner := DestinationLock(space, url).owner(partial(_is_owner_active, space)):
            raise _busy(space, owner, THIS_ADDRESS)


def require_idle(space: Keyspace, destination: Directus) -> str:
    """Raise DestinationBusy if a run to the project of ``destination`` is active, under whatever
    address and whoever started it. Asks the destination three things and the source nothing.

    Returns a hash of the identity of the project. Raises InvalidRequest if the destination is no
    Directus that accepts its token.
    """
    check_answers(destination, "destination")
    project = project_of(destination, "destination")
    identity = hashlib.sha256(project.encode()).hexdigest()
    lock = DestinationLock(space, destination.url, identity)
    if owner := lock.owner(partial(_is_owner_active, space)):
        raise _busy(space, owner, _what(lock, owner))
    store = RunStore(space)
    visitor = Holder("", "", partial(is_over, store), partial(_is_known, store))
    require_unleased(destination, visitor)
    return identity


def reserve_destination(space: Keyspace, order: RunOrder) -> DestinationLock:
    """Reserve the destination for a run that is about to be enqueued. Raises DestinationBusy if
    another active run owns it."""
    lock = lock_of(space, order)
    if owner := lock.reserve(order.id, partial(_is_owner_active, space)):
        raise _busy(space, owner, _what(lock, owner))
    return lock


def is_over(store: RunStore, run_id: str) -> bool:
    """Whether the run ``run_id`` of this source has ended. Runs of other sources are unknown."""
    state = _state_of(store, run_id)
    return state is not None and not is_active(state)


def _is_known(store: RunStore, run_id: str) -> bool:
    return _state_of(store, run_id) is not None


def _state_of(store: RunStore, run_id: str) -> State | None:
    try:
        return store.state(run_id)
    except InvalidRequest:
        return None


def _spellings(entered: str) -> Iterator[str]:
    """The addresses that ``entered`` may mean, and the other names of this machine. Raises
    InvalidRequest for a bad address."""
    text = entered.strip()
    has_no_scheme = "://" not in text and names_host(text)
    for scheme in SCHEMES if has_no_scheme else ("",):
        url = check_url(scheme + text)
        yield url
        if host_of(url) in LOOPBACK:
            parts = urlsplit(url)
            port = f":{parts.port}" if parts.port else ""
            hosts = (f"[{name}]" if ":" in name else name for name in LOOPBACK)
            yield from (parts._replace(netloc=host + port).geturl() for host in hosts)


def _what(lock: DestinationLock, owner: LockOwner) -> str:
    return THIS_ADDRESS if lock.has_address_of(owner) else THIS_PROJECT


def _busy(space: Keyspace, owner: LockOwner, what: str) -> DestinationBusy:
    if owner.source in ("", space.source):
        return DestinationBusy(BUSY.format(what, owner.run_id), run_id=owner.run_id)
    return DestinationBusy(BUSY_FROM_ANOTHER_SOURCE.format(what, owner.run_id), run_id=None)


def _is_owner_active(space: Keyspace, owner: LockOwner) -> bool:
    """Whether a run of any source is queued or running. A run whose worker died counts as active
    until the watchdog interrupts it."""
    if owner.source:
        state = _state_of(RunStore(replace(space, source=owner.source)), owner.run_id)
    else:
        state = space.legacy_state(owner.run_id)
    return state is not None and is_active(state)
