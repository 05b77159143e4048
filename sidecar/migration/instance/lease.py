"""The lease of a destination: at most one run writes to it, whoever started the run and from where.

Runs of one Redis also share a lock there. The lease is at the destination itself, so it is there
for the command line and for sidecars with another Redis too, and outlasts a Redis that forgets. It
is a preset that belongs to no collection, so nobody sees it. A run takes it before its first write,
renews it while it goes on, and removes it at the end. A killed run leaves it: it expires.

Times are those of the destination (its ``Date`` header), so that the clocks of two machines need
not agree.
"""

import logging
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from threading import Event, RLock, Thread
from typing import Any, Self

from sidecar.directus.client import Directus, Row
from sidecar.directus.retry import LONG, RetryPolicy
from sidecar.directus.server_time import server_time
from sidecar.errors import Cancelled, DestinationBusy, DirectusError, DirectusRejected
from sidecar.migration.instance.lease_holder import Holder, is_dead, this_process
from sidecar.resources.system import LEASE

PATH = "/presets"
LEASE_SECONDS = 90
RENEW_SECONDS = 15.0
MAX_NAME_LENGTH = 100
# A renewal is repeated soon anyway, and the end of a run waits only for a destination that starts.
SOON = RetryPolicy(10, 1.0, read_seconds=5.0, lost_seconds=20.0)
# The clock that does not stop while the machine sleeps, where there is one.
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
BUSY = (
    "A run to this destination is under way: {}. Wait until it ends, or cancel it. If it was "
    "killed, the destination is free again in {} s"
)
LOST = (
    "The run stopped because its entry at the destination is gone, which keeps other runs away. "
    "Start it again, and it continues where it left off"
)
TAKEN_OVER = (
    "The run stopped because another run has taken over its destination: {}. This one had not "
    "renewed its entry there for {} s"
)
logger = logging.getLogger(__name__)
# The runs of this process that hold a lease.
_HOLDING: set[str] = set()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A lease at the destination."""

    id: int
    run_id: str
    name: str
    process: str
    # Unix seconds, by the destination's clock.
    expires_at: float


class Lease:
    """The lease of ``destination`` for ``holder``, as a context that gives it back. Thread-safe.

    ``lost`` says why the run has to stop, and is "" while it may go on.
    """

    def __init__(
        self,
        destination: Directus,
        holder: Holder,
        now: Callable[[], float] = lambda: time.clock_gettime(CLOCK),
    ) -> None:
        self.lost = ""
        self._destination = destination
        # Renews and releases, also while requests of the run wait or are aborted.
        self._client: Directus = destination.twin(retry_policy=SOON)
        self._holder = holder
        self._now = now
        self._id: int | None = None
        self._renewed_at = 0.0
        self._is_taking = False
        self._has_leftovers = False
        self._taken_over = False
        self._lock = RLock()
        self._ended = Event()
        self._renewer = Thread(target=copy_context().run, args=(self._renew_always,), daemon=True)

    def __enter__(self) -> Self:
        self._destination.before_write = self.before_write
        return self

    def __exit__(self, *_: object) -> None:
        self._destination.before_write = lambda: None
        self._ended.set()
        if self._renewer.is_alive():
            self._renewer.join(SOON.read_seconds)
        self._release()
        self._client.close()

    def require_free(self) -> None:
        """Raises DestinationBusy if another run holds the lease. Reads only."""
        entries = _entries(self._destination)
        self._require_free(entries, LONG)
        self._has_leftovers = bool(entries)

    def clean_up(self) -> None:
        """Take over what killed runs left, also if nothing else is to be written. Raises
        DestinationBusy."""
        if self._has_leftovers:
            self.before_write()

    def before_write(self) -> None:
        """Take the lease before the first write. Raises DestinationBusy if another run holds it,
        and Cancelled if another run has taken it over."""
        if self._id is None or self._is_overdue():
            with self._lock:
                self._take_or_renew()
        if self._taken_over:
            raise Cancelled(self.lost)

    def has_ended(self) -> bool:
        """False while the run may go on. Raises Cancelled when it has to stop."""
        if self.lost:
            raise Cancelled(self.lost)
        return False

    def _is_overdue(self) -> bool:
        """Whether the lease has expired, because this process was asleep."""
        return self._now() - self._renewed_at > LEASE_SECONDS

    def _take_or_renew(self) -> None:
        if self._is_taking or self.lost:
            return
        if self._id is not None:
            if self._is_overdue():
                self._renew()
            return
        self._is_taking = True
        try:
            self._take()
        finally:
            self._is_taking = False

    def _take(self) -> None:
        destination = self._destination
        before = _entries(destination)
        self._require_free(before, LONG)
        row = self._row(server_time(destination, LONG))
        own = destination.create(PATH, row, fields=["id"], repeatable=False)["id"]
        try:
            # Of two that take it at the same time, at most one gets it.
            others = [entry for entry in _entries(destination) if entry.id != own]
            self._require_free(others, LONG)
        except DestinationBusy:
            _delete(destination, own)
            raise
        for entry in before:
            _delete(destination, entry.id)
        self._id, self._renewed_at = own, self._now()
        _HOLDING.add(self._holder.run_id)
        self._renewer.start()

    def _renew_always(self) -> None:
        while not self._ended.wait(RENEW_SECONDS) and not self.lost:
            with self._lock:
                self._renew()

    def _renew(self) -> None:
        try:
            row = self._row(server_time(self._client, SOON))
            self._client.update(f"{PATH}/{self._id}", row, fields=["id"])
        except DirectusRejected:
            self._find_out_why()
        except DirectusError as error:
            logger.warning("Renew lease failed error=%s", error.message)
        else:
            self._renewed_at = self._now()

    def _find_out_why(self) -> None:
        """Find out why the lease cannot be renewed."""
        try:
            entries = _entries(self._client)
            if any(entry.id == self._id for entry in entries):
                return
            self._require_free(entries, SOON)
        except DestinationBusy:
            names = ", ".join(entry.name for entry in entries)
            self._taken_over = True
            self.lost = TAKEN_OVER.format(names, LEASE_SECONDS)
        except DirectusError as error:
            logger.warning("Read lease failed error=%s", error.message)
        else:
            self.lost = LOST

    def _release(self) -> None:
        _HOLDING.discard(self._holder.run_id)
        if self._id is None or self.lost:
            return
        try:
            _delete(self._client, self._id)
        except DirectusError as error:
            logger.warning("Release lease failed error=%s", error.message)

    def _require_free(self, entries: list[_Entry], policy: RetryPolicy) -> None:
        if not entries:
            return
        now = server_time(self._destination if policy is LONG else self._client, policy)
        for entry in entries:
            if not self._is_stale(entry, now):
                seconds = max(1, round(entry.expires_at - now))
                raise DestinationBusy(BUSY.format(entry.name, seconds), run_id=None)

    def _is_stale(self, entry: _Entry, now: float) -> bool:
        if entry.run_id == self._holder.run_id or entry.expires_at < now:
            return True
        if entry.process == this_process():
            return entry.run_id not in _HOLDING
        return is_dead(entry.process) or self._holder.is_over(entry.run_id)

    def _row(self, now: float) -> Row:
        lease = {
            "run": self._holder.run_id,
            "name": self._holder.name,
            "process": this_process(),
            "expires_at": now + LEASE_SECONDS,
        }
        return {"collection": LEASE, "layout_options": lease}


def _entries(client: Directus) -> list[_Entry]:
    """All leases at the destination. Raises DirectusError."""
    query = {
        "filter": {"collection": {"_eq": LEASE}},
        "fields": ["id", "layout_options"],
        "sort": ["id"],
        "limit": -1,
    }
    return [_entry(row) for row in client.search(PATH, query)]


def _entry(row: Row) -> _Entry:
    lease: Any = row["layout_options"]
    if not isinstance(lease, dict):
        lease = {}
    expires_at = lease.get("expires_at")
    return _Entry(
        row["id"],
        str(lease.get("run", "")),
        str(lease.get("name", ""))[:MAX_NAME_LENGTH],
        str(lease.get("process", "")),
        float(expires_at) if isinstance(expires_at, int | float) else 0.0,
    )


def _delete(client: Directus, lease_id: int) -> None:
    """Delete a lease, unless somebody else has deleted it. Raises DirectusError."""
    try:
        client.send("DELETE", f"{PATH}/{lease_id}")
    except DirectusRejected as error:
        logger.info("Delete lease id=%s error=%s", lease_id, error.message)
