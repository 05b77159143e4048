"""Names the columns whose values Directus does not show as the source stores them, with the number
of rows."""

from collections.abc import Iterator

from sidecar.migration.concurrency import map_ahead
from sidecar.migration.instance.display import Sample, look_for_losses
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.progress import Progress
from sidecar.resources.base import Resource
from sidecar.resources.display_losses import PADDED, DisplayLoss

MAX_CONCURRENT_READS = 4
AT_LEAST = "{}. Only {:,} of the {:,} rows were looked at"


def report_display_losses(plan: Plan, progress: Progress) -> None:
    """A note for each column of which Directus shows less than the source stores. Sends reads."""

    def look(resource: Resource) -> tuple[Resource, Sample]:
        return resource, look_for_losses(plan.source, resource, plan.rows[resource.name])

    for resource, sample in map_ahead(look, plan.in_order(), MAX_CONCURRENT_READS):
        rows = plan.rows[resource.name]
        for column, loss, count in _losses(plan, resource, sample):
            message = f"{column}: {loss.message}"
            if sample.rows < rows:
                message = AT_LEAST.format(message, sample.rows, rows)
            progress.note(resource.name, loss.code, column, message, count)


def _losses(
    plan: Plan, resource: Resource, sample: Sample
) -> Iterator[tuple[str, DisplayLoss, int]]:
    for (column, loss), count in sorted(sample.losses.items(), key=lambda item: item[0][0]):
        if loss.code != PADDED or not _is_padded_there(plan, resource, column, loss):
            yield column, loss, count


def _is_padded_there(plan: Plan, resource: Resource, column: str, loss: DisplayLoss) -> bool:
    """Whether the destination's column ignores the spaces, as the source's does.

    Directus creates a column that does not, so only an existing one does.
    """
    existing = plan.destination.model.columns.get(resource.name, {}).get(column)
    return existing is not None and loss.concerns(plan.destination.vendor, existing)
