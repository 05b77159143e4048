"""Names the rows that Directus will refuse, because the destination requires a value that they do
not bring."""

from collections.abc import Iterable

from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.plan.run import Run
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.resources.base import Resource

# What Directus answers to such a row.
CODE = "FAILED_VALIDATION"
REQUIRED = (
    "Directus will refuse this row: the destination requires a value for {}, and none is migrated. "
    "Allow null there or set a default, then start the run again"
)


def required_columns(run: Run, resource: Resource) -> tuple[str, ...]:
    """The columns that a new row of ``resource`` needs and that no row of the source brings."""
    if resource.kind != "content":
        return ()
    source, destination = run.source, run.plan.destination
    # Columns that Directus cannot make, and those that the destination will refuse.
    lost = {
        *unsupported_columns(source, destination.snapshot),
        *((one.collection, one.field) for one in run.plan.refused),
    }
    made = {
        name: column
        for name, column in source.model.columns.get(resource.name, {}).items()
        if (resource.name, name) not in lost
    }
    columns = {**destination.model.columns.get(resource.name, {}), **made}
    brought = {resource.key, *resource.columns}
    return tuple(
        sorted(name for name, column in columns.items() if column.required and name not in brought)
    )


def report_refused(
    run: Run, resource: Resource, matches: Iterable[RowMatch], columns: tuple[str, ...]
) -> int:
    """A problem for each new row, if there are such ``columns``. Returns their number."""
    refused = [match for match in matches if columns and match.state == "new"]
    message = REQUIRED.format(", ".join(columns))
    for match in refused:
        run.progress.problem(resource.name, match.key, CODE, message, columns)
    return len(refused)
