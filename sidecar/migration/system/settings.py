"""The settings of an instance: what the source has set goes where the destination is at its
default.

They are one row, so each setting is decided, counted and named by itself. Dry run, apply and
verification decide in the same way, before and after. ``source`` counts the settings that the
source has set and that can travel.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.rows import EncodedRow
from sidecar.migration.instance.settings import SettingValues, read_settings
from sidecar.migration.mapping.row_mapper import encode
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.report import Report
from sidecar.resources.base import Resource
from sidecar.resources.settings import MERGED_BY, SETTINGS, lost_setting, settings_resource

UNKNOWN = "the destination has no such setting"
KEPT = "the destination has set it to another value, which stays"
ENTRIES_KEPT = "the destination has other entries under the same names, which stay: {}"
CLEARED = "not set, as it points at something that the destination does not have"
DIFFERENT = "is not at the destination as it is at the source; start the run again to set it"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one setting. ``value`` is what it has to be at the destination, ``note`` a
    code and a reason."""

    name: str
    value: Any
    outcome: Literal["create", "unchanged", "conflicting", "missing_reference"]
    note: tuple[str, str] | None = None


def preview_settings(plan: Plan, report: Report) -> None:
    """Count what a real run would set, find unchanged, leave as it is, or miss. Reads only."""
    resource = _resource(plan)
    for decision in _decide_and_note(plan, resource, report):
        report.count(resource, **{decision.outcome: 1})


def apply_settings(plan: Plan, report: Report) -> None:
    """Set what is to be set, in one request if the destination takes it. Raises DirectusError.

    To be called when rows and the schema are in, with the destination of the ``plan`` as it is
    then: settings point at files, and have columns of the project's own.
    """
    resource = _resource(plan)
    decisions = _decide_and_note(plan, resource, report)
    values = {
        decision.name: decision.value for decision in decisions if decision.outcome == "create"
    }
    report.count(
        resource,
        skipped=sum(decision.outcome in ("unchanged", "conflicting") for decision in decisions),
    )
    if values:
        report.log("info", f"Setting {', '.join(values)}")
        _set(plan, resource, values, report)


def verify_settings(plan: Plan, report: Report) -> None:
    """Read the settings of both sides again; ``plan`` knows the destination as it is now. What is
    neither as at the source, nor was refused, nor kept on purpose, is a problem."""
    resource = _resource(plan)
    refused = {problem.key for problem in report.problems if problem.resource == SETTINGS}
    for decision in _decide(plan, resource, *_both_sides(plan)):
        if decision.outcome == "unchanged":
            report.count(resource, verified=1)
        elif decision.name not in refused and not _was_left_out(decision, report):
            report.count(resource, different=1)
            report.problem(SETTINGS, decision.name, "DIFFERENT", f"{decision.name}: {DIFFERENT}")


def _was_left_out(decision: Decision, report: Report) -> bool:
    """Whether the run itself said that it does not set this one."""
    if decision.outcome == "create" or decision.note is None:
        return False
    return (SETTINGS, decision.note[0], decision.name) in report.notes


def _decide_and_note(plan: Plan, resource: Resource, report: Report) -> list[Decision]:
    source, destination = _both_sides(plan)
    for name, code, reason in _lost(plan, source, destination):
        report.note(SETTINGS, code, name, f"{name}: {reason}", 1)
    decisions = list(_decide(plan, resource, source, destination))
    report.add_resource(resource, len(decisions))
    for decision in decisions:
        if decision.note:
            code, reason = decision.note
            report.note(SETTINGS, code, decision.name, f"{decision.name}: {reason}", 1)
    return decisions


def _decide(
    plan: Plan, resource: Resource, source: SettingValues, destination: SettingValues
) -> Iterator[Decision]:
    lost = {name for name, _, _ in _lost(plan, source, destination)}
    targets = {reference.column: reference.target for reference in resource.references}
    for name in source.values:
        if name != resource.key and name not in lost and source.has_set(name):
            yield _decide_one(plan, resource, name, targets.get(name), source, destination)


def _decide_one(
    plan: Plan,
    resource: Resource,
    name: str,
    target: str | None,
    source: SettingValues,
    destination: SettingValues,
) -> Decision:
    wanted = plan.codec(resource).value(name, _mapped(plan, target, source.values[name]))
    own = destination.values.get(name)
    if wanted is not None and source.meaning(name, own) == source.meaning(name, wanted):
        return Decision(name, wanted, "unchanged")
    if destination.has_set(name):
        if name in MERGED_BY and isinstance(own, list) and isinstance(wanted, list):
            return _merge(name, own, wanted)
        return Decision(name, own, "conflicting", ("KEPT", KEPT))
    if target and not _arrives(plan, target, source.values[name], wanted):
        return Decision(name, None, "missing_reference", ("CLEARED", CLEARED))
    return Decision(name, wanted, "create")


def _merge(name: str, own: list[Any], theirs: list[Any]) -> Decision:
    """The destination's entries, then those of the source whose names it does not have."""
    known = [_entry_name(name, entry) for entry in own]
    more = [entry for entry in theirs if _entry_name(name, entry) not in known]
    differing = [
        str(_entry_name(name, entry)) for entry in theirs if entry not in own and entry not in more
    ]
    note = ("KEPT", ENTRIES_KEPT.format(", ".join(differing))) if differing else None
    return Decision(name, own + more, "create" if more else "unchanged", note)


def _entry_name(name: str, entry: Any) -> Any:
    found = entry.get(MERGED_BY[name]) if isinstance(entry, dict) else None
    return entry if found is None else found


def _mapped(plan: Plan, target: str | None, value: Any) -> Any:
    if target is None:
        return plan.identities.rewrite(value)
    return plan.identities.counterpart(target, value) if plan.identities.covers(target) else value


def _arrives(plan: Plan, target: str, before: Any, after: Any) -> bool:
    """Whether a row stands at the destination, or would after this run if it is a dry one."""
    there = plan.destination.model.resources.get(target)
    if there and after is not None and plan.destination.rows.by_key(there, [after], [there.key]):
        return True
    moved = plan.resources.get(target) if plan.request.dry_run and after is not None else None
    return bool(moved and plan.source.rows.by_key(moved, [before], [moved.key]))


def _set(plan: Plan, resource: Resource, values: Row, report: Report) -> None:
    """Directus takes all of them or none, so a refusal is followed by one request for each."""
    try:
        row = EncodedRow(values, encode(resource, values))
        plan.destination.writer.update(resource, [row])
        report.count(resource, created=len(values))
    except DirectusRejected as error:
        if len(values) == 1:
            name = next(iter(values))
            report.count(resource, failed=1)
            report.problem(SETTINGS, name, error.code, f"{name}: {error.message}")
            return
        for name, value in values.items():
            _set(plan, resource, {name: value}, report)


def _lost(
    plan: Plan, source: SettingValues, destination: SettingValues
) -> Iterator[tuple[str, str, str]]:
    """Name, code and reason of what the source has set and that does not travel."""
    known = destination.columns.keys() | (
        plan.source.added_columns(SETTINGS) if plan.request.dry_run else set()
    )
    for name, column in source.columns.items():
        if source.has_set(name) and (lost := lost_setting(column)):
            yield name, *lost
        elif source.has_set(name) and name not in known:
            yield name, "CANNOT_TRAVEL", UNKNOWN


def _resource(plan: Plan) -> Resource:
    return settings_resource(plan.source.model.columns[SETTINGS], plan.source.relations)


def _both_sides(plan: Plan) -> tuple[SettingValues, SettingValues]:
    source, destination = side_by_side(read_settings, (plan.source, plan.destination))
    return source, destination
