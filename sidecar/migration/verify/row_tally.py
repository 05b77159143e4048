"""Counts what became of each row of one resource, as the verification finds it."""

from collections.abc import Collection, Sequence
from typing import Any

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcome, Outcomes
from sidecar.resources.base import Resource


class RowTally:
    """Counts the rows of ``resource`` page by page.

    Most rows are the same on both sides. The ledger is asked for their numbers, not for each.
    """

    def __init__(self, run: Run, ledger: RowLedger, resource: Resource, same: int = 0) -> None:
        """``same`` rows were compared in advance, and are the same."""
        self._run = run
        self._ledger = ledger
        self._resource = resource
        self._outcomes = Outcomes()
        # Rows that are the same and have no problem.
        self._same = same
        # Among the others: rows that existed before, and rows that the run updated or completed.
        self._existed = self._updated = 0

    def add(
        self, matches: Sequence[RowMatch], changed: Collection[Any], kept: Collection[Any]
    ) -> None:
        """Count a page whose problems are reported. ``changed`` has the keys of the rows that are
        not as they were when they were loaded, and ``kept`` those of which the destination keeps
        its own values."""
        keys = [match.key for match in matches]
        named = self._run.progress.keys_with_problems(self._resource.name, keys)
        for match in matches:
            is_named = str(match.key) in named
            if match.state == "same" and not is_named:
                self._same += 1
                continue
            self._existed += self._ledger.existed(self._resource, match.key)
            self._updated += self._ledger.updated(self._resource, match.key)
            outcome = "problem" if is_named else self._outcome_of(match, changed, kept)
            self._outcomes.add(outcome)

    def outcomes(self) -> Outcomes:
        """What became of all rows, when the last page was added."""
        existed, updated = self._ledger.count_existing(self._resource)
        # Rows that were deleted at the source meanwhile are in the ledger only.
        existed = min(self._same, existed - self._existed)
        updated = min(existed, updated - self._updated)
        self._outcomes.add("created", self._same - existed)
        self._outcomes.add("updated", updated)
        self._outcomes.add("unchanged", existed - updated)
        return self._outcomes

    def _outcome_of(
        self, match: RowMatch, changed: Collection[Any], kept: Collection[Any]
    ) -> Outcome:
        """What became of a row without a problem that is not the same."""
        if match.key in changed:
            if not self._ledger.arrived(self._resource, match.key):
                return "not_selected"
            return "kept" if self._ledger.existed(self._resource, match.key) else "created"
        if match.key not in kept:
            return "problem"
        return "updated" if self._ledger.updated(self._resource, match.key) else "kept"
