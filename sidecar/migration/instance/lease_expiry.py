"""How long the lease of another run counts."""

from collections.abc import Iterable

from sidecar.errors import DestinationBusy
from sidecar.migration.instance.lease_entries import Entry
from sidecar.migration.instance.lease_holder import Holder, is_dead, this_process

LEASE_SECONDS = 90
RENEW_SECONDS = 15.0
# A run that may still be alive has missed a renewal after this time.
SILENT_SECONDS = 2 * RENEW_SECONDS
# No run asks for more, also if the clock of the destination was put back.
MOST_SECONDS = 10 * LEASE_SECONDS
BUSY = (
    "A run to this destination is under way: {}. Wait until it ends, or cancel it. If it was "
    "killed, the destination is free again in {} s"
)
# The runs of this process that hold a lease.
HOLDING: set[str] = set()


def require_expired(entries: Iterable[Entry], holder: Holder, now: float) -> None:
    """Raise DestinationBusy if an entry keeps ``holder`` away at ``now``."""
    for entry in entries:
        seconds = counts_until(entry, holder, now) - now
        if seconds > 0:
            message = BUSY.format(entry.name, max(1, round(seconds)))
            run_id = entry.run_id if holder.has_page(entry.run_id) else None
            raise DestinationBusy(message, run_id=run_id)


def counts_until(entry: Entry, holder: Holder, now: float) -> float:
    """When ``entry`` ceases to keep ``holder`` away; ``now`` or earlier if it does not."""
    if not now < entry.expires_at < now + MOST_SECONDS:
        return now
    if entry.process and entry.process == this_process():
        return entry.expires_at if entry.run_id in HOLDING else now
    if is_dead(entry.process):
        return now
    if should_be_gone(entry, holder):
        # Whoever renewed it lately may still write.
        return entry.expires_at - LEASE_SECONDS + SILENT_SECONDS
    return entry.expires_at


def should_be_gone(entry: Entry, holder: Holder) -> bool:
    """Whether ``entry`` is of an earlier attempt of ``holder``, or of a run that has ended."""
    return entry.run_id == holder.run_id or holder.is_over(entry.run_id)
