"""Rows that refer to rows of their own group. Whether they arrive is known only when all rows of
the group were read. Until then they wait on disk."""

from collections.abc import Iterator, Sequence

from sidecar.directus.client import Row
from sidecar.migration.compare.followers import follow
from sidecar.migration.compare.lost_targets import is_known_late
from sidecar.migration.compare.matcher import Matcher, RowMatch
from sidecar.migration.instance.existing_keys import existing_keys
from sidecar.migration.instance.first_rows import FirstPage
from sidecar.migration.plan.load_order import Group
from sidecar.migration.plan.run import Run
from sidecar.migration.spool import RowSpool
from sidecar.resources.base import Resource

ROWS_PER_PORTION = 500


class UndecidedRows(RowSpool):
    """Such rows of ``resource``, which is in ``group``. Those of ``first_page`` were read
    before."""

    def __init__(
        self, run: Run, resource: Resource, group: Group, first_page: FirstPage | None = None
    ) -> None:
        self._run = run
        self.resource = resource
        inside = [ref for ref in resource.references if ref.target in group.names]
        self._columns = [ref.column for ref in inside]
        # A real run writes the rows before it knows which targets of these do not arrive.
        self._late = {
            edge.column
            for edge in group.relaxed_not_null
            if edge.origin == resource.name != edge.target
        }
        self._required = [
            ref for ref in inside if not ref.nullable and ref.column not in self._late
        ]
        self._matcher = Matcher(run, resource, first_page=first_page)
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
        there are any. Reads only."""
        found = False
        for matches in self._look():
            refused = self._absent([match for match in matches if match.state != "new"])
            self._run.refused.add(self.resource.name, [match.target_key for match in refused])
            found = found or bool(refused)
        return found

    def follow(self) -> None:
        """Remember which rows may not be without which others of the group. Reads only."""
        for matches in self._look() if self._required else ():
            rows = [
                {**match.mapped.values, self.resource.key: match.target_key}
                for match in self._absent(matches)
            ]
            follow(self._run, self.resource, self._required, rows)

    def matches(self) -> Iterator[list[RowMatch]]:
        """What each of the rows is, at the end."""
        for rows in self.take(ROWS_PER_PORTION):
            yield self._match(rows)

    def _look(self) -> Iterator[list[RowMatch]]:
        """What the rows are where the destination does not have them. They go on waiting."""
        for rows in self.take(ROWS_PER_PORTION):
            self._run.cancel.check()
            for row in rows:
                self.add(row)
            yield self._match(rows, look_up=False)

    def _match(self, rows: Sequence[Row], *, look_up: bool = True) -> list[RowMatch]:
        matches = self._matcher.match(rows, look_up=look_up)
        return [self._as_known(match) if match.state == "barred" else match for match in matches]

    def _as_known(self, match: RowMatch) -> RowMatch:
        """A barred row as a real run knows it in time. Where only late references are lost, it
        writes the row, and names them in the second write."""
        mapped = match.mapped
        barred = tuple(
            column
            for column in mapped.barred
            if column not in self._late
            or not is_known_late(self._run, mapped, column, match.source[column])
        )
        if barred:
            return match._replace(mapped=mapped._replace(barred=barred))
        return match._replace(state="new")

    def _absent(self, matches: Sequence[RowMatch]) -> list[RowMatch]:
        """Those that the destination does not have."""
        keys = [str(match.mapped.key) for match in matches if match.mapped.key is not None]
        existing = existing_keys(self._run.destination, self.resource.name, keys)
        return [match for match in matches if str(match.mapped.key) not in existing]


def refuse_undecided(run: Run, undecided: Sequence[UndecidedRows]) -> None:
    """Remember the rows of a group that do not arrive because of what is known by now, and those
    that may not be without them. Reads only. Raises DirectusError or Cancelled."""
    found = [rows.refuse() for rows in undecided]
    if any(found):
        for rows in undecided:
            rows.follow()
        run.refused.add_followers([rows.resource.name for rows in undecided])
