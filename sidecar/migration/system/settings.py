"""The settings of an instance: the destination gets what the source has set, where it still has its
default, or where the administrator chose to overwrite its value.

All settings are one row, so each setting is decided, counted and reported separately. The report's
``source`` counts the settings that the source has set and that can travel.
"""

from collections.abc import Collection, Iterable

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.changes.change import Change, Kind
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.instance.settings import read_settings
from sidecar.migration.mapping.row_mapper import encode
from sidecar.migration.plan.run import Run
from sidecar.migration.report.outcomes import Outcome, Outcomes
from sidecar.migration.system.planned_settings import planned_settings
from sidecar.migration.system.setting_decisions import Decision, SettingsDecider
from sidecar.resources.base import Resource
from sidecar.resources.settings import SETTINGS, settings_resource

# What becomes of a setting, by what was decided.
OUTCOMES: dict[str, Outcome] = {
    "create": "created",
    "update": "updated",
    "unchanged": "unchanged",
    "conflicting": "kept",
    "missing_reference": "not_selected",
}
# What a dry run counts, where it has another name.
COUNTERS = {"update": "updated"}
DIFFERENT = "differs between source and destination; start the run again to set it"


def preview_settings(run: Run) -> None:
    """Count what a real run would do to each setting. Sends only reads. Raises DirectusError."""
    resource = _resource(run)
    decisions = _decide_and_note(run, resource)
    for decision in decisions:
        run.progress.count(resource, **{COUNTERS.get(decision.outcome, decision.outcome): 1})
    _settle(run, decisions)


def apply_settings(run: Run) -> None:
    """Set what has to be set, with one request if the destination accepts it. Raises DirectusError.

    Call it after the schema is applied and the rows are loaded, with the destination refreshed:
    settings point at files, and may be columns that the project added.
    """
    resource = _resource(run)
    decisions = _decide_and_note(run, resource)
    changes = [one for one in decisions if one.outcome in ("create", "update")]
    updated = frozenset(one.name for one in changes if one.outcome == "update")
    values = {one.name: one.value for one in changes}
    skipped = sum(decision.outcome in ("unchanged", "conflicting") for decision in decisions)
    run.progress.count(resource, skipped=skipped)
    _settle(run, decisions)
    if values:
        run.progress.log("info", f"Changing settings: {', '.join(values)}")
        _set(run, resource, values, updated)


def verify_settings(run: Run) -> None:
    """Read the settings of both sides again, with the destination refreshed. Raises DirectusError.

    A setting that differs is a problem, unless it was refused or left out on purpose.
    """
    resource = _resource(run)
    decisions = planned_settings(run, _decider(run, resource).decide())
    refused = run.progress.keys_with_problems(SETTINGS, [one.name for one in decisions])
    for decision in decisions:
        if decision.outcome == "unchanged":
            run.progress.count(resource, verified=1)
        elif decision.name not in refused and not _is_left_out(run, decision):
            message = f"{decision.name}: {DIFFERENT}"
            run.progress.count(resource, different=1)
            run.progress.spoil(SETTINGS, "created", "updated", "unchanged", "kept")
            run.progress.problem(SETTINGS, decision.name, "DIFFERENT", message, [decision.name])


def _resource(run: Run) -> Resource:
    return settings_resource(run.source.model.columns[SETTINGS], run.source.relations)


def _decider(run: Run, resource: Resource) -> SettingsDecider:
    source, destination = side_by_side(read_settings, (run.source, run.destination))
    return SettingsDecider(run, resource, source, destination)


def _decide_and_note(run: Run, resource: Resource) -> list[Decision]:
    decider = _decider(run, resource)
    for name, code, reason in decider.lost():
        run.progress.note(SETTINGS, code, name, f"{name}: {reason}", 1)
    decisions = planned_settings(run, decider.decide())
    run.progress.add_resource(resource, len(decisions))
    for decision in decisions:
        if decision.note:
            code, reason = decision.note
            run.progress.note(SETTINGS, code, decision.name, f"{decision.name}: {reason}", 1)
    _record(run, decisions)
    return decisions


def _record(run: Run, decisions: Iterable[Decision]) -> None:
    """Record what becomes of each setting as a change of a row that has its name for a key."""
    kinds: dict[str, Kind] = {"create": "changed", "update": "changed"}
    run.changes.add(
        Change(
            SETTINGS,
            kinds.get(one.outcome, "unchanged"),
            one.name,
            one.name,
            {one.name: (one.before, one.value)} if one.outcome in kinds else {},
            *one.digests,
        )
        for one in decisions
    )


def _settle(run: Run, decisions: Iterable[Decision]) -> None:
    outcomes = Outcomes()
    for decision in decisions:
        outcomes.add(OUTCOMES[decision.outcome])
    run.progress.settle(SETTINGS, outcomes)


def _is_left_out(run: Run, decision: Decision) -> bool:
    """Whether the run itself has noted that it does not set this one."""
    if decision.outcome in ("create", "update") or decision.note is None:
        return False
    return (SETTINGS, decision.note[0], decision.name) in run.progress.report.notes


def _set(run: Run, resource: Resource, values: Row, updated: Collection[str]) -> None:
    """Directus accepts all ``values`` or none. After a refusal each is sent in a request.
    ``updated`` names the settings that the destination had set."""
    try:
        row = EncodedRow(values, encode(resource, values))
        run.destination.writer.update(resource, [row])
        changed = len(values.keys() & {*updated})
        run.progress.count(resource, created=len(values) - changed, updated=changed)
    except DirectusRejected as error:
        if len(values) == 1:
            (name,) = values
            run.progress.count(resource, failed=1)
            run.progress.spoil(SETTINGS, "updated" if name in updated else "created")
            message = f"{name}: {error.message}"
            run.progress.problem(SETTINGS, name, error.code, message, [name])
            return
        for name, value in values.items():
            _set(run, resource, {name: value}, updated)
