"""Frees values of unique columns that other rows are about to get."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from more_itertools import chunked

from sidecar.directus.client import Row
from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.compare.last_state import ANY_STATE, LastState
from sidecar.migration.mapping.row_mapper import without
from sidecar.migration.mapping.unique_values import HeldValues
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Column

ROWS_PER_PORTION = 250
# Types of columns that can hold any text for a while.
TEXTS = frozenset({"string", "text", "uuid"})


def free_unique_values(
    run: Run, writer: BatchWriter, state: DestinationState, report: Callable[[Any, Row], None]
) -> None:
    """Empty such values of existing rows, which get those of the source later in the run. Where a
    value may not be null, a random text takes its place. ``report`` gets the key at the source of
    each row, and what was set of it. Raises DirectusError."""
    resource = writer.resource
    last, name = LastState(run, resource), resource.name
    columns = run.destination.model.columns.get(name, {})
    for portion in chunked(run.unique.taken(name), ROWS_PER_PORTION):
        source_keys = run.identities.source_keys(name, [held.key for held in portion])
        freed = {
            source_key: {resource.key: held.key, **_substitutes(columns, held)}
            for source_key, held in zip(source_keys, portion, strict=True)
        }
        state.for_rows(name, second_write=False)
        last.writing((source_key, ANY_STATE) for source_key in freed)
        taken = {row[resource.key] for row in writer.update(list(freed.values()))}
        for source_key, row in freed.items():
            if row[resource.key] in taken:
                report(source_key, without(row, [resource.key]))


def _substitutes(columns: Mapping[str, Column], held: HeldValues) -> Row:
    free = [name for name in held.columns if _can_be_freed(columns[name])]
    return {name: _substitute(columns[name]) for name in free}


def _can_be_freed(column: Column) -> bool:
    return column.nullable or column.type in TEXTS


def _substitute(column: Column) -> Any:
    return None if column.nullable else str(uuid.uuid4())
