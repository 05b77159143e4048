"""The lease of a destination: at most one run writes to it, whoever started the run and from where.

Runs of one Redis also share a lock there. The lease is at the destination itself, so it is there
for the command line and for sidecars with another Redis too, and outlasts a Redis that forgets. It
is a preset of a collection that does not exist, so no page of the Data Studio shows it. A run takes
it before its first write, renews it while it goes on, and removes it at the end. A killed run
leaves it: it expires.

Times are those of the destination (its ``Date`` header), so that the clocks of two machines need
not agree.
"""

import logging
import time
from collections.abc import Callable
from contextvars import copy_context
from threading import Event, RLock, Thread
from typing import Self

from sidecar.directus.client import Directus
from sidecar.directus.retry import LONG, RetryPolicy
from sidecar.directus.server_time import server_time
from sidecar.errors import (
    Cancelled,
    DestinationBusy,
    DirectusError,
    DirectusRejected,
    NotConnected,
)
from sidecar.migration.instance.lease_entries import Entry, delete_entry, read_entries
from sidecar.migration.instance.lease_holder import Holder, is_dead, this_process
from sidecar.migration.instance.ownerless_presets import PATH

LEASE_SECONDS = 90
RENEW_SECONDS = 15.0
# A run that may still be alive has missed a renewal after this time.
SILENT_SECONDS = 2 * RENEW_SECONDS
# No run asks for more, also if the clock of the destination was put back.
MOST_SECONDS = 10 * LEASE_SECONDS
# A renewal is repeated soon anyway, and the end of a run waits only for a destination that starts.
SOON = RetryPolicy(10, RENEW_SECONDS, read_seconds=5.0, lost_seconds=20.0)
# Between two looks at the lease of a run that should be gone.
POLL_SECONDS = 2.0
# Between two tries to renew a lease that has expired, whatever the number of writing threads.
TRY_SECONDS = 1.0
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
NOT_RENEWED = (
    "The entry at the destination that keeps other runs away could not be renewed for {} s, so "
    "nothing more was written. Check that the destination answers and the log of the sidecar, and "
    "start the run again: it continues where it left off"
)
logger = logging.getLogger(__name__)
# The runs of this process that hold a lease.
_HOLDING: set[str] = set()


