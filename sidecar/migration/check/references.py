"""References that a run would leave empty, because their targets are neither included nor at the
destination."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sidecar.migration.check.scope import option_of, part_of
from sidecar.migration.instance.counting import COUNTERS
from sidecar.migration.instance.instance import Instance
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.report.findings import Finding
from sidecar.resources.base import Resource
from sidecar.resources.system import SERVER_ASSIGNED_KEYS

CODE = "REFERENCES_NOT_INCLUDED"
MAX_NAMES = 10
SINGULAR = {"policies": "policy"}


@dataclass(frozen=True, slots=True)
class MissingReferences:
    """The references of one column to one collection that would be left empty."""

    collection: str
    column: str
    # The collection that the column points at.
    target: str
    # The option that would include the target. None: no option does.
    option: str | None
    # The rows with such a reference.
    rows: int
    # The primary keys of the targets, at the source.
    keys: frozenset[Any]

    @property
    def message(self) -> str:
        """The references in words. A report names the collection beside it."""
        return f"{self.column}: {_references(self.rows)} to {_rows([self])}"

    def document(self) -> dict[str, Any]:
        """Plain data. ``targets`` counts the rows that the references point at."""
        return {
            "collection": self.collection,
            "column": self.column,
            "target": self.target,
            "option": self.option,
            "rows": self.rows,
            "targets": len(self.keys),
        }


def points_outside(resources: Collection[Resource]) -> bool:
    """Whether ``resources``, all that a run moves, may refer to other collections."""
    return bool(_all_pointers(resources))


def missing_references(
    source: Instance, resources: Collection[Resource], identities: Identities
) -> tuple[MissingReferences, ...]:
    """The references of ``resources``, all that a run moves, that would be left empty.

    References that must not be empty are not among them: a run leaves out their rows by name. Sends
    only reads. Raises DirectusError.
    """
    pointers = [
        pointer
        for pointer in _all_pointers(resources)
        if _may_be_lost(source, identities, pointer.target)
    ]
    with ThreadPoolExecutor(COUNTERS) as pool:
        counted = list(pool.map(lambda pointer: _count(source, identities, pointer), pointers))
    lost = [missing for missing in counted if missing.rows]
    return tuple(sorted(lost, key=lambda missing: (missing.collection, missing.column)))


def references_finding(
    missing: Collection[MissingReferences], *, can_bring: bool = False, by_part: bool = False
) -> list[Finding]:
    """One finding for all ``missing`` references. Empty: there are none. ``can_bring`` says that
    their targets can come along, and ``by_part`` that parts were chosen instead of options."""
    if not missing:
        return []
    total = sum(column.rows for column in missing)
    by_column = [f"{column.collection}.{column.column} ({column.rows:,})" for column in missing]
    more = f" and {len(by_column) - MAX_NAMES} more" if len(by_column) > MAX_NAMES else ""
    included = [column for column in missing if column.option]
    names = {part_of(one.target) if by_part else one.option or "" for one in included}
    kind = f"part{'s' if len(names) > 1 else ''} " if by_part else ""
    include = f"Include {kind}{' and '.join(sorted(names))}, or choose" if names else "Choose"
    bring = "bring these rows along or to " if can_bring else ""
    choices = "--references bring or empty" if can_bring else "--references empty"
    message = (
        f"{_references(total)} to {_rows(missing)} would be left empty, because these rows are "
        f"neither included nor at the destination: {', '.join(by_column[:MAX_NAMES])}{more}. "
        f"{include} to {bring}leave the references empty (on the command line: {choices})"
    )
    return [Finding(CODE, message)]


@dataclass(frozen=True, slots=True)
class _Pointer:
    """A column that can point at a collection that does not move."""

    resource: Resource
    column: str
    target: str
    # The column that names the target. None: the column always points at it.
    target_column: str | None = None


def _all_pointers(resources: Collection[Resource]) -> list[_Pointer]:
    names = {resource.name for resource in resources}
    return [pointer for resource in resources for pointer in _pointers(resource, names)]


def _pointers(resource: Resource, moved: Collection[str]) -> Iterator[_Pointer]:
    for reference in resource.references:
        if reference.nullable and reference.target not in moved:
            yield _Pointer(resource, reference.column, reference.target)
    for item in resource.item_references:
        # Any-to-many references to other collections keep their id.
        for target in item.targets if item.nullable else ():
            if target in SERVER_ASSIGNED_KEYS and target not in moved:
                yield _Pointer(resource, item.item, target, item.collection)


def _may_be_lost(source: Instance, identities: Identities, target: str) -> bool:
    return identities.covers(target) and (
        _is_unreadable(source, target) or identities.misses(target)
    )


def _is_unreadable(source: Instance, target: str) -> bool:
    """Whether the table is deactivated at the source. None of its rows moves."""
    return target not in source.model.resources and not target.startswith("directus_")


def _count(source: Instance, identities: Identities, pointer: _Pointer) -> MissingReferences:
    target = pointer.target
    is_unreadable = _is_unreadable(source, target)
    columns = [pointer.column]
    if pointer.target_column is not None:
        columns.insert(0, pointer.target_column)
    rows, keys = 0, set()
    for (*targets, key), count in source.rows.count_values(pointer.resource, columns).items():
        if targets in ([], [target]) and (is_unreadable or identities.is_missing(target, key)):
            rows += count
            keys.add(key)
    option = option_of(target) if target in source.model.resources else None
    return MissingReferences(
        pointer.resource.name, pointer.column, target, option, rows, frozenset(keys)
    )


def _references(count: int) -> str:
    return "1 reference" if count == 1 else f"{count:,} references"


def _rows(missing: Iterable[MissingReferences]) -> str:
    """How many rows of which collections the references point at. Each row counts once."""
    keys: dict[str, set[Any]] = defaultdict(set)
    for column in missing:
        keys[column.target] |= column.keys
    return " and ".join(
        _count_of(len(target_keys), target) for target, target_keys in sorted(keys.items())
    )


def _count_of(rows: int, target: str) -> str:
    kind = target.removeprefix("directus_")
    if kind == target:
        return f"{rows:,} row{'' if rows == 1 else 's'} of {target}"
    return f"{rows:,} {SINGULAR.get(kind, kind.removesuffix('s')) if rows == 1 else kind}"
