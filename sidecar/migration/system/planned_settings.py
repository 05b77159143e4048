"""The settings of a plan that a run carries out."""

from collections.abc import Iterable

from sidecar.migration.plan.planned import CODE, LEFT_ALONE
from sidecar.migration.plan.run import Run
from sidecar.migration.system.setting_decisions import Decision
from sidecar.resources.settings import SETTINGS


def planned_settings(run: Run, decisions: Iterable[Decision]) -> list[Decision]:
    """``decisions``; of a run that carries out a plan, those that the plan has. Settings that are
    no longer as they were when it was made are left alone, and named once."""
    if run.planned is None:
        return list(decisions)
    by_name = {decision.name: decision for decision in decisions}
    listed = run.planned.changes.planned(SETTINGS, list(by_name))
    kept = []
    for name, (_, before, after) in listed.items():
        decision = by_name[name]
        if decision.digests == (before, after) or decision.digests[0] == after:
            kept.append(decision)
        elif not run.progress.keys_with_problems(SETTINGS, [name]):
            run.progress.problem(SETTINGS, name, CODE, f"{name}: {LEFT_ALONE}", [name])
    return kept
