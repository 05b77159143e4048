"""The state of a run: a JSON object with its status, its attempt and its latest report."""

from typing import Any

State = dict[str, Any]
# What an attempt has found that has not begun. The problems are kept apart; only earlier versions
# kept them here.
NO_RESULTS: State = {
    "resources": [],
    "notes": [],
    "problems": [],
    "problem_count": 0,
    "problem_groups": [],
}
# What a run is that has reported nothing yet.
NOTHING_YET: State = {
    "message": None,
    "destination": None,
    "schema": None,
    "schema_added": None,
    "stages": [],
    **NO_RESULTS,
}
# A run with another status has ended. An interrupted run has ended, but can be resumed.
ACTIVE_STATUSES = frozenset({"queued", "running"})


def stage_of(state: State) -> str | None:
    """The name of the stage that the run is in; None between stages, and before the first one."""
    stages = state.get("stages") or ()
    return next((stage["name"] for stage in stages if stage["status"] == "running"), None)


def is_active(state: State) -> bool:
    """Whether the run is queued or running."""
    return state["status"] in ACTIVE_STATUSES


def attempt_of(state: State) -> int:
    """The number of the current attempt; the first one is 1."""
    return int(state.get("attempt", 1))


def is_attempt_active(state: State, attempt: int) -> bool:
    """Whether the run is queued or running, and ``attempt`` is its current attempt."""
    return is_active(state) and attempt_of(state) == attempt
