"""References that a run would leave empty, as what they point at is neither included nor at the
destination."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sidecar.migration.check.scope import option_of
from sidecar.migration.instance.counting import COUNTERS
from sidecar.migration.instance.instance import Instance
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.report.findings import Finding
from sidecar.resources.base import Resource
from sidecar.resources.system import SERVER_ASSIGNED_KEYS

CODE = "REFERENCES_NOT_INCLUDED"
NAMED = 10
SINGULAR = {"policies": "policy"}


@dataclass(frozen=True, slots=True)
class MissingReferences:
    """``rows`` of ``collection`` whose ``column`` points at one of the ``keys`` of ``target``.
    ``option`` would include that; it is None where none does."""

    collection: str
    column: str
    target: str
    option: str | None
    rows: int
    keys: frozenset[Any]

    @property
    def message(self) -> str:
        """For the report of a run, whose problems name the collection beside it."""
        return f"{self.column}: {_references(self.rows)} to {_rows([self])}"

    def document(self) -> dict[str, Any]:
        """Plain data; ``targets`` counts the rows that are pointed at."""
        return {
            "collection": self.collection,
            "column": self.column,
            "target": self.target,
            "option": self.option,
            "rows": self.rows,
            "targets": len(self.keys),
        }


def points_outside(resources: Collection[Resource]) -> bool:
    """Whether ``resources``, which are what a run moves, may refer to something else."""
    return bool(_all_pointers(resources))


def missing_references(
    source: Instance, resources: Collection[Resource], identities: Identities
) -> tuple[MissingReferences, ...]:
    """Those of the rows of ``resources``, which are what a run moves. Reads only. A reference that
    must not be empty is none of them: its row is left out, by name."""
    wanted = [
        one for one in _all_pointers(resources) if _may_be_lost(source, identities, one.target)
    ]
    with ThreadPoolExecutor(COUNTERS) as pool:
        found = pool.map(lambda pointer: _count(source, identities, pointer), wanted)
    return tuple(
        sorted((one for one in found if one.rows), key=lambda one: (one.collection, one.column))
    )


def references_finding(missing: Collection[MissingReferences]) -> list[Finding]:
    """One finding in words for all of them; none for none."""
    if not missing:
        return []
    total = sum(one.rows for one in missing)
    by_column = [f"{one.collection}.{one.column} ({one.rows:,})" for one in missing]
    more = f" and {len(by_column) - NAMED} more" if len(by_column) > NAMED else ""
    options = sorted({one.option for one in missing if one.option})
    include = f"Include {' and '.join(options)}, or choose" if options else "Choose"
    message = (
        f"{_references(total)} to {_rows(missing)} would be left empty, because these rows are "
        f"neither included nor at the destination: {', '.join(by_column[:NAMED])}{more}. "
        f"{include} to leave the references empty (on the command line: --references empty)"
    )
    return [Finding(CODE, message)]


@dataclass(frozen=True, slots=True)
class _Pointer:
    """The ``column`` of a resource that points at ``target``, which does not move; ``named_in`` is
    the column beside it that says so, None where it always does."""

    resource: Resource
    column: str
    target: str
    named_in: str | None = None


def _all_pointers(resources: Collection[Resource]) -> list[_Pointer]:
    names = {resource.name for resource in resources}
    return [pointer for resource in resources for pointer in _pointers(resource, names)]


def _pointers(resource: Resource, moved: Collection[str]) -> Iterator[_Pointer]:
    for reference in resource.references:
        if reference.nullable and reference.target not in moved:
            yield _Pointer(resource, reference.column, reference.target)
    for named in resource.item_references:
        # Other any-to-many references keep the id that they have.
        for target in named.targets if named.nullable else ():
            if target in SERVER_ASSIGNED_KEYS and target not in moved:
                yield _Pointer(resource, named.item, target, named.collection)


def _may_be_lost(source: Instance, identities: Identities, target: str) -> bool:
    return identities.covers(target) and (
        _cannot_be_read(source, target) or identities.misses(target)
    )


def _cannot_be_read(source: Instance, target: str) -> bool:
    """A table that Directus does not track, or that was deactivated: none of its rows moves."""
    return target not in source.model.resources and not target.startswith("directus_")


def _count(source: Instance, identities: Identities, pointer: _Pointer) -> MissingReferences:
    target, unreadable = pointer.target, _cannot_be_read(source, pointer.target)
    columns = [pointer.column] if pointer.named_in is None else [pointer.named_in, pointer.column]
    rows, keys = 0, set()
    for (*named, key), count in source.rows.count_values(pointer.resource, columns).items():
        if named in ([], [target]) and (unreadable or identities.is_missing(target, key)):
            rows += count
            keys.add(key)
    option = option_of(target) if target in source.model.resources else None
    return MissingReferences(
        pointer.resource.name, pointer.column, target, option, rows, frozenset(keys)
    )


def _references(count: int) -> str:
    return "1 reference" if count == 1 else f"{count:,} references"


def _rows(missing: Iterable[MissingReferences]) -> str:
    """How many rows of which collections they point at, each counted once."""
    keys: dict[str, set[Any]] = defaultdict(set)
    for one in missing:
        keys[one.target] |= one.keys
    return " and ".join(_count_of(len(found), target) for target, found in sorted(keys.items()))


def _count_of(rows: int, target: str) -> str:
    kind = target.removeprefix("directus_")
    if kind == target:
        return f"{rows:,} row{'' if rows == 1 else 's'} of {target}"
    return f"{rows:,} {SINGULAR.get(kind, kind.removesuffix('s')) if rows == 1 else kind}"
