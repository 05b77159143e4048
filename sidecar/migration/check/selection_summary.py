"""What a selection comes to, in numbers and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sidecar.migration.check.listing import count_rows, list_names
from sidecar.migration.check.reach import Reach
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.migration.request import MigrationRequest

SENTENCE = "Selected {} of {} collections, {}, {:,} brought along for references{}"
NEW = "all rows are taken, because no earlier run to this destination is known to have moved them"
UNDATED = (
    "all rows are taken, because neither a date in the rows nor Directus' activity log tells which "
    "of them have changed"
)
NEVER_BEFORE = (
    "No earlier run to this destination is known to have moved these collections, so all rows are "
    "taken and not only those that have changed"
)


@dataclass(frozen=True, slots=True)
class SelectionSummary:
    """What a request selects of a source."""

    request: MigrationRequest
    # The user collections that the source has.
    collections: int
    # The rows that are selected, by user collection.
    selected: Mapping[str, int]
    # The rows that others need, by collection.
    brought: Mapping[str, int]
    # Only rows that have changed since are selected. None: all.
    moment: datetime | None
    # Why all rows of other collections are selected, by collection.
    whole: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The selection in words."""
        by_collection = [f"{name} {rows:,}" for name, rows in sorted(self.brought.items())]
        sentence = SENTENCE.format(
            len(self.selected),
            self.collections,
            count_rows(sum(self.selected.values())),
            sum(self.brought.values()),
            f": {list_names(by_collection)}" if by_collection else "",
        )
        return f"{sentence}. {NEVER_BEFORE}" if self.is_first else sentence

    @property
    def is_first(self) -> bool:
        """Whether everything is selected, because no earlier run is known."""
        return bool(self.request.selection.since) and self.moment is None and not self.whole

    def document(self) -> dict[str, Any]:
        """Plain data: the selection, and what it comes to."""
        return {
            **self.request.selection.document(),
            "references": self.request.references,
            "changed_since": self.moment.isoformat() if self.moment else None,
            "of": self.collections,
            "rows": sum(self.selected.values()),
            "selected": dict(sorted(self.selected.items())),
            "brought": sum(self.brought.values()),
            "brought_along": dict(sorted(self.brought.items())),
            "whole": list(self.whole),
            "summary": self.sentence,
        }


def summarize(
    source: Instance,
    request: MigrationRequest,
    reach: Reach,
    rows: SelectedRows,
) -> SelectionSummary:
    """What was selected. ``source`` is whole, and its collections are counted. Sends nothing."""
    moment = min(reach.moments.values(), default=None)
    users = {name for name, one in source.model.resources.items() if one.is_user_collection}
    counts = {name: rows.keys.count(name) for name in rows.partial}
    with_rows = {*reach.selected, *reach.by_activity}
    selected = {
        name: _selected(name, counts, source) if name in with_rows else 0
        for name in sorted(users.intersection(reach.reachable))
        if request.selection.includes(name)
    }
    owned = {one.name for one in reach.owned}
    brought = {name: count for name, (_, count) in counts.items() if count and name not in owned}
    return SelectionSummary(request, len(users), selected, brought, moment, _whole(request, reach))


def _whole(request: MigrationRequest, reach: Reach) -> Mapping[str, str]:
    """Why all rows are selected of what was to be selected in part, unless that is said of all."""
    whole = dict.fromkeys(reach.undated, UNDATED)
    if request.selection.since and (reach.moments or whole):
        known = reach.moments.keys() | whole.keys()
        whole |= {name: NEW for name in reach.by_time if name not in known}
    return dict(sorted(whole.items()))


def _selected(name: str, counts: Mapping[str, tuple[int, int]], source: Instance) -> int:
    """The selected rows of a collection. ``counts`` has those that are selected in part, with the
    rows that were brought along."""
    if name not in counts:
        return source.counts.get(name, 0)
    rows, brought = counts[name]
    return rows - brought
