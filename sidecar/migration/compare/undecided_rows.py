"""Rows that refer to rows of their own group. Whether they arrive is known only when all rows of
the group were read. Until then they wait on disk."""

from collections.abc import Collection, Iterator, Sequence

from sidecar.directus.client import Row
from sidecar.migration.compare.existing_keys import existing_keys
from sidecar.migration.compare.matcher import Matcher, RowMatch
from sidecar.migration.plan.run import Run
from sidecar.migration.spool import RowSpool
from sidecar.resources.base import Resource

ROWS_PER_PORTION = 500


class UndecidedRows(RowSpool):
    """Such rows of ``resource``, which is in a group of the collections ``names``."""

    def __init__(self, run: Run, resource: Resource, names: Collection[str]) -> None:
        self._run = run
        self._resource = resource
        self._columns = [ref.column for ref in resource.references if ref.target in names]
        self._matcher = Matcher(run, resource)
        super().__init__()

    def decided(self, page: Sequence[Row]) -> list[Row]:
        """The rows of ``page`` that refer to no row of the group. The others wait."""
        decided = []
        for row in page:
            if all(row[column] is None for column in self._columns):
                decided.append(row)
            else:
                self.add(row)
        return decided

    def refuse(self) -> bool:
        """Remember the rows that do not arrive because of what is known by now; returns whether
        there are new ones. Then others may refer to them. Reads only."""
        found = False
        for rows in self.take(ROWS_PER_PORTION):
            for row in rows:
                self.add(row)
            matches = self._matcher.match(rows, look_up=False)
            refused = self._absent([match for match in matches if match.state != "new"])
            keys = {match.target_key for match in refused}
            found = bool(keys - self._run.refused.among(self._resource.name, keys)) or found
            self._run.refused.add(self._resource.name, keys)
        return found

    def matches(self) -> Iterator[list[RowMatch]]:
        """What each of the rows is, at the end."""
        for rows in self.take(ROWS_PER_PORTION):
            yield self._matcher.match(rows)

    def _absent(self, matches: Sequence[RowMatch]) -> list[RowMatch]:
        """Those that the destination does not have."""
        keys = [str(match.mapped.key) for match in matches if match.mapped.key is not None]
        existing = existing_keys(self._run.destination, self._resource.name, keys)
        return [match for match in matches if str(match.mapped.key) not in existing]
