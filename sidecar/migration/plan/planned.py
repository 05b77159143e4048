"""A plan of an earlier dry run, which a run carries out: these rows, and nothing else."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

import orjson

from sidecar.closing import Closing
from sidecar.errors import InvalidRequest
from sidecar.migration.changes.change import WRITTEN
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.migration.request import MigrationRequest, read_request
from sidecar.migration.schema.diff import SchemaDiff

KEYS_PER_PORTION = 1_000
STALE = (
    "The plan is out of date, so nothing was written: {}. Make a new plan, and look at it before "
    "you carry it out"
)
# Of a row that somebody has changed at the destination.
CODE = "PLAN_ROW_CHANGED"
LEFT_ALONE = (
    "Left alone: the destination's row is no longer as it was when the plan was made. Make a new "
    "plan to see the difference"
)
MAX_NAMES = 5


@dataclass
class Planned(Closing):
    """The plan, and the keys at the source of the rows that it writes."""

    changes: ChangeList
    keys: KeySets = field(default_factory=KeySets)

    def __enter__(self) -> Self:
        for collection in self.changes.counts():
            for portion in self.changes.keys(collection, WRITTEN, KEYS_PER_PORTION):
                self.keys.choose(collection, portion)
        return self

    def close(self) -> None:
        self.keys.close()

    @property
    def document(self) -> Mapping[str, Any]:
        """What was asked for, and between which sides."""
        return self.changes.plan or {}

    def request(self, **others: Any) -> MigrationRequest:
        """What was asked for; ``others`` replace parts of it. Raises InvalidRequest."""
        try:
            return replace(read_request(self.document["request"]), **others)
        except (KeyError, TypeError, AttributeError) as error:
            message = "The plan does not say what was asked for. Make a new one"
            raise InvalidRequest(message, code="PLAN_INVALID", field="plan") from error

    def only_planned(self, checked: Compatibility) -> Compatibility:
        """``checked`` with a source that shows the planned rows alone. Raises InvalidRequest
        (PLAN_STALE) if the sides or their schemas are no longer those of the plan."""
        if changes := [*self._other_sides(checked), *self._other_schema(checked)]:
            raise stale("; ".join(changes))
        source = checked.source
        partial = frozenset(source.model.resources)
        rows = SelectedRows(source.all_rows, self.keys, partial)
        reduced = replace(source, rows=rows, selected=rows, counts={})
        return replace(checked, source=reduced, coverage=None)

    def _other_sides(self, checked: Compatibility) -> list[str]:
        """What is not the same, in words."""
        changes = []
        for name, side in (("source", checked.source), ("destination", checked.destination)):
            before, now = self.document.get(name, {}), side.summary()
            changes += [
                f"the {name}'s {part} was {before.get(part)} and is {now[part]}"
                for part in now
                if before.get(part) != now[part]
            ]
        return changes

    def _other_schema(self, checked: Compatibility) -> list[str]:
        before = self.document.get("schema", {})
        changes = []
        if before.get("source") != schema_digest(checked.source.snapshot):
            changes.append("the source's data model has changed")
        # What a run before this one has made of it is no change.
        labels = labels_of(checked.schema) if checked.schema else []
        if new := [label for label in labels if label not in before.get("changes", ())]:
            changes.append(f"the destination's data model has changed: {shortened(new)}")
        return changes


def plan_document(checked: Compatibility, request: MigrationRequest) -> dict[str, Any]:
    """What a plan file says besides its rows. It has no secrets."""
    choices = asdict(request)
    del choices["dry_run"]
    return {
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": checked.source.summary(),
        "destination": checked.destination.summary(),
        "request": choices,
        "schema": {
            "source": schema_digest(checked.source.snapshot),
            "changes": labels_of(checked.schema) if checked.schema else [],
        },
    }


def stale(changes: str) -> InvalidRequest:
    """The error for a plan that cannot be carried out any more, because of these ``changes``."""
    return InvalidRequest(STALE.format(changes), code="PLAN_STALE", field="plan", status=409)


def shortened(names: list[str]) -> str:
    """The first of ``names``, and how many others there are."""
    more = len(names) - MAX_NAMES
    return ", ".join(names[:MAX_NAMES]) + (f" and {more:,} more" if more > 0 else "")


def schema_digest(snapshot: Any) -> str:
    """The BLAKE2b of a snapshot, in hexadecimal digits."""
    line = orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(line, digest_size=16).hexdigest()


def labels_of(schema: SchemaDiff) -> list[str]:
    """All that a schema adds and changes, by name."""
    added, changed = schema.labels()
    return sorted({*added, *changed})
