"""The settings of a plan that a run carries out."""

from collections.abc import Iterable

from sidecar.migration.changes.change import WRITTEN
from sidecar.migration.plan.planned import CODE, KEYS_PER_PORTION, LEFT_ALONE
from sidecar.migration.plan.run import Run
from sidecar.migration.system.setting_decisions import Decision
from sidecar.resources.settings import SETTINGS

OTHER_SOURCE = (
    "Left alone: the source's value is no longer as it was when the plan was made. Make a new plan "
    "to see the difference"
)


def planned_settings(run: Run, decisions: Iterable[Decision]) -> list[Decision]:
    """``decisions``; of a run that carries out a plan, those that the plan sets. Settings that are
    no longer as they were when it was made are left alone, and named once."""
    if run.planned is None:
        return list(decisions)
    by_name = {decision.name: decision for decision in decisions}
    changes, kept = run.planned.changes, []
    for names in changes.keys(SETTINGS, WRITTEN, KEYS_PER_PORTION):
        for name, (_, before, after) in changes.planned(SETTINGS, names).items():
            decision = by_name.get(name)
            if decision and (decision.digests == (before, after) or decision.digests[0] == after):
                kept.append(decision)
            elif not run.progress.keys_with_problems(SETTINGS, [name]):
                # Without a decision, the source has its default again.
                is_source = decision is None or decision.digests[0] == before
                message = f"{name}: {OTHER_SOURCE if is_source else LEFT_ALONE}"
                run.progress.problem(SETTINGS, name, CODE, message, [name])
    return kept
