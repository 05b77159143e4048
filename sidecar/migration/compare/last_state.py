"""What both sides had after the last run, and which side has changed a row since."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sidecar.migration.changes.change import ChangedBy
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import DIGEST_BYTES, source_digest, state_digest
from sidecar.resources.base import Resource

# Stands for any state of a row that a run is about to change in several steps.
ANY_STATE = b"*"


class LastState:
    """The baseline of one resource."""

    def __init__(self, run: Run, resource: Resource) -> None:
        self._baseline = run.baseline
        self._is_planned = run.planned is not None
        self._resource = resource
        # Digests of other columns cannot be compared.
        columns = "\0".join(sorted(resource.columns))
        self._signature = hashlib.blake2b(columns.encode(), digest_size=DIGEST_BYTES).digest()

    @property
    def is_known(self) -> bool:
        """Whether an earlier run has recorded rows with these columns."""
        return self._baseline.known(self._resource.name, self._signature)

    def changed_by(self, matches: Sequence[RowMatch]) -> dict[Any, ChangedBy | None]:
        """Which side has changed each of ``matches``, rows that differ, by their key at the source.
        None: not known."""
        if not matches or not self.is_known:
            return dict.fromkeys(match.key for match in matches)
        known = self._baseline.find(self._resource.name, [str(match.key) for match in matches])
        return {match.key: self._changed_by(match, known.get(str(match.key))) for match in matches}

    def known(self, matches: Sequence[RowMatch]) -> set[Any]:
        """The keys at the source of those of ``matches`` that an earlier run has recorded."""
        if not matches or not self.is_known:
            return set()
        found = self._baseline.find(self._resource.name, [str(match.key) for match in matches])
        return {match.key for match in matches if str(match.key) in found}

    def record(self, matches: Sequence[RowMatch]) -> None:
        """Record what both sides have of rows."""
        self.record_digests(
            (str(match.key), source_digest(self._resource, match.source), _actual(match))
            for match in matches
        )

    def record_digests(self, rows: Iterable[tuple[str, bytes, bytes]]) -> None:
        """The same for rows whose key and digests, at the source and at the destination, are
        known."""
        self._baseline.record(self._resource.name, self._signature, rows)

    def writing(self, rows: Iterable[tuple[Any, bytes]]) -> None:
        """Record which digests the run is about to give to rows of the destination."""
        self._baseline.writing(self._resource.name, [(str(key), one) for key, one in rows])

    def creating(self, keys: Sequence[Any]) -> None:
        """Record that the run is about to create rows with these keys, in several steps. Those that
        are known were deleted at the destination since. Of a plan, all rows are compared again."""
        if self._is_planned:
            self.writing((key, ANY_STATE) for key in keys)
        elif keys and self.is_known:
            known = self._baseline.find(self._resource.name, [str(key) for key in keys])
            self.writing((key, ANY_STATE) for key in known)

    def _changed_by(self, match: RowMatch, known: tuple[bytes, bytes] | None) -> ChangedBy | None:
        if known is None:
            return None
        at_source = known[0] != source_digest(self._resource, match.source)
        at_destination = known[1] != _actual(match) and not self.is_ours(match)
        if at_source and at_destination:
            return "both"
        return "destination" if at_destination else "source"

    def is_ours(self, match: RowMatch) -> bool:
        """Whether an interrupted run may have left the destination's row as it is."""
        return any(
            self._baseline.is_ours(self._resource.name, str(match.key), one)
            for one in (_actual(match), ANY_STATE)
        )


def _actual(match: RowMatch) -> bytes:
    return state_digest(match.actual or {})
