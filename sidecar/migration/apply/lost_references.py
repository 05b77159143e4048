"""What becomes of references within a group whose targets turn out not to arrive."""

from collections.abc import Iterator, Sequence

from sidecar.directus.client import Row
from sidecar.migration.apply.self_references import SelfReferenceBuffer
from sidecar.migration.compare.followers import follow
from sidecar.migration.compare.lost_targets import lost_references
from sidecar.migration.compare.unwritable import report_barred
from sidecar.migration.mapping.row_mapper import without
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Reference, Resource


def refuse_followers(run: Run, resource: Resource, buffer: SelfReferenceBuffer) -> int:
    """Report the waiting rows that may not be without such a reference, and those that refer to
    them; returns their number. The others go on waiting."""
    required = [
        reference
        for reference in resource.references
        if reference.target == resource.name and not reference.nullable
    ]
    if not required or not _refuse(run, resource, required, buffer):
        return 0
    for rows in _waiting(buffer):
        follow(run, resource, required, rows)
    run.refused.add_followers([resource.name])
    total = _report(run, resource, required, buffer)
    run.progress.count(resource, failed=total)
    return total


def _refuse(
    run: Run, resource: Resource, required: Sequence[Reference], buffer: SelfReferenceBuffer
) -> bool:
    """Remember the rows whose own targets do not arrive; returns whether there are any."""
    found = False
    for rows in _waiting(buffer):
        found_now = lost_references(run, required, rows)
        keys = [row[resource.key] for row, lost in zip(rows, found_now, strict=True) if lost]
        run.refused.add(resource.name, keys)
        found = found or bool(keys)
    return found


def _waiting(buffer: SelfReferenceBuffer) -> Iterator[list[Row]]:
    """All waiting rows, in portions. They go on waiting."""
    for rows in buffer.rest():
        for row in rows:
            buffer.add(row)
        yield rows


def _report(
    run: Run, resource: Resource, required: Sequence[Reference], buffer: SelfReferenceBuffer
) -> int:
    """Report the rows that do not arrive; returns their number. The others go on waiting."""
    count = 0
    for rows in buffer.rest():
        for row, lost in zip(rows, lost_references(run, required, rows), strict=True):
            if lost:
                columns = [reference.column for reference in lost]
                report_barred(resource, row[resource.key], columns, run.progress)
                count += 1
            else:
                buffer.add(row)
    return count


def without_lost(run: Run, resource: Resource, rows: Sequence[Row]) -> list[Row]:
    """``rows`` of a second write without such references. Those that may not be null become
    problems, one of each row."""
    complete = []
    for row, lost in zip(rows, lost_references(run, resource.references, rows), strict=True):
        cleared = [reference.column for reference in lost if reference.nullable]
        barred = [reference.column for reference in lost if not reference.nullable]
        if barred:
            report_barred(resource, row[resource.key], barred, run.progress)
        complete.append(without({**row, **dict.fromkeys(cleared)}, barred))
    return complete
