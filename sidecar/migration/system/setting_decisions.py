"""Decides what becomes of each setting of the source. Dry run, apply and verification decide in the
same way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sidecar.migration.instance.settings import SettingValues
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import state_digest
from sidecar.resources.base import Resource
from sidecar.resources.settings import MERGED_BY, SETTINGS, lost_setting

UNKNOWN = "the destination has no such setting"
KEPT = "the destination has a different value, which is not changed"
ENTRIES_KEPT = "the destination has different entries with these names, which are not changed: {}"
CLEARED = "not set, because it points at something that the destination does not have"


Outcome = Literal["create", "update", "unchanged", "conflicting", "missing_reference"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one setting."""

    name: str
    # What the destination has to have.
    value: Any
    outcome: Outcome
    # Code and reason.
    note: tuple[str, str] | None = None
    # What the destination has.
    before: Any = None

    @property
    def digests(self) -> tuple[bytes, bytes]:
        """Of the setting at the destination, before and after the run."""
        after = self.value if self.outcome in ("create", "update") else self.before
        before, after = (state_digest({self.name: one}) for one in (self.before, after))
        return before, after


@dataclass(frozen=True, slots=True)
class SettingsDecider:
    """Compares the settings of both sides, as they were read."""

    run: Run
    # The settings of the source.
    resource: Resource
    source: SettingValues
    destination: SettingValues

    def decide(self) -> Iterator[Decision]:
        """A decision for each setting that the source has set or emptied, and that can travel.

        Sends only reads. Raises DirectusError.
        """
        lost = {name for name, _, _ in self.lost()}
        targets = {reference.column: reference.target for reference in self.resource.references}
        for name in self.source.values:
            if name != self.resource.key and name not in lost and self._is_decided(name):
                yield self._decide_one(name, targets.get(name))

    def lost(self) -> Iterator[tuple[str, str, str]]:
        """Name, code and reason of each setting that the source has set and that cannot travel.
        Sends nothing."""
        known = set(self.destination.columns)
        if self.run.plan.request.dry_run:
            # A real run adds these columns before it sets them.
            known |= self.run.source.added_columns(SETTINGS)
        for name, column in self.source.columns.items():
            if not self._is_decided(name):
                continue
            if lost := lost_setting(column):
                yield name, *lost
            elif name not in known:
                yield name, "CANNOT_TRAVEL", UNKNOWN

    def _decide_one(self, name: str, target: str | None) -> Decision:
        """``target`` is the collection that the setting points at, if any."""
        source_value = self.source.values[name]
        value = self.run.codec(self.resource).encode_value(name, self._mapped(target, source_value))
        existing = self.destination.values.get(name)
        is_cleared = self.source.has_cleared(name)
        if (is_cleared or value is not None) and self._is_same(name, existing, value):
            return Decision(name, value, "unchanged", before=existing)
        is_overwritten = name in self.run.plan.request.overwrite_settings
        if self.destination.has_set(name) and not is_overwritten:
            if name in MERGED_BY and isinstance(existing, list) and isinstance(value, list):
                return merge_entries(name, existing, value)
            return Decision(name, existing, "conflicting", ("KEPT", KEPT), existing)
        if target and not is_cleared and not self._target_exists(target, source_value, value):
            return Decision(name, None, "missing_reference", ("CLEARED", CLEARED))
        outcome: Outcome = "update" if self.destination.has_set(name) else "create"
        return Decision(name, value, outcome, before=existing)

    def _is_decided(self, name: str) -> bool:
        """Whether the source has set the setting, or emptied it."""
        return self.source.has_set(name) or self.source.has_cleared(name)

    def _is_same(self, name: str, existing: Any, value: Any) -> bool:
        return bool(self.source.comparable(name, existing) == self.source.comparable(name, value))

    def _mapped(self, target: str | None, value: Any) -> Any:
        """``value`` with the destination's ids."""
        identities = self.run.identities
        if target is None:
            return identities.rewrite(value)
        return identities.counterpart(target, value) if identities.covers(target) else value

    def _target_exists(self, target: str, source_key: Any, key: Any) -> bool:
        """Whether the destination has the row that a setting points at.

        In a dry run also whether a real run would create it.
        """
        if key is None:
            return False
        run = self.run
        resource = run.destination.model.resources.get(target)
        if resource and run.destination.rows.by_key(resource, [key], [resource.key]):
            return True
        moved = run.plan.resources.get(target) if run.plan.request.dry_run else None
        return bool(moved and run.source.rows.by_key(moved, [source_key], [moved.key]))


def merge_entries(name: str, existing: list[Any], source_entries: list[Any]) -> Decision:
    """The destination's entries, followed by those of the source whose names it does not have."""
    known = [_entry_name(name, entry) for entry in existing]
    added = [entry for entry in source_entries if _entry_name(name, entry) not in known]
    different = [
        str(_entry_name(name, entry))
        for entry in source_entries
        if entry not in existing and entry not in added
    ]
    note = ("KEPT", ENTRIES_KEPT.format(", ".join(different))) if different else None
    outcome: Outcome = "create" if added else "unchanged"
    return Decision(name, existing + added, outcome, note, existing)


def _entry_name(name: str, entry: Any) -> Any:
    """The member that identifies an entry of the list ``name``, else the entry itself."""
    identifier = entry.get(MERGED_BY[name]) if isinstance(entry, dict) else None
    return entry if identifier is None else identifier
