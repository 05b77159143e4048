"""The lease of a destination: at most one run writes to it, whoever started the run and from where.

Runs of one Redis also share a lock there. The lease is at the destination itself, so it is there
for the command line and for sidecars with another Redis too, and outlasts a Redis that forgets. It
is a preset of a collection that does not exist, so no page of the Data Studio shows it. A run takes
it before its first write and renews it while it goes on. A killed run leaves it: it expires.

At its end, a run turns its lease into a mark, which the next run replaces. Directus gives each
preset a new number, so a run that is making its plan sees that another one has come and gone.

Times are those of the destination (its ``Date`` header), so that the clocks of two machines need
not agree.
"""

import logging
import time
from collections.abc import Callable, Iterable
from contextvars import copy_context
from dataclasses import replace
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
from sidecar.migration.instance.journal import CHANGED
from sidecar.migration.instance.lease_entries import (
    Entry,
    delete_entry,
    read_entries,
    without_marks,
)
from sidecar.migration.instance.lease_expiry import (
    HOLDING,
    LEASE_SECONDS,
    RENEW_SECONDS,
    SILENT_SECONDS,
    counts_until,
    require_expired,
    should_be_gone,
)
from sidecar.migration.instance.lease_holder import Holder, this_process
from sidecar.migration.instance.ownerless_presets import PATH

# A renewal is repeated soon anyway, and the end of a run waits only for a destination that starts.
SOON = RetryPolicy(10, RENEW_SECONDS, read_seconds=5.0, lost_seconds=20.0)
# Between two looks at the lease of a run that should be gone.
POLL_SECONDS = 2.0
# Between two tries to renew a lease that has expired, whatever the number of writing threads.
TRY_SECONDS = 1.0
# The clock that does not stop while the machine sleeps, where there is one.
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
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
Marks = frozenset[tuple[int, str, bool]]


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
        # The leases and marks when the run began to read. None: it has not looked.
        self._seen: Marks | None = None
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

    def begin_reading(self) -> None:
        """Remember which runs were here, before anything is read for the plan. Reads only."""
        self._seen = _marks(read_entries(self._destination))

    def require_free(self) -> None:
        """Raises DestinationBusy if another run holds the lease. Reads only.

        Waits for the lease of a run that should be gone, so that a run can be resumed at once.
        """
        destination, deadline = self._destination, self._now() + SILENT_SECONDS
        entries = without_marks(read_entries(destination))
        while self._is_worth_waiting(entries) and self._now() < deadline:
            destination.cancel.check()
            self._sleep(POLL_SECONDS)
            entries = without_marks(read_entries(destination))
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
        self._require_free(without_marks(before), LONG)
        now = self._now()
        row = self._entry(server_time(destination, LONG)).row()
        own = destination.create(PATH, row, fields=["id"], repeatable=False)["id"]
        try:
            # Of two that take it at the same time, at most one gets it.
            others = [entry for entry in read_entries(destination) if entry.id != own]
            self._require_free(without_marks(others), LONG)
            # Nobody else can take it now. An own entry is of a try whose answer was lost.
            if self._seen not in (None, _marks(e for e in others if not self._is_own(e))):
                raise DestinationBusy(CHANGED, run_id=None)
            self.when_taken()
            for entry in before:
                delete_entry(destination, entry.id)
            self._renewer.start()
        except BaseException:
            self._remove(own)
            raise
        self._id, self._renewed_at = own, now
        HOLDING.add(self._holder.run_id)

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
            entries = without_marks(read_entries(self._client))
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
        HOLDING.discard(self._holder.run_id)
        if self._id is None or self.lost:
            return
        mark = replace(self._entry(0), has_ended=True).row()
        try:
            self._client.update(f"{PATH}/{self._id}", mark, fields=["id"])
        except DirectusError as error:
            logger.warning("Release lease failed error=%s", error.message)

    def _remove(self, entry_id: int) -> None:
        try:
            delete_entry(self._client, entry_id)
        except DirectusError as error:
            logger.warning("Remove lease failed error=%s", error.message)

    def _require_free(self, entries: list[Entry], policy: RetryPolicy) -> None:
        if not entries:
            return
        now = server_time(self._destination if policy is LONG else self._client, policy)
        require_expired(entries, self._holder, now)

    def _is_own(self, entry: Entry) -> bool:
        return entry.run_id == self._holder.run_id and entry.process == this_process() != ""

    def _is_worth_waiting(self, entries: list[Entry]) -> bool:
        """Whether a lease still counts that should be gone soon."""
        if not any(should_be_gone(entry, self._holder) for entry in entries):
            return False
        now = server_time(self._destination, LONG)
        return any(counts_until(entry, self._holder, now) > now for entry in entries)

    def _entry(self, now: float) -> Entry:
        holder = self._holder
        return Entry(0, holder.run_id, holder.name, this_process(), now + LEASE_SECONDS)


def _marks(entries: Iterable[Entry]) -> Marks:
    """What changes when a run comes or ends, and not when it renews its lease."""
    return frozenset((entry.id, entry.run_id, entry.has_ended) for entry in entries)
