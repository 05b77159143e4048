"""Whether a resource is at the destination as it should be, as a whole.

Nothing is to be loaded then, or this run has loaded it all. Either way the verification need not
compare it row by row again. What a run created is compared with the digests of what it read from
the source. The source is not read again unless something has changed there.
"""

from collections.abc import Callable, Sequence

from sidecar.directus.pages import BYTES_PER_PAGE
from sidecar.directus.rows_by_key import ROWS_PER_PAGE
from sidecar.migration.compare.last_state import LastState
from sidecar.migration.compare.matcher import RowMatch, match_all
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.same_rows import SameRows
from sidecar.migration.compare.settled_rows import settle
from sidecar.migration.concurrency import map_ahead
from sidecar.migration.instance.rows import keys_from_text
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import DIGEST_BYTES, Digests, digest_of
from sidecar.migration.report.outcomes import Outcomes
from sidecar.resources.base import FILES, FLOWS, VERSIONS, Resource

# Bytes and deltas are more than columns, and flows may be paused while the run goes on.
NOT_ONLY_ROWS = (FILES, VERSIONS, FLOWS)
# The verification has the destination to itself.
LOOK_UPS_AT_ONCE = 4


def is_up_to_date(
    run: Run,
    resource: Resource,
    ledger: RowLedger,
    record: Callable[[Sequence[RowMatch]], None],
) -> bool:
    """Whether the destination has every source row unchanged.

    Then nothing is to be loaded, and counts and evidence go into the report. The first row that is
    absent or different ends the comparison. ``record`` gets the rows that are the same.
    """
    if not _may_be_up_to_date(run, resource):
        return False
    same = SameRows(run, resource, ledger, record)
    for matches in match_all(run, resource, first_page=run.take_first_page(resource)):
        if any(match.state != "same" for match in matches):
            return False
        same.add(matches)
        run.cancel.check()
    same.report()
    settle_same(run, resource, same)
    return True


def settle_same(run: Run, resource: Resource, same: SameRows) -> None:
    """Report that all rows of ``resource`` are the ``same``."""
    settle(run, resource, Outcomes(unchanged=same.rows), same.rows)
    run.progress.add_evidence(resource, same.digests)


def _may_be_up_to_date(run: Run, resource: Resource) -> bool:
    """Whether it is worth comparing the rows."""
    rows, rows_before = run.plan.rows[resource.name], run.plan.rows_before.get(resource.name, -1)
    if (resource.name in NOT_ONLY_ROWS and rows) or resource.name in run.journal.unfinished:
        return False
    # A column that the destination has just gained may hold its default value.
    return rows_before >= rows and run.destination.has_all_columns(resource)


def verify_from_digests(run: Run, resource: Resource, ledger: RowLedger) -> bool:
    """Whether this run created every row of ``resource``, and the destination has each as it was
    read.

    Then counts and evidence go into the report. Otherwise both sides have to be compared.
    """
    created = run.progress.report.resources[resource.name].created
    if not resource.is_user_collection or created != run.plan.rows[resource.name]:
        return False
    digests, codec, last = Digests(), run.codec(resource), LastState(run, resource)

    def look_up(expected: dict[str, tuple[bytes, bytes]]) -> list[tuple[bytes, bytes | None]]:
        keys = keys_from_text(resource, expected)
        # A row that cannot be read is missing, and so differs.
        unreadable = run.unreadable.at_destination(resource)
        rows = run.destination.rows.by_key(resource, keys, resource.columns, unreadable)
        actual = {str(key): digest_of(codec.normalize(row)) for key, row in rows.items()}
        last.record_digests(
            (key, source, digest[:DIGEST_BYTES])
            for key, (source, digest) in expected.items()
            if actual.get(key) == digest
        )
        return [(digest, actual.get(key)) for key, (_, digest) in expected.items()]

    portions = ledger.arrivals(resource, ROWS_PER_PAGE, BYTES_PER_PAGE)
    for pairs in map_ahead(look_up, portions, LOOK_UPS_AT_ONCE):
        for expected, actual in pairs:
            if expected != actual:
                return False
            digests.add(expected, actual)
        run.cancel.check()
    if digests.rows != created:
        return False
    run.progress.count(resource, verified=created)
    settle(run, resource, Outcomes(created=created), 0)
    run.progress.add_evidence(resource, digests)
    run.advance(created)
    return True
