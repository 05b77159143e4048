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
    began."""

    def __init__(self, documents: Iterable[dict[str, Any]] = ()) -> None:
        """``documents`` are groups as plain data, to go on with."""
        self._groups: dict[Kind, ProblemGroup] = {}
        for one in documents:
            columns = None if one["columns"] is None else tuple(one["columns"])
            group = ProblemGroup(**{**one, "columns": columns})
            self._groups[group.resource, group.code, columns] = group

    def add(self, problem: Problem) -> None:
        """Count ``problem``."""
        kind: Kind = (problem.resource, problem.code, problem.columns)
        if kind not in self._groups and len(self._groups) >= MAX_GROUPS:
            kind = (problem.resource, problem.code, None)
        group = self._groups.get(kind)
        if group is None:
            self._groups[kind] = ProblemGroup(*kind, 1, problem.message)
            return
        group.count += 1
        if group.message != problem.message:
            group.message = None

    def document(self) -> list[dict[str, Any]]:
        """The groups as plain data."""
        return [asdict(group) for group in self._groups.values()]
