"""Begins a run: makes its plan, or takes that of an earlier dry run."""

from collections.abc import Callable
from dataclasses import replace

from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.plan.plan import Plan, make_plan
from sidecar.migration.plan.planned import Planned, plan_document
from sidecar.migration.plan.run import Run
from sidecar.migration.request import KEEP, MigrationRequest


def begin_run(
    start: Callable[[Plan], Run],
    planned: Planned | None,
    checked: Compatibility,
    request: MigrationRequest,
) -> Run:
    """A run for what a check found, which ``start`` makes of its plan. Reads only. Raises
    InvalidRequest."""
    if planned:
        checked = planned.only_planned(checked)
        # What refers to rows that are not in the plan finds them at the destination.
        request = replace(request, references=KEEP)
    run = start(make_plan(checked, request))
    run.changes.set_plan(plan_document(checked, request))
    report_baseline(run)
    if request.existing.updates:
        run.changes.set_baseline(not run.baseline.is_empty)
    return run


def report_baseline(run: Run, known: str | None = None) -> None:
    """Say what is wrong with the record of earlier runs, unless it is ``known``."""
    if run.baseline.note and run.baseline.note != known:
        run.progress.log("warning", run.baseline.note)
