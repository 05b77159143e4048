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
from sidecar.migration.plan.run import Run
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


def preview_settings(run: Run) -> None:
    """Count what a real run would set, find unchanged, leave as it is, or miss. Reads only."""
    resource = _resource(run)
    for decision in _decide_and_note(run, resource):
        run.progress.count(resource, **{decision.outcome: 1})


def apply_settings(run: Run) -> None:
    """Set what is to be set, in one request if the destination takes it. Raises DirectusError.

    To be called when rows and the schema are in, with the destination of the ``plan`` as it is
    then: settings point at files, and have columns of the project's own.
    """
    resource = _resource(run)
    decisions = _decide_and_note(run, resource)
    values = {
        decision.name: decision.value for decision in decisions if decision.outcome == "create"
    }
    run.progress.count(
        resource,
        skipped=sum(decision.outcome in ("unchanged", "conflicting") for decision in decisions),
    )
    if values:
        run.progress.log("info", f"Setting {', '.join(values)}")
        _set(run, resource, values)


def verify_settings(run: Run) -> None:
    """Read the settings of both sides again; ``plan`` knows the destination as it is now. What is
    neither as at the source, nor was refused, nor kept on purpose, is a problem."""
    resource = _resource(run)
    refused = run.progress.keys_with_problems(SETTINGS)
    for decision in _decide(run, resource, *_both_sides(run)):
        if decision.outcome == "unchanged":
            run.progress.count(resource, verified=1)
        elif decision.name not in refused and not _was_left_out(run, decision):
            run.progress.count(resource, different=1)
            run.progress.problem(
                SETTINGS, decision.name, "DIFFERENT", f"{decision.name}: {DIFFERENT}"
            )


def _was_left_out(run: Run, decision: Decision) -> bool:
    """Whether the run itself said that it does not set this one."""
    if decision.outcome == "create" or decision.note is None:
        return False
    return (SETTINGS, decision.note[0], decision.name) in run.progress.report.notes


def _decide_and_note(run: Run, resource: Resource) -> list[Decision]:
    source, destination = _both_sides(run)
    for name, code, reason in _lost(run, source, destination):
        run.progress.note(SETTINGS, code, name, f"{name}: {reason}", 1)
    decisions = list(_decide(run, resource, source, destination))
    run.progress.add_resource(resource, len(decisions))
    for decision in decisions:
        if decision.note:
            code, reason = decision.note
            run.progress.note(SETTINGS, code, decision.name, f"{decision.name}: {reason}", 1)
    return decisions


def _decide(
    run: Run, resource: Resource, source: SettingValues, destination: SettingValues
) -> Iterator[Decision]:
    lost = {name for name, _, _ in _lost(run, source, destination)}
    targets = {reference.column: reference.target for reference in resource.references}
    for name in source.values:
        if name != resource.key and name not in lost and source.has_set(name):
            yield _decide_one(run, resource, name, targets.get(name), source, destination)


def _decide_one(
    run: Run,
    resource: Resource,
    name: str,
    target: str | None,
    source: SettingValues,
    destination: SettingValues,
) -> Decision:
    wanted = run.codec(resource).value(name, _mapped(run, target, source.values[name]))
    own = destination.values.get(name)
    if wanted is not None and source.comparable(name, own) == source.comparable(name, wanted):
        return Decision(name, wanted, "unchanged")
    if destination.has_set(name):
        if name in MERGED_BY and isinstance(own, list) and isinstance(wanted, list):
            return _merge(name, own, wanted)
        return Decision(name, own, "conflicting", ("KEPT", KEPT))
    if target and not _arrives(run, target, source.values[name], wanted):
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


def _mapped(run: Run, target: str | None, value: Any) -> Any:
    if target is None:
        return run.identities.rewrite(value)
    return run.identities.counterpart(target, value) if run.identities.covers(target) else value


def _arrives(run: Run, target: str, before: Any, after: Any) -> bool:
    """Whether a row stands at the destination, or would after this run if it is a dry one."""
    there = run.destination.model.resources.get(target)
    if there and after is not None and run.destination.rows.by_key(there, [after], [there.key]):
        return True
    moved = (
        run.plan.resources.get(target) if run.plan.request.dry_run and after is not None else None
    )
    return bool(moved and run.source.rows.by_key(moved, [before], [moved.key]))


def _set(run: Run, resource: Resource, values: Row) -> None:
    """Directus takes all of them or none, so a refusal is followed by one request for each."""
    try:
        row = EncodedRow(values, encode(resource, values))
        run.destination.writer.update(resource, [row])
        run.progress.count(resource, created=len(values))
    except DirectusRejected as error:
        if len(values) == 1:
            name = next(iter(values))
            run.progress.count(resource, failed=1)
            run.progress.problem(SETTINGS, name, error.code, f"{name}: {error.message}")
            return
        for name, value in values.items():
            _set(run, resource, {name: value})


def _lost(
    run: Run, source: SettingValues, destination: SettingValues
) -> Iterator[tuple[str, str, str]]:
    """Name, code and reason of what the source has set and that does not travel."""
    known = destination.columns.keys() | (
        run.source.added_columns(SETTINGS) if run.plan.request.dry_run else set()
    )
    for name, column in source.columns.items():
        if source.has_set(name) and (lost := lost_setting(column)):
            yield name, *lost
        elif source.has_set(name) and name not in known:
            yield name, "CANNOT_TRAVEL", UNKNOWN


def _resource(run: Run) -> Resource:
    return settings_resource(run.source.model.columns[SETTINGS], run.source.relations)


def _both_sides(run: Run) -> tuple[SettingValues, SettingValues]:
    source, destination = side_by_side(read_settings, (run.source, run.destination))
    return source, destination