class Lease:
    """The lease of ``destination`` for ``holder``, as a context that gives it back. Thread-safe.

    ``lost`` says why the run has to stop, and is "" while it may go on.
    """

    def __init__(
        self,
        destination: Directus,
        holder: Holder,
        now: Callable[[], float] = lambda: time.clock_gettime(CLOCK),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.lost = ""
        # Called once no other run can write. If it raises, the lease is given back.
        self.when_taken: Callable[[], None] = lambda: None
        self._destination = destination
        # Renews and releases, also while requests of the run wait or are aborted.
        self._client: Directus = destination.twin(retry_policy=SOON)
        self._holder = holder
        self._now = now
        self._sleep = sleep
        self._id: int | None = None
        self._renewed_at = self._tried_at = float("-inf")
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
        """Raises DestinationBusy if another run holds the lease. Reads only.

        Waits for the lease of a run that should be gone, so that a run can be resumed at once.
        """
        destination, deadline = self._destination, self._now() + SILENT_SECONDS
        entries = read_entries(destination)
        while any(map(self._should_be_gone, entries)) and self._now() < deadline:
            now = server_time(destination, LONG)
            if not any(self._counts_until(entry, now) > now for entry in entries):
                break
            destination.cancel.check()
            self._sleep(POLL_SECONDS)
            entries = read_entries(destination)
        self._require_free(entries, LONG)
        self._has_leftovers = bool(entries)

    def clean_up(self) -> None:
        """Take over what killed runs left, also if nothing else is to be written. Raises
        DestinationBusy."""
        if self._has_leftovers:
            self.before_write()

    def before_write(self) -> None:
        """Take the lease before the first write. Raises DestinationBusy if another run holds it,
        Cancelled if another run has taken it over, and NotConnected, which is worth another try, if
        it has expired and cannot be renewed."""
        if self._id is None or self._is_overdue():
            with self._lock:
                self._take_or_renew()
        if self._taken_over:
            raise Cancelled(self.lost)
        if self._id is not None and self._is_overdue() and not self.lost:
            raise NotConnected(NOT_RENEWED.format(LEASE_SECONDS))

    @property
    def is_taken(self) -> bool:
        """Whether the run has written anything."""
        return self._id is not None

    def has_ended(self) -> bool:
        """False while the run may go on. Raises Cancelled when it has to stop."""
        if self.lost:
            raise Cancelled(self.lost)
        return False

    def _is_overdue(self) -> bool:
        """Whether the lease has expired, because this process was asleep or nothing answered."""
        return self._now() - self._renewed_at > LEASE_SECONDS

    def _take_or_renew(self) -> None:
        if self._is_taking or self.lost:
            return
        if self._id is not None:
            if self._is_overdue() and self._now() - self._tried_at > TRY_SECONDS:
                self._renew()
            return
        self._is_taking = True
        try:
            self._take()
        finally:
            self._is_taking = False

    def _take(self) -> None:
        destination = self._destination
        before = read_entries(destination)
        self._require_free(before, LONG)
        now = self._now()
        row = self._entry(server_time(destination, LONG)).row()
        own = destination.create(PATH, row, fields=["id"], repeatable=False)["id"]
        try:
            # Of two that take it at the same time, at most one gets it.
            others = [entry for entry in read_entries(destination) if entry.id != own]
            self._require_free(others, LONG)
            self.when_taken()
            for entry in before:
                delete_entry(destination, entry.id)
            self._renewer.start()
        except BaseException:
            self._remove(own)
            raise
        self._id, self._renewed_at = own, now
        _HOLDING.add(self._holder.run_id)

    def _renew_always(self) -> None:
        while not self._ended.wait(RENEW_SECONDS) and not self.lost:
            with self._lock:
                try:
                    self._renew()
                except Exception:
                    # The next try may succeed; without any, the lease would expire for certain.
                    logger.exception("Renew lease failed")

    def _renew(self) -> None:
        now = self._now()
        try:
            row = self._entry(server_time(self._client, SOON)).row()
            self._client.update(f"{PATH}/{self._id}", row, fields=["id"])
        except DirectusRejected:
            self._find_out_why()
        except DirectusError as error:
            logger.warning("Renew lease failed error=%s", error.message)
        else:
            self._renewed_at = now
        finally:
            self._tried_at = self._now()

    def _find_out_why(self) -> None:
        """Find out why the lease cannot be renewed."""
        try:
            entries = read_entries(self._client)
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
        if self._id is not None and not self.lost:
            self._remove(self._id)

    def _remove(self, entry_id: int) -> None:
        try:
            delete_entry(self._client, entry_id)
        except DirectusError as error:
            logger.warning("Release lease failed error=%s", error.message)

    def _require_free(self, entries: list[Entry], policy: RetryPolicy) -> None:
        if not entries:
            return
        now = server_time(self._destination if policy is LONG else self._client, policy)
        for entry in entries:
            seconds = self._counts_until(entry, now) - now
            if seconds > 0:
                seconds = max(1, round(seconds))
                raise DestinationBusy(BUSY.format(entry.name, seconds), run_id=None)

    def _counts_until(self, entry: Entry, now: float) -> float:
        """When ``entry`` ceases to keep this run away; ``now`` or earlier if it does not."""
        if not now < entry.expires_at < now + MOST_SECONDS:
            return now
        if entry.process and entry.process == this_process():
            return entry.expires_at if entry.run_id in _HOLDING else now
        if is_dead(entry.process):
            return now
        if self._should_be_gone(entry):
            # Whoever renewed it lately may still write.
            return entry.expires_at - LEASE_SECONDS + SILENT_SECONDS
        return entry.expires_at

    def _should_be_gone(self, entry: Entry) -> bool:
        return entry.run_id == self._holder.run_id or self._holder.is_over(entry.run_id)

    def _entry(self, now: float) -> Entry:
        holder = self._holder
        return Entry(0, holder.run_id, holder.name, this_process(), now + LEASE_SECONDS)
