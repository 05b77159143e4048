"""Frees values of unique columns that other rows are about to get."""

import uuid
from typing import Any

from more_itertools import chunked

from sidecar.migration.apply.batch_writer import BatchWriter
from sidecar.migration.apply.destination_state import DestinationState
from sidecar.migration.compare.unique_values import UniqueValues
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Column

ROWS_PER_PORTION = 250
# Types of columns that can hold any text for a while.
TEXTS = frozenset({"string", "text", "uuid"})


def free_unique_values(
    run: Run, writer: BatchWriter, unique: UniqueValues, state: DestinationState
) -> None:
    """Empty such values of existing rows, which get those of the source later in the run. Where a
    value may not be null, a random text takes its place. Raises DirectusError."""
    resource = writer.resource
    columns = run.destination.model.columns.get(resource.name, {})
    for portion in chunked(unique.taken(resource), ROWS_PER_PORTION):
        rows = []
        for held in portion:
            free = [one for one in held.columns if _can_be_freed(columns[one])]
            if free:
                values = {name: _substitute(columns[name]) for name in free}
                rows.append({resource.key: held.key, **values})
        if rows:
            state.for_rows(resource.name, second_write=False)
            writer.update(rows)


def _can_be_freed(column: Column) -> bool:
    return column.nullable or column.type in TEXTS


def _substitute(column: Column) -> Any:
    return None if column.nullable else str(uuid.uuid4())
