"""A destination with a run under way is refused, whoever started the run and under whatever
address."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import DestinationBusy, InvalidRequest, Unreachable
from sidecar.jobs.busy import require_free, require_idle, reserve_destination
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_store import RunStore
from sidecar.migration.instance.lease_entries import Entry
from tests.unit.jobs.samples import ORDER, RUN_ID
from tests.unit.migration.instance.fake_presets import FakeDestination

PORT = "http://localhost:8055"


class Destination(FakeDestination):
    """A destination with an address and a project."""

    url = "http://elsewhere"

    def read_text(self, path: str) -> str:
        if not self.reachable:
            raise Unreachable("closed")
        return "pong"

    def get(self, path: str, **_: Any) -> Any:
        return {"project_id": "project"}

    def lease(self, run_id: str) -> None:
        """Let a run on another machine hold the lease."""
        entry = Entry(7, run_id, "a run of the command line on ci", "ci/1:1", self.seconds + 60)
        self.rows[entry.id] = entry.row()


@pytest.fixture
def destination() -> Destination:
    return Destination()


def idle(space: Keyspace, destination: Destination) -> str:
    return require_idle(space, destination)  # type: ignore[arg-type]


def busy_run(space: Keyspace, destination: Destination) -> str | None:
    """The run that is linked to."""
    with pytest.raises(DestinationBusy) as caught:
        idle(space, destination)
    return caught.value.run_id


@pytest.mark.parametrize(
    ("locked", "entered"),
    [
        (PORT, "localhost:8055"),
        (PORT, " localhost:8055/admin "),
        (PORT, "127.0.0.1:8055"),
        (PORT, "[::1]:8055"),
        (PORT, "http://127.0.0.1:8055"),
        ("http://[::1]:8055", PORT),
        ("https://cms.example.com", "cms.example.com"),
        ("http://10.0.0.7:8055", "10.0.0.7:8055"),
    ],
)
def test_a_run_to_what_was_entered_is_found_without_a_request(
    space: Keyspace, locked: str, entered: str
) -> None:
    order = replace(ORDER, id="first", destination_url=locked)
    RunStore(space).create(order)
    require_free(space, entered)
    reserve_destination(space, order)
    with pytest.raises(DestinationBusy) as caught:
        require_free(space, entered)
    assert caught.value.run_id == "first"


@pytest.mark.parametrize("entered", ["http://127.0.0.2:8055", "localhost:8056", "localhost"])
def test_another_port_or_machine_is_free(space: Keyspace, entered: str) -> None:
    reserve_destination(space, replace(ORDER, id="first", destination_url=PORT))
    require_free(space, entered)


@pytest.mark.parametrize("entered", ["", "Zx81token_of-a-user", "me:pw@cms.eu"])
def test_what_is_no_address_is_refused(space: Keyspace, entered: str) -> None:
    with pytest.raises(InvalidRequest, match="URL"):
        require_free(space, entered)


def test_an_idle_project_is_named(space: Keyspace, destination: Destination) -> None:
    assert idle(space, destination) == idle(space, Destination()) != ""


def test_a_run_to_the_same_project_under_another_address_is_linked(
    space: Keyspace, destination: Destination
) -> None:
    identity = idle(space, destination)
    order = replace(ORDER, id="first", destination_url=PORT, destination_identity=identity)
    RunStore(space).create(order)
    reserve_destination(space, order)
    assert busy_run(space, destination) == "first"


def test_a_run_that_redis_does_not_know_is_found_at_the_destination(
    space: Keyspace, destination: Destination
) -> None:
    destination.lease("unknown")
    with pytest.raises(DestinationBusy, match="a run of the command line on ci"):
        idle(space, destination)
    assert busy_run(space, destination) is None
    destination.seconds += 60
    idle(space, destination)


def test_a_lease_of_a_run_of_this_source_is_linked_until_the_run_has_ended(
    space: Keyspace, destination: Destination
) -> None:
    destination.lease(RUN_ID)
    assert busy_run(space, destination) == RUN_ID
    RunStore(space).update(RUN_ID, 1, status="interrupted")
    idle(space, destination)


def test_a_destination_that_does_not_answer_is_said_to(
    space: Keyspace, destination: Destination
) -> None:
    destination.reachable = False
    with pytest.raises(InvalidRequest, match="does not answer") as caught:
        idle(space, destination)
    assert caught.value.code == "DESTINATION_UNREACHABLE"
