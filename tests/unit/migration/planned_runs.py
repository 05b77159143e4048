"""Dry runs and the runs that carry out what they have found, between two sides in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.compare.plan_check import check_plan
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.migration.plan.planned import Planned
from sidecar.migration.plan.run import Run
from tests.unit.migration.updating import Sides, dry, real


@contextmanager
def planned(sides: Sides, folder: Path, **choices: Any) -> Iterator[Planned]:
    """What a dry run has found."""
    with ChangeList.create(folder / "dry.sqlite") as changes:
        dry(sides.run(changes=changes, **choices))
        with Planned(changes) as plan:
            yield plan


def planned_run(sides: Sides, plan: Planned, **choices: Any) -> Run:
    """A run of ``plan``, with a source that shows the planned rows alone."""
    run = sides.run(**choices)
    names = frozenset({sides.resource.name})
    rows = SelectedRows(sides.source, plan.keys, names)
    source = replace(run.source, rows=rows, selected=rows)
    numbers = {sides.resource.name: rows.count(sides.resource)}
    run.plan = replace(run.plan, source=source, rows=numbers)
    run.planned = plan
    return run


def carry_out(sides: Sides, plan: Planned, **choices: Any) -> Run:
    """Check a plan and carry it out. Raises InvalidRequest."""
    run = planned_run(sides, plan, **choices)
    check_plan(run, plan)
    return real(run)
