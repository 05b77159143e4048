"""Compares all rows that a run may update, before it writes anything.

So the run knows which rows it has to write, and reads no others again. What is the same on both
sides counts as verified.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sidecar.closing import Closing
from sidecar.directus.client import Row
from sidecar.migration.compare.conflicts import report_updates
from sidecar.migration.compare.each_resource import for_each_resource
from sidecar.migration.compare.matcher import Matcher, RowMatch, match_all
from sidecar.migration.compare.row_changes import RowChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.same_rows import SameRows
from sidecar.migration.compare.unique_values import block_unique, collect_unique
from sidecar.migration.compare.unrelated_rows import UnrelatedRows
from sidecar.migration.compare.updates import Updates, are_updated
from sidecar.migration.concurrency import map_ahead
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.plan.run import Run
from sidecar.resources.base import FILES, OPERATIONS, VERSIONS, Resource

ROWS_PER_PAGE = 500
# Bytes and deltas are more than columns.
NOT_ONLY_ROWS = (FILES, VERSIONS)


@dataclass
class Scans(Closing):
    """What the comparison found. Threads may share it."""

    # Keys at the source of rows that the destination does not have, and of those that differ there.
    absent: KeySets = field(default_factory=KeySets)
    different: KeySets = field(default_factory=KeySets)
    # Keys of rows that both sides have changed since the last run.
    conflicts: KeySets = field(default_factory=KeySets)
    # Flows, by their ids at the destination, whose operations change.
    flows: set[Any] = field(default_factory=set)
    # The rows of each resource that are the same.
    same: dict[str, SameRows] = field(default_factory=dict)

    def close(self) -> None:
        for spool in (self.absent, self.different, self.conflicts):
            spool.close()

    def scan(self, run: Run, ledger: RowLedger) -> None:
        """Compare the rows of every resource that is updated and has rows at the destination. Reads
        only. Raises DirectusError or Cancelled."""
        resources = [resource for resource in run.plan.in_order() if _is_scanned(run, resource)]
        if resources:
            run.progress.log("info", "Comparing the rows of both sides")
        for_each_resource(run, resources, lambda resource: self._scan(run, ledger, resource))

    def is_same(self, resource: Resource) -> bool:
        """Whether all rows of ``resource`` are the same."""
        counts = (keys.count(resource.name)[0] for keys in (self.absent, self.different))
        return resource.name in self.same and not any(counts)

    def absent_rows(self, run: Run, resource: Resource) -> Iterator[list[Row]]:
        """The source's rows that the destination does not have, in pages."""
        return _rows(run, resource, self.absent)

    def match_others(self, run: Run, resource: Resource) -> Iterator[list[RowMatch]]:
        """Match the rows of ``resource`` again, without those that were the same."""
        if resource.name not in self.same:
            yield from match_all(run, resource)
        else:
            pages = chain(*(_rows(run, resource, keys) for keys in (self.absent, self.different)))
            yield from map_ahead(Matcher(run, resource).match, pages)

    def _scan(self, run: Run, ledger: RowLedger, resource: Resource) -> None:
        same, unrelated = SameRows(run, resource, ledger), UnrelatedRows(run, resource)
        updates, changes = Updates(run, resource), RowChanges(run, resource)
        # A column that the destination is about to gain may hold its default value.
        is_evidence = run.destination.has_all_columns(resource)
        for matches in match_all(run, resource, first_page=run.take_first_page(resource)):
            unrelated.add(matches)
            others = [match for match in matches if match.state != "same"]
            decided = updates.of(others)
            collect_unique(run, resource, others, decided)
            if resource.name == OPERATIONS:
                self.flows |= _flows_of(others)
            changes.add(others, decided)
            if is_evidence:
                same.add([match for match in matches if match.state == "same"])
                absent = [one.key for one in others if one.existing is None]
                self.absent.choose(resource.name, absent)
                present = [one.key for one in others if one.existing is not None]
                self.different.choose(resource.name, present)
                report_updates(run, resource, others, decided)
                conflicts = [key for key, update in decided.items() if update.is_conflict]
                self.conflicts.choose(resource.name, conflicts)
            run.cancel.check()
        unrelated.warn()
        block_unique(run, resource)
        if is_evidence:
            same.report()
            self.same[resource.name] = same


def _is_scanned(run: Run, resource: Resource) -> bool:
    has_rows = bool(run.plan.rows_before.get(resource.name))
    return are_updated(run, resource) and has_rows and resource.name not in NOT_ONLY_ROWS


def _rows(run: Run, resource: Resource, keys: KeySets) -> Iterator[list[Row]]:
    fields = Matcher(run, resource).fields
    unreadable = run.unreadable.at_source(resource)
    for portion in keys.pages(resource, ROWS_PER_PAGE):
        rows = run.source.rows.by_key(resource, portion, fields, unreadable)
        yield list(rows.values())


def _flows_of(operations: Iterable[RowMatch]) -> set[Any]:
    """The flows that ``operations`` belong to, and those that they are to belong to."""
    before = {(match.existing or {}).get("flow") for match in operations}
    return (before | {match.mapped.values["flow"] for match in operations}) - {None}
