"""What is stored of a run: its state within limits, and apart from it what the history shows.

So a run with huge details costs the history nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sidecar.jobs.run_state import State
from sidecar.masking import mask_values
from sidecar.migration.report.outcomes import Outcomes
from sidecar.texts import plain

# The relay accepts answers of twice this size.
MAX_STATE_BYTES = 8_000_000
MAX_NAME = 255
MAX_NOTES = 2_000
SUMMARY = (
    "status",
    "attempt",
    "started_at",
    "ended_at",
    "seconds",
    "message",
    "summary",
    "problem_count",
    "as_shown",
    "selection",
)
TOTALS = (
    "source",
    "create",
    "unchanged",
    "conflicting",
    "created",
    "skipped",
    "verified",
    "updated",
    "conflicts",
    "only_at_destination",
    "bytes",
    "bytes_total",
)
OUTCOMES = tuple(field.name for field in fields(Outcomes))
# The limits of texts in problems and notes. The others have none.
LIMITS = {"message": 2_000, "key": MAX_NAME, "resource": MAX_NAME, "code": 100, "column": MAX_NAME}
TOO_LARGE = "The record of this run is too large to be shown"


def to_json(state: State) -> str:
    """The state as it is stored: at most MAX_STATE_BYTES, without secrets."""
    state = mask_values(_with_short_texts(state))
    text = json.dumps(state)
    for part in ("notes", "problems", "resources"):
        while len(text) > MAX_STATE_BYTES and state.get(part):
            state = {**state, part: state[part][: len(state[part]) // 2]}
            text = json.dumps(state)
    return text


def summary_json(state: State) -> str:
    """What the history shows of a state, as it is stored."""
    return json.dumps(mask_values(summary_of(state)))


def summary_of(state: State) -> State:
    """What the history shows of a state."""
    known = {name: state[name] for name in SUMMARY if name in state}
    return {**_with_short_texts(known), "totals": totals_of(state)}


def totals_of(state: State) -> dict[str, Any]:
    """The numbers of all resources together. ``rows`` is None until all are known."""
    resources = state["resources"]
    outcomes = [row.get("rows") for row in resources]
    is_known = bool(outcomes) and all(outcomes)
    return {
        **_sum(resources, TOTALS),
        "rows": _sum(outcomes, OUTCOMES) if is_known else None,
    }


def _sum(parts: Iterable[Any], names: Iterable[str]) -> dict[str, int]:
    return {name: sum(part.get(name) or 0 for part in parts) for name in names}


def too_large() -> State:
    """What the history shows of a run that an earlier version stored without limits."""
    return {"status": "failed", "message": TOO_LARGE, "totals": totals_of({"resources": []})}


def _with_short_texts(state: State) -> State:
    changes: State = {
        name: plain(state[name]) for name in ("message", "summary") if state.get(name)
    }
    for part, most in (("problem_groups", None), ("notes", MAX_NOTES)):
        if rows := state.get(part):
            changes[part] = [with_short_texts(row) for row in rows[:most]]
    return {**state, **changes}


def with_short_texts(row: dict[str, Any]) -> dict[str, Any]:
    """A problem or note with its texts within LIMITS, on one line and without secrets."""
    changes = {
        name: plain(value, LIMITS[name])
        for name, value in row.items()
        if name in LIMITS and isinstance(value, str) and not _is_plain(value, LIMITS[name])
    }
    return {**row, **changes} if changes else row


def _is_plain(text: str, max_characters: int) -> bool:
    return len(text) <= max_characters and text.isprintable()
