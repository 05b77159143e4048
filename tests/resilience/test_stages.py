"""SIGKILL of the process that migrates at the boundary of each stage, and of each step of apply."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.resilience.arrival import faults
from tests.resilience.lab import Lab
from tests.resilience.tripwire import Condition, Passage
from tests.stack.conditions import wait_until
from tests.stack.seed.studio import FLOWS

ACTIVATED = [f"/flows/{flow['id']}" for flow in FLOWS if flow["status"] == "active"]


def passing(side: str, method: str, *paths: str, answered: bool = False) -> Callable[[], Condition]:
    """A passage by what it is."""

    def condition(passage: Passage) -> bool:
        return (passage.side, passage.method, passage.answered) == (
            side,
            method,
            answered,
        ) and passage.path in paths

    return lambda: condition


def beginning_to_verify() -> Condition:
    """It is asked what happened at the source, when flows were activated."""
    activated = False

    def condition(passage: Passage) -> bool:
        nonlocal activated
        activated = activated or (passage.path in ACTIVATED and passage.answered)
        return activated and (passage.side, passage.path) == ("source", "/activity")

    return condition


# In the order in which a migration comes by them.
BOUNDARIES: dict[str, Callable[[], Condition]] = {
    "extract begins": passing("destination", "GET", "/users/me"),
    "plan begins": passing("destination", "SEARCH", "/presets"),
    "apply begins": passing("destination", "POST", "/schema/apply"),
    "the schema is in, in loading mode": passing(
        "destination", "POST", "/schema/apply", answered=True
    ),
    "numbered rows are in, unheard of": passing(
        "destination", "POST", "/permissions", answered=True
    ),
    "a file is in, but not its columns": passing("destination", "POST", "/files", answered=True),
    "files are whole, but for who uploaded them": passing(
        "destination", "PATCH", "/files", answered=True
    ),
    "flows are in, without what they begin with": passing(
        "destination", "POST", "/operations", answered=True
    ),
    "rows are in, and settings": passing("destination", "PATCH", "/settings", answered=True),
    "a flow is active": passing("destination", "PATCH", *ACTIVATED, answered=True),
    "verify begins": beginning_to_verify,
    "the person was told": passing("source", "POST", "/notifications", answered=True),
}


@pytest.fixture(scope="module")
def run_id(lab: Lab) -> str:
    """The one run that all this happens to. It waits for a worker."""
    lab.renew_destination()
    lab.worker.process.stop()
    return lab.start()


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_work_horse_is_killed_the_person_told_and_the_run_resumed(
    lab: Lab, run_id: str, boundary: str
) -> None:
    lab.tripwire.arm(BOUNDARIES[boundary](), partial(lab.kill, "horse"))
    if lab.worker.process.running:
        lab.resume(run_id)
    else:
        lab.worker.start()
    run = lab.client.wait_for_end(run_id)
    assert lab.tripwire.sprung.is_set()
    assert run["status"] == "interrupted"
    assert run["attempt"] == 1 + list(BOUNDARIES).index(boundary)
    wait_until(lambda: lab.subjects(run_id).count("Migration interrupted") == run["attempt"])


def test_after_all_this_it_completes_and_everything_is_there_once_and_whole(
    lab: Lab, run_id: str
) -> None:
    lab.resume(run_id)
    run = lab.client.wait_for_end(run_id)
    assert run["status"] == "completed", run["problems"]
    assert run["attempt"] == 1 + len(BOUNDARIES)
    assert faults(lab) == []
    # Once more than needed: the last kill came before it was on record that the person had been
    # told.
    assert lab.subjects(run_id).count("Migration completed") == 2
