"""Decides about references that leave the selection: their targets do not travel, by choice."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.instance.existing_keys import existing_keys
from sidecar.migration.instance.instance import Instance
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.plan.run import Run
from sidecar.migration.request import EMPTY
from sidecar.resources.base import Resource


class _Column(NamedTuple):
    """A column with references to one collection."""

    name: str
    target: str
    nullable: bool
    # The column that names the target. None: it is always the same.
    named_in: str | None = None

    def key(self, row: Row) -> Any:
        """What a row refers to in the target; None for nothing."""
        is_meant = self.named_in is None or row[self.named_in] == self.target
        return row[self.name] if is_meant else None


def clear_unselected_targets(
    run: Run, resource: Resource, rows: Sequence[MappedRow]
) -> list[MappedRow]:
    """``rows``. A reference that leaves the selection stays if the destination has its target and
    the request keeps such references. Otherwise it becomes null, or bars the row. Reads only."""
    rows = list(rows)
    if run.source.selected is None:
        return rows
    for column in _columns(run, resource):
        if lost := _lost(run, column, rows):
            rows = [
                _without(run, column, row) if _text(column.key(row.values)) in lost else row
                for row in rows
            ]
    return rows


def leaves_selection(source: Instance, resource: Resource) -> bool:
    """Whether perhaps not all rows of ``resource``, or of what it refers to, travel, by choice."""
    targets = {reference.target for reference in resource.references}
    targets.update(*(item.targets for item in resource.item_references))
    return any(source.is_left(name) for name in (resource.name, *targets))


def _columns(run: Run, resource: Resource) -> Iterator[_Column]:
    for reference in resource.references:
        target = reference.target
        # Users, roles and the like are known by more than their key: see Identities.
        if run.source.is_left(target) and not run.identities.covers(target):
            yield _Column(reference.column, target, reference.nullable)
    for item in resource.item_references if resource.is_user_collection else ():
        for target in item.targets:
            if run.source.is_left(target) and not run.identities.covers(target):
                yield _Column(item.item, target, item.nullable, item.collection)


def _lost(run: Run, column: _Column, rows: Iterable[MappedRow]) -> set[str]:
    """What ``rows`` refer to and the destination will not have, as texts."""
    keys = {column.key(row.values) for row in rows} - {None}
    leaving = {_text(key) for key in keys if not run.source.travels(column.target, key)}
    if not leaving or _is_emptied(run, column):
        return leaving
    return leaving - existing_keys(run.destination, column.target, sorted(leaving))


def _is_emptied(run: Run, column: _Column) -> bool:
    """Whether such a reference is left empty although the destination may have its target."""
    is_own = column.target.startswith("directus_")
    return column.nullable and run.plan.request.references == EMPTY and not is_own


def _without(run: Run, column: _Column, row: MappedRow) -> MappedRow:
    if not column.nullable:
        return row._replace(barred=(*row.barred, column.name))
    row = row._replace(values={**row.values, column.name: None})
    if _is_emptied(run, column):
        return row._replace(left_empty=(*row.left_empty, column.name))
    return row._replace(lost_targets=(*row.lost_targets, column.name))


def _text(key: Any) -> str:
    return str(key)
