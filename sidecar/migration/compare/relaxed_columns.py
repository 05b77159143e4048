"""NOT NULL references of circles, which are nullable while their rows load. A dry run foresees
which of them the destination cannot make NOT NULL again."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.instance.rows import OPERATOR
from sidecar.migration.plan.load_order import Edge, Group
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

CODE = "STAYS_NULLABLE"
NULLS_LEFT = (
    "the destination's database did not make it NOT NULL again, because rows have no value there; "
    "start the run again to set the values"
)
# The same before anything was tried.
WILL_STAY = (
    "stays nullable at the destination, because rows have no value there; give them one, and start "
    "the run again"
)


class RelaxedColumns:
    """Counts, for one resource of ``group``, what becomes of the empty values in such columns."""

    def __init__(self, group: Group, name: str) -> None:
        self._edges = [edge for edge in group.relaxed_not_null if edge.origin == name]
        # Existing rows that are empty there and get a value, by column.
        self._set: Counter[str] = Counter()
        # New rows that stay empty there, by column.
        self._lost: Counter[str] = Counter()

    def add(self, matches: Iterable[RowMatch], rest: Mapping[object, tuple[str, ...]]) -> None:
        """Count ``matches``. ``rest`` are the columns in which each row stays different, by key."""
        for match in matches if self._edges else ():
            for edge in self._edges:
                self._add(edge, match, rest.get(match.key, ()))

    def foresee(self, run: Run) -> list[str]:
        """The columns that stay nullable. Reads only."""
        return [edge.column for edge in self._edges if self._stays(run, edge)]

    def _add(self, edge: Edge, match: RowMatch, rest: tuple[str, ...]) -> None:
        column = edge.column
        if match.existing is not None:
            is_set = column in match.columns and column not in (*rest, *match.mapped.barred)
            self._set[column] += is_set and (match.actual or {}).get(column) is None
        elif match.state == "new" and column in match.mapped.barred:
            # The row is written before its target is known to be missing.
            self._lost[column] += 1

    def _stays(self, run: Run, edge: Edge) -> bool:
        if self._lost[edge.column]:
            return True
        resource = run.destination.model.resources.get(edge.origin)
        if resource is None or edge.column not in run.destination.model.columns[edge.origin]:
            return False
        return _count_empty(run, resource, edge.column) > self._set[edge.column]


def _count_empty(run: Run, resource: Resource, column: str) -> int:
    """How many rows of the destination have no value in ``column``."""
    rows = run.destination.rows
    if not column.startswith(OPERATOR):
        return rows.count(resource, {column: {"_null": True}})
    pages = rows.pages(resource, [resource.key, column])
    return sum(row[column] is None for page in pages for row in page)
