"""A run that is gone, or a preset of somebody else, does not keep a destination."""

from typing import Any

import pytest

from sidecar.errors import (
    DestinationBusy,
    NotADirectus,
)
from sidecar.migration.instance import lease_holder
from sidecar.migration.instance.lease import Lease
from sidecar.migration.instance.lease_expiry import LEASE_SECONDS
from sidecar.migration.instance.lease_holder import Holder, this_process
from sidecar.resources.system import LEASE
from tests.unit.migration.instance.fake_presets import ONE, FakeDestination, lease_of


@pytest.fixture
def destination() -> FakeDestination:
    return FakeDestination()


@pytest.mark.parametrize(
    "cause", ["expired", "same run", "is over", "dead", "this process", "far away"]
)
def test_the_lease_of_a_run_that_is_gone_is_taken_over(
    destination: FakeDestination, cause: str
) -> None:
    machine = this_process().rpartition("/")[0]
    process = {"dead": f"{machine}/999999999:1", "this process": this_process()}
    seconds = {"expired": -1, "same run": 59, "is over": 59, "far away": 901}
    lease = {
        "run": ONE.run_id if cause == "same run" else "x",
        "process": process.get(cause, "elsewhere/1:1"),
        "expires_at": destination.seconds + seconds.get(cause, LEASE_SECONDS),
    }
    destination.rows[7] = {"collection": LEASE, "layout_options": lease}
    holder = Holder("one", "run one", lambda run_id: (cause, run_id) == ("is over", "x"))
    with lease_of(destination, holder) as taken:
        taken.before_write()
        assert list(destination.rows) == [8]


@pytest.mark.parametrize("run_id", [ONE.run_id, "x"], ids=["same run", "is over"])
def test_a_lease_that_was_renewed_lately_keeps_its_own_run_away_too(
    destination: FakeDestination, run_id: str
) -> None:
    """A worker that counts as dead may still write."""
    expires_at = destination.seconds + LEASE_SECONDS - 20
    lease = {"run": run_id, "process": "elsewhere/1:1", "expires_at": expires_at}
    destination.rows[7] = {"collection": LEASE, "layout_options": lease}
    with lease_of(destination, Holder("one", "run one", lambda _: True)) as resumed:
        with pytest.raises(DestinationBusy, match="free again in 10 s"):
            resumed.before_write()
        resumed.require_free()
        resumed.before_write()
    assert destination.seconds == 1_000_010


def test_it_is_not_waited_for_a_run_that_goes_on_or_shows_more_signs_of_life(
    destination: FakeDestination,
) -> None:
    def lease_until(seconds: float) -> Any:
        lease = {
            "run": "x",
            "process": "elsewhere/1:1",
            "expires_at": destination.seconds + seconds,
        }
        return {"collection": LEASE, "layout_options": lease}

    destination.rows[7] = lease_until(LEASE_SECONDS)
    with lease_of(destination) as late, pytest.raises(DestinationBusy):
        late.require_free()
    assert destination.seconds == 1_000_000

    def renewed(seconds: float) -> None:
        destination.seconds += int(seconds)
        destination.rows[7] = lease_until(LEASE_SECONDS)

    holder = Holder("one", "run one", lambda _: True)
    late = Lease(destination, holder, lambda: destination.seconds, renewed)  # type: ignore[arg-type]
    with late, pytest.raises(DestinationBusy):
        late.require_free()
    assert destination.seconds == 1_000_030


def test_machines_that_cannot_name_their_processes_are_not_taken_for_one(
    destination: FakeDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_holder, "_machine", lambda: "")
    lease = {"run": "x", "process": "", "expires_at": destination.seconds + LEASE_SECONDS}
    destination.rows[7] = {"collection": LEASE, "layout_options": lease}
    with lease_of(destination) as late, pytest.raises(DestinationBusy):
        late.before_write()


def test_what_a_killed_run_left_is_removed_though_nothing_else_is_to_be_written(
    destination: FakeDestination,
) -> None:
    destination.rows[7] = {"collection": LEASE, "layout_options": {"run": ONE.run_id}}
    with lease_of(destination) as lease:
        lease.require_free()
        lease.clean_up()
    assert list(destination.rows) == [8]
    destination.writes.clear()
    with lease_of(destination) as lease:
        lease.require_free()
        lease.clean_up()
    assert destination.writes == []


@pytest.mark.parametrize("owner", ["user", "role"])
def test_a_preset_that_somebody_made_keeps_nobody_away(
    destination: FakeDestination, owner: str
) -> None:
    """Each user of an app may make presets of their own, of any collection."""
    lease = {"run": "x", "expires_at": destination.seconds + 60}
    destination.rows[7] = {"collection": LEASE, owner: "ada", "layout_options": lease}
    with lease_of(destination) as taken:
        taken.require_free()
        taken.before_write()
    assert list(destination.rows) == [7, 8]


@pytest.mark.parametrize(
    "options", [None, "text", [], {"expires_at": "soon"}, {"expires_at": 10**400, "name": {}}]
)
def test_a_damaged_lease_keeps_nobody_away(destination: FakeDestination, options: Any) -> None:
    destination.rows[7] = {"collection": LEASE, "layout_options": options}
    with lease_of(destination) as lease:
        lease.require_free()


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": "../users/1"}, {"id": [7]}, {"id": {}}])
def test_a_preset_with_no_number_is_none_of_directus(
    destination: FakeDestination, row: dict[str, Any]
) -> None:
    destination.search = lambda path, query: [row]  # type: ignore[method-assign]
    with lease_of(destination) as lease:
        for step in (lease.begin_reading, lease.require_free, lease.before_write):
            with pytest.raises(NotADirectus):
                step()
    assert destination.writes == []
