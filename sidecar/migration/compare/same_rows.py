"""The rows of a resource that the destination has unchanged. Nobody compares them again."""

from collections import Counter
from collections.abc import Callable, Sequence

from sidecar.migration.compare.last_state import LastState
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.row_changes import RowChanges
from sidecar.migration.compare.row_ledger import RowLedger
from sidecar.migration.compare.unwritable import (
    count_losses,
    report_counted_losses,
    report_lost_targets,
)
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import DIGEST_BYTES, Digests, source_digest
from sidecar.migration.values.conversion import Loss
from sidecar.resources.base import Resource

Record = Callable[[Sequence[RowMatch]], None]


class SameRows:
    """Counts such rows of ``resource``, and gathers the evidence. ``record`` gets them, too."""

    def __init__(
        self, run: Run, resource: Resource, ledger: RowLedger, record: Record = lambda _: None
    ) -> None:
        self._run = run
        self._resource = resource
        self._ledger = ledger
        self._record = record
        self._last = LastState(run, resource)
        self._changes = RowChanges(run, resource)
        self._losses: Counter[tuple[str, Loss]] = Counter()
        self._cleared: list[RowMatch] = []
        self.digests = Digests()

    @property
    def rows(self) -> int:
        """How many there are so far."""
        return self.digests.rows

    def add(self, matches: Sequence[RowMatch]) -> None:
        """Add rows that are the same on both sides."""
        self._record(matches)
        self._changes.add(matches, {})
        self._ledger.add_up_to_date(self._resource, [match.key for match in matches])
        self._losses.update(count_losses(matches))
        self._cleared += [match for match in matches if match.mapped.has_cleared]
        digests = [match.digests() for match in matches]
        for pair in digests:
            self.digests.add(*pair)
        self._last.record_digests(
            (str(match.key), source_digest(self._resource, match.source), expected[:DIGEST_BYTES])
            for match, (expected, _) in zip(matches, digests, strict=True)
        )

    def report(self) -> None:
        """Count all of them as verified, and report what they have lost on their way."""
        progress = self._run.progress
        report_counted_losses(self._resource, self._losses, progress)
        report_lost_targets(self._resource, self._cleared, progress)
        progress.count(self._resource, skipped=self.rows, verified=self.rows)
        self._run.advance(self.rows)
