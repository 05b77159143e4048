"""The problems of a run, and how many there are of each kind."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

# With more groups, further problems are counted by resource and code only.
MAX_GROUPS = 500
Kind = tuple[str | None, str, tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that did not arrive as it should. ``code`` is Directus' own where Directus refused
    it."""

    resource: str | None
    key: str | None
    code: str
    message: str
    # The columns that it is about. Empty: the row, or the resource, as a whole.
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class ProblemGroup:
    """Problems with the same resource, code and columns."""

    resource: str | None
    code: str
    # None: several sets of columns, because there are too many groups.
    columns: tuple[str, ...] | None
    count: int
    # The message that all of them have. None: they differ.
    message: str | None


class ProblemGroups:
    """Counts all problems of a run by resource, code and columns, in the order in which the groups
    began. A group keeps its position."""

    def __init__(self, documents: Iterable[dict[str, Any]] = ()) -> None:
        """``documents`` are groups as plain data, to go on with."""
        self._groups: dict[Kind, ProblemGroup] = {}
        for one in documents:
            columns = None if one["columns"] is None else tuple(one["columns"])
            group = ProblemGroup(**{**one, "columns": columns})
            self._groups[group.resource, group.code, columns] = group

    def add(self, problem: Problem) -> None:
        """Count ``problem``."""
        kind = self.kind_of(problem.resource, problem.code, problem.columns)
        group = self._groups.get(kind)
        if group is None:
            self._groups[kind] = ProblemGroup(*kind, 1, problem.message)
            return
        group.count += 1
        if group.message != problem.message:
            group.message = None

    def kind_of(self, resource: str | None, code: str, columns: Iterable[str]) -> Kind:
        """What the group of such a problem has in common."""
        kind: Kind = (resource, code, tuple(columns))
        if kind in self._groups or len(self._groups) < MAX_GROUPS:
            return kind
        return resource, code, None

    def kind_at(self, position: int) -> Kind | None:
        """The same of the group at ``position``. None: there is none."""
        return dict(enumerate(self._groups)).get(position)

    def document(self) -> list[dict[str, Any]]:
        """The groups as plain data."""
        return [asdict(group) for group in self._groups.values()]
