"""Finds the existing rows that get the source's values, and what to set of each."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sidecar.directus.client import Row
from sidecar.directus.rows_by_key import ROWS_PER_PAGE
from sidecar.migration.compare.conflicts import report_updates
from sidecar.migration.compare.matcher import Matcher, RowMatch
from sidecar.migration.compare.row_changes import RowChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.scan import Scans
from sidecar.migration.compare.unique_values import report_blocked
from sidecar.migration.compare.updates import Update, Updates
from sidecar.migration.plan.planned import CODE, LEFT_ALONE
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import state_digest
from sidecar.migration.spool import RowSpool
from sidecar.resources.base import Resource
from sidecar.resources.files import MEASURED

KEY = "key"


class RowUpdater(RowSpool):
    """Finds the rows of ``resource`` to update. Keeps their keys.

    Both sides are read again once all new rows have arrived. So references can be set to them, and
    what somebody has changed at the destination meanwhile is compared once more.
    """

    # All columns have to be compared.
    columns = None

    def __init__(self, run: Run, resource: Resource, ledger: RowLedger) -> None:
        self._run = run
        self._resource = resource
        self._ledger = ledger
        self._matcher = Matcher(run, resource)
        self._updates = Updates(run, resource)
        self._changes = RowChanges(run, resource)
        self._measured = frozenset(MEASURED.get(resource.name, ()))
        # What was compared in advance. None: nothing.
        self._scans: Scans | None = None
        # Rows that count as updated already, although more of them may be set.
        self._counted: set[Any] = set()
        super().__init__()

    def take_scanned(self, scans: Scans) -> None:
        """Keep the rows that were found to differ. What they are has been reported."""
        self._scans = scans
        for portion in scans.different.pages(self._resource, ROWS_PER_PAGE):
            for key in portion:
                self.add({KEY: key})

    def consider(self, matches: Sequence[RowMatch]) -> int:
        """Keep the rows among ``matches`` that are to be updated, and those that both sides have
        changed; returns how many others there are."""
        updates = self._updates.of(matches)
        self._changes.add(matches, updates)
        kept = [key for key, update in updates.items() if update.columns or update.is_kept]
        for key in kept:
            self.add({KEY: key})
        return len(matches) - len(kept)

    def find(self) -> Iterator[tuple[Any, Row]]:
        """The key at the source of each of the rows, and what to set of it. References may be
        pending. Raises DirectusError."""
        for portion in self.take(ROWS_PER_PAGE):
            matches = self._match([one[KEY] for one in portion])
            updates = self._updates.of(matches)
            report_updates(self._run, self._resource, self._unreported(matches, updates), updates)
            self._report_blocked(matches)
            found = [match for match in matches if self._columns(match, updates)]
            self._updates.last.writing(
                (match.key, state_digest(match.updated(self._columns(match, updates))))
                for match in found
            )
            self._count_others(matches, {match.key for match in found})
            if self._scans:
                self._run.advance(len(portion))
            for match in found:
                columns = self._columns(match, updates)
                values = {column: match.mapped.values[column] for column in columns}
                yield match.key, {self._resource.key: self._key(match), **values}

    def _unreported(
        self, matches: Sequence[RowMatch], updates: Mapping[Any, Update]
    ) -> list[RowMatch]:
        """The rows of which nothing has been said yet: after a comparison in advance, those that
        have come into conflict since."""
        if self._scans is None:
            return list(matches)
        name = self._resource.name
        return [
            match
            for match in matches
            if match.key in updates
            and updates[match.key].is_conflict
            and not self._scans.conflicts.has(name, match.key)
        ]

    def _report_blocked(self, matches: Sequence[RowMatch]) -> None:
        for match in matches:
            owners = self._run.unique.owners(self._resource.name, match.target_key)
            if owners and match.existing is not None:
                report_blocked(self._run, self._resource, match.key, owners)

    def _match(self, keys: Sequence[Any]) -> list[RowMatch]:
        """Read both sides again. Rows that a problem names already stay as they are."""
        rows = self._run.source.rows.by_key(self._resource, keys, self._matcher.fields)
        page = list(rows.values())
        self._ledger.add(self._resource, page)
        self._ledger.add_existing(self._resource, rows)
        self._ledger.add_updated(self._resource, self._counted & rows.keys())
        named = self._run.progress.keys_with_problems(self._resource.name, rows)
        matches = self._matcher.match(page)
        named |= self._changed_since_plan(matches, named)
        kept = [one for one in matches if str(one.key) in named and one.existing is not None]
        self._run.progress.count(self._resource, skipped=len(kept))
        return [match for match in matches if str(match.key) not in named]

    def _changed_since_plan(self, matches: Sequence[RowMatch], named: Collection[str]) -> set[str]:
        """Name the rows of a plan that somebody has changed at the destination while the run was
        under way; returns their keys. What the run itself has begun to set is none of them."""
        name = self._resource.name
        # Of a column that the destination has gained, the dry run has only foreseen the value.
        before = self._run.plan.destination
        if self._run.planned is None or not before.has_all_columns(self._resource):
            return set()
        rows = {str(one.key): one for one in matches if one.key not in self._counted}
        listed = self._run.planned.changes.planned(name, list(rows))
        changed = {
            key
            for key, (_, *states) in listed.items()
            if key not in named
            and (actual := rows[key].actual) is not None
            and state_digest(actual) not in states
            and not self._updates.last.is_ours(rows[key])
        }
        for key in changed:
            self._run.progress.problem(name, rows[key].key, CODE, LEFT_ALONE)
        return changed

    def _columns(self, match: RowMatch, updates: Mapping[Any, Update]) -> list[str]:
        columns = updates[match.key].columns if match.key in updates else ()
        return [one for one in columns if one not in self._measured]

    def _count_others(self, matches: Sequence[RowMatch], found: Collection[Any]) -> None:
        """Count the rows that stay as they are."""
        others = [
            match
            for match in matches
            if match.existing is not None
            and match.key not in found
            and match.key not in self._counted
        ]
        self._run.progress.count(self._resource, skipped=len(others))

    def _key(self, match: RowMatch) -> Any:
        """The key at the destination. A singleton has its own."""
        return (match.existing or {}).get(self._resource.key, match.mapped.key)

    def report(self, source_key: Any, values: Mapping[str, Any]) -> None:
        """Count a row whose ``values`` have been set, once."""
        if values and source_key not in self._counted:
            self._counted.add(source_key)
            self._run.progress.count(self._resource, updated=1)
            self._ledger.add_updated(self._resource, [source_key])
