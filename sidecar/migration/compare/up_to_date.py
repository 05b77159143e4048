"""Resources that stand at the destination as they should, as a whole: there is nothing to load, or
all of it was loaded by this run. Where that is so, both sides need not be compared row by row
again.

What a run created is held against the digests of what it read of the source, which is not read a
second time where nothing has happened there since.
"""

from collections import Counter

from sidecar.directus.pages import BYTES_PER_PAGE, ROWS_PER_PAGE
from sidecar.migration.compare.comparison import compare
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.value_problems import note_losses
from sidecar.migration.concurrency import map_ahead
from sidecar.migration.instance.rows import keys_from_text
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.digests import Digests, digest_of
from sidecar.migration.report.report import Report
from sidecar.migration.values.conversion import Loss
from sidecar.resources.base import FILES, FLOWS, VERSIONS, Resource

# Those whose bytes or deltas are more than their columns; flows may be paused while the run is
# under way.
NOT_ONLY_ROWS = (FILES, VERSIONS, FLOWS)
# Nobody else asks the destination then.
LOOK_UPS_AT_ONCE = 4


def is_up_to_date(plan: Plan, resource: Resource, seen: RowLedger, report: Report) -> bool:
    """Whether every source row is at the destination unchanged, so that there is nothing to load,
    and nothing to verify any more. Finding one that is not ends the comparison."""
    known = plan.destination.model.columns.get(resource.name, {})
    if (
        resource.name in NOT_ONLY_ROWS and plan.rows[resource.name]
    ) or resource.name in plan.journal.unfinished:
        return False
    # Columns that the destination has just gained may hold their default value, which nobody has
    # looked at.
    if plan.rows_before.get(resource.name, -1) < plan.rows[resource.name] or not known.keys() >= {
        *resource.columns
    }:
        return False
    digests, lossy_columns = Digests(), Counter[tuple[str, Loss]]()
    for page in compare(plan, resource):
        if page.same < len(page.rows):
            return False
        seen.add_up_to_date(resource, page.rows)
        lossy_columns.update(page.lossy_columns)
        for expected, actual in page.digests.values():
            digests.add(expected, actual)
        report.check_cancelled()
    note_losses(resource, lossy_columns, report)
    report.count(resource, skipped=digests.rows, verified=digests.rows)
    report.put_in_evidence(resource, digests)
    report.advance(digests.rows)
    return True


def verify_from_digests(plan: Plan, resource: Resource, seen: RowLedger, report: Report) -> bool:
    """Whether the destination has every row of ``resource`` as it was read, all of them created by
    this run. Counts and evidence go into the report; when it is not so nothing does, and both sides
    have to be compared."""
    created = report.resources[resource.name].created
    if not resource.is_user_collection or created != plan.rows[resource.name]:
        return False
    digests, codec = Digests(), plan.codec(resource)

    def look_up(should_be: dict[str, bytes]) -> list[tuple[bytes, bytes | None]]:
        keys = keys_from_text(resource, should_be)
        found = plan.destination.rows.by_key(resource, keys, resource.columns)
        there = {str(key): digest_of(codec.normalize(row)) for key, row in found.items()}
        return [(expected, there.get(key)) for key, expected in should_be.items()]

    for pairs in map_ahead(
        look_up, seen.arrivals(resource, ROWS_PER_PAGE, BYTES_PER_PAGE), LOOK_UPS_AT_ONCE
    ):
        for expected, actual in pairs:
            if expected != actual:
                return False
            digests.add(expected, actual)
        report.check_cancelled()
    if digests.rows != created:
        return False
    report.count(resource, verified=created)
    report.put_in_evidence(resource, digests)
    report.advance(created)
    return True
