"""Proves a real run: every source row is compared with what the destination has now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sidecar.migration.apply.source_changes import CODE
from sidecar.migration.compare.each_resource import for_each_resource
from sidecar.migration.compare.kept_rows import report_conflict, report_kept
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.same_rows import SameRows
from sidecar.migration.compare.scan import Scans
from sidecar.migration.compare.settled_rows import settle
from sidecar.migration.compare.unwritable import report_lost_targets
from sidecar.migration.compare.up_to_date import verify_from_digests
from sidecar.migration.compare.updates import Update, Updates, are_updated
from sidecar.migration.instance.activity import SourceActivity
from sidecar.migration.mapping.identities import identify
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import Digests
from sidecar.migration.system.extensions import verify_extensions
from sidecar.migration.system.settings import verify_settings
from sidecar.migration.verify.row_tally import RowTally
from sidecar.resources.base import FILES, Resource

DIFFERENT = "did not arrive as it is at the source, in {}"
ABSENT = "is not at the destination; start the run again to create it"
CHANGED = (
    "created or changed at the source while the run was under way; new rows come with the next run"
)


def verify(
    run: Run,
    ledger: RowLedger,
    scans: Scans,
    up_to_date: frozenset[str],
    activity: SourceActivity,
) -> None:
    """Compare every source row with the destination's.

    Resources that were ``up_to_date`` before the run have been compared. Each difference is a
    problem. When the source row has changed since it was loaded, that is a note instead.
    """
    run.advance(sum(run.plan.rows[name] for name in up_to_date))
    rest = [resource for resource in run.plan.in_order() if resource.name not in up_to_date]
    if rest:
        untouched = activity.untouched()
        if run.has_created([resource for resource in rest if resource.rules.natural_key]):
            identities = identify(
                run.source, run.destination, list(run.plan.resources.values()), arrived=True
            )
            run.identities = replace(identities, dangling=run.identities.dangling)
        for_each_resource(run, rest, partial(_verify, run, ledger, scans, untouched))
    if "settings" in run.plan.request.included:
        verify_settings(run)
    if "extensions" in run.plan.request.included:
        verify_extensions(run)


def _verify(
    run: Run, ledger: RowLedger, scans: Scans, untouched: set[str], resource: Resource
) -> None:
    if resource.name in untouched and verify_from_digests(run, resource, ledger):
        return
    if resource.name == FILES:
        run.prover.finish(resource)
    verification = _Verification(run, ledger, resource, scans.same.get(resource.name))
    for matches in scans.match_others(run, resource):
        verification.add(matches)
        run.advance(len(matches))
    run.progress.add_evidence(resource, verification.digests)
    existing, _ = ledger.count_existing(resource)
    settle(run, resource, verification.tally.outcomes(), existing)


class _Verification:
    """The verification of one resource."""

    def __init__(
        self, run: Run, ledger: RowLedger, resource: Resource, same: SameRows | None = None
    ) -> None:
        """``same`` are rows that were compared in advance."""
        self._run = run
        self._ledger = ledger
        self._resource = resource
        self._new_rows: int | None = None
        self._updates = Updates(run, resource)
        self.digests = same.digests if same else Digests()
        self.tally = RowTally(run, ledger, resource, same.rows if same else 0)
        run.advance(self.digests.rows)

    def add(self, matches: Sequence[RowMatch]) -> None:
        """Count a page of rows, and report what differs."""
        changed = self._changed(matches)
        rest = [match for match in matches if match.key not in changed]
        different = [match for match in rest if match.state == "different"]
        ambiguous = sum(match.state == "ambiguous" for match in rest)
        self._run.progress.count(
            self._resource,
            verified=sum(match.state == "same" for match in rest),
            different=len(different) + ambiguous,
        )
        kept = self._kept(different)
        for match in rest:
            if match.key not in kept:
                self.digests.add(*match.digests())
        self._updates.last.record(self._settled(rest, kept))
        self._report(different, kept, [one for one in rest if _is_absent(one)])
        # The run has named those of the rows that it created.
        cleared = [one for one in rest if one.mapped.has_cleared]
        existed = [one for one in cleared if self._ledger.existed(self._resource, one.key)]
        report_lost_targets(self._resource, existed, self._run.progress)
        self.tally.add(matches, changed, kept)

    def _kept(self, different: Sequence[RowMatch]) -> dict[Any, Update]:
        """What was decided about those of ``different`` that the destination keeps as they are, by
        key: it had the user, role or policy before, or both sides have changed the row.

        A row that this run has updated is none of them: what is another value by now is proved to
        be different, whoever has set it.
        """
        by_name = bool(self._resource.rules.natural_key)
        decided = self._updates.of(different)
        return {
            key: update
            for key, update in decided.items()
            if (update.is_kept and not self._ledger.updated(self._resource, key))
            or (by_name and self._stays(key, update))
        }

    def _settled(self, matches: Sequence[RowMatch], kept: Mapping[Any, Update]) -> list[RowMatch]:
        """The rows of which it is recorded what both sides have now. Those that both sides have
        changed, and those that differ and are only skipped, stay known as they were before: else a
        later update would not see that both sides have changed them."""
        conflicts = {key for key, update in kept.items() if update.is_kept}
        present = [one for one in matches if one.actual is not None and one.key not in conflicts]
        if are_updated(self._run, self._resource):
            return present
        skipped = [
            one
            for one in present
            if one.state == "different" and not self._ledger.updated(self._resource, one.key)
        ]
        known = self._updates.last.known(skipped)
        return [one for one in present if one.key not in known]

    def _stays(self, key: Any, update: Update) -> bool:
        """Whether nothing was to be set of a row that the destination had before."""
        is_nothing = not (update.columns or update.is_kept)
        return is_nothing and self._ledger.existed(self._resource, key)

    def _changed(self, matches: Iterable[RowMatch]) -> set[Any]:
        """The rows that are not as they were when they were loaded."""
        changed = {
            match.key
            for match in matches
            if (match.state == "different" or _is_absent(match)) and self._has_changed(match)
        }
        if changed:
            self._run.progress.note(self._resource.name, CODE, None, CHANGED, len(changed))
        return changed

    def _has_changed(self, match: RowMatch) -> bool:
        if not self._ledger.changed(self._resource, match.source):
            return False
        return self._ledger.knows(self._resource.name, match.key) or self._may_be_new()

    def _may_be_new(self) -> bool:
        """Whether the source can have got one more row since the plan was made."""
        if self._new_rows is None:
            rows = self._run.source.rows.count(self._resource)
            self._new_rows = rows - self._run.plan.rows[self._resource.name]
        self._new_rows -= 1
        return self._new_rows >= 0

    def _report(
        self,
        different: Sequence[RowMatch],
        kept: Mapping[Any, Update],
        absent: Sequence[RowMatch],
    ) -> None:
        if not different and not absent:
            return
        keys = [match.key for match in (*different, *absent)]
        named = self._run.progress.keys_with_problems(self._resource.name, keys)
        for match in different:
            is_named = str(match.key) in named
            if match.key in kept:
                # The run has reported what both sides have changed.
                if not kept[match.key].is_kept:
                    report_kept(self._resource, match, self._run.progress, is_named=is_named)
            elif not is_named:
                self._report_different(match)
        for match in absent:
            if str(match.key) not in named:
                self._problem(match, "ABSENT", ABSENT)

    def _report_different(self, match: RowMatch) -> None:
        columns = match.columns
        if self._ledger.existed(self._resource, match.key):
            update = self._updates.of([match])[match.key]
            columns = match.columns if update.is_kept else update.columns
            if not columns:
                report_conflict(self._resource, match, self._run.progress)
                return
        self._problem(match, "DIFFERENT", DIFFERENT.format(", ".join(columns)), columns)

    def _problem(
        self, match: RowMatch, code: str, message: str, columns: Sequence[str] = ()
    ) -> None:
        self._run.progress.problem(self._resource.name, match.key, code, message, columns)


def _is_absent(match: RowMatch) -> bool:
    """Whether the row should be at the destination and is not."""
    return match.state in ("new", "barred", "unsupported")
