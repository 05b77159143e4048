"""One run at a time writes to a destination, whoever started it; a dead one does not keep it."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from sidecar.directus.retry import is_worth_retrying
from sidecar.errors import (
    Cancelled,
    DestinationBusy,
    DirectusRejected,
    NotConnected,
    Overloaded,
    Unreachable,
)
from sidecar.migration.instance import lease_holder
from sidecar.migration.instance.lease import LEASE_SECONDS, LOST, SOON, Lease
from sidecar.migration.instance.lease_holder import Holder, is_dead, this_process
from sidecar.resources.system import LEASE
from tests.unit.migration.instance.filters import matches

ONE, OTHER = Holder("one", "run one"), Holder("other", "run other")


class FakeDestination:
    """The presets of a destination whose clock is years away from ours."""

    def __init__(self) -> None:
        self.rows: dict[int, Any] = {}
        self.seconds = 1_000_000
        self.writes: list[str] = []
        self.reachable = True
        self.before_write: Any = None

    def twin(self, **_: Any) -> "FakeDestination":
        return self

    @contextmanager
    def open(self, path: str) -> Iterator[Any]:
        yield SimpleNamespace(headers={"Date": formatdate(self.seconds, usegmt=True)})

    def search(self, path: str, query: Any) -> list[Any]:
        rows = [{"id": key, **row} for key, row in sorted(self.rows.items())]
        return [row for row in rows if matches(query["filter"], row)]

    def create(self, path: str, row: Any, **_: Any) -> Any:
        self._write("POST")
        key = max(self.rows, default=0) + 1
        self.rows[key] = row
        return {"id": key}

    def update(self, path: str, row: Any, **_: Any) -> None:
        self._write("PATCH")
        self.rows[self._key(path)] = row

    def send(self, method: str, path: str) -> None:
        self._write(method)
        del self.rows[self._key(path)]

    def close(self) -> None: ...

    def _write(self, method: str) -> None:
        if not self.reachable:
            raise Unreachable("No answer")
        self.writes.append(method)

    def _key(self, path: str) -> int:
        key = int(path.rpartition("/")[2])
        if key not in self.rows:
            raise DirectusRejected("No permission", code="FORBIDDEN", status=403)
        return key


@pytest.fixture
def destination() -> FakeDestination:
    return FakeDestination()


def lease_of(destination: FakeDestination, holder: Holder = ONE) -> Lease:
    """A lease with a clock that the test sets: the one of the destination."""
    return Lease(destination, holder, lambda: float(destination.seconds))  # type: ignore[arg-type]


def test_a_lease_is_taken_before_the_first_write_only_and_given_back(
    destination: FakeDestination,
) -> None:
    with lease_of(destination) as lease:
        lease.require_free()
        assert destination.writes == []
        destination.before_write()
        destination.before_write()
        (row,) = destination.rows.values()
        assert row["collection"] == LEASE
        assert row["layout_options"]["expires_at"] == destination.seconds + LEASE_SECONDS
    assert (destination.rows, destination.writes) == ({}, ["POST", "DELETE"])


def test_a_second_run_is_refused_while_the_first_holds_it(destination: FakeDestination) -> None:
    with lease_of(destination) as first, lease_of(destination, OTHER) as second:
        second.require_free()
        first.before_write()
        for attempt in (second.require_free, second.before_write):
            with pytest.raises(DestinationBusy, match=r"run one.+free again in 90 s"):
                attempt()
        assert len(destination.rows) == 1


def test_of_two_that_take_it_at_once_at_most_one_gets_it(destination: FakeDestination) -> None:
    """Both find it free, because neither has written yet."""
    late = lease_of(destination, OTHER)
    searches: Iterator[list[Any]] = iter([[]])
    search = destination.search
    with lease_of(destination) as first:
        first.before_write()
        destination.search = lambda *_: next(searches, None) or search(*_)  # type: ignore[method-assign]
        with pytest.raises(DestinationBusy):
            late.before_write()
    assert destination.rows == {}


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
        destination.seconds += 10
        resumed.before_write()


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
    assert destination.rows == {}
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
    assert list(destination.rows) == [7]


@pytest.mark.parametrize(
    "options", [None, "text", [], {"expires_at": "soon"}, {"expires_at": 10**400, "name": {}}]
)
def test_a_damaged_lease_keeps_nobody_away(destination: FakeDestination, options: Any) -> None:
    destination.rows[7] = {"collection": LEASE, "layout_options": options}
    with lease_of(destination) as lease:
        lease.require_free()


def test_a_renewed_lease_does_not_expire(destination: FakeDestination) -> None:
    with lease_of(destination) as lease:
        lease.before_write()
        destination.seconds += LEASE_SECONDS - 1
        lease._renew()
        destination.seconds += LEASE_SECONDS - 1
        with lease_of(destination, OTHER) as other, pytest.raises(DestinationBusy):
            other.require_free()
        assert lease.lost == ""


def test_a_run_whose_lease_is_gone_stops_and_may_still_restore_the_destination(
    destination: FakeDestination,
) -> None:
    with lease_of(destination) as lease:
        lease.before_write()
        destination.rows.clear()
        lease._renew()
        assert lease.lost == LOST
        lease.before_write()


def test_a_run_that_slept_too_long_writes_nothing_more_if_another_one_has_begun(
    destination: FakeDestination,
) -> None:
    with lease_of(destination) as asleep, lease_of(destination, OTHER) as awake:
        asleep.before_write()
        destination.seconds += LEASE_SECONDS + 1
        awake.before_write()
        assert len(destination.rows) == 1
        with pytest.raises(Cancelled, match="run other"):
            asleep.before_write()
    assert "run other" in asleep.lost


def test_a_destination_that_cannot_be_reached_costs_no_lease(destination: FakeDestination) -> None:
    with lease_of(destination) as lease:
        lease.before_write()
        destination.reachable = False
        lease._renew()
        assert lease.lost == ""
    assert len(destination.rows) == 1


def test_nothing_is_written_while_a_lease_that_has_expired_cannot_be_renewed(
    destination: FakeDestination,
) -> None:
    with lease_of(destination) as lease:
        lease.before_write()
        destination.seconds += LEASE_SECONDS + 1
        destination.reachable = False
        for _ in range(2):
            with pytest.raises(NotConnected, match="start the run again"):
                lease.before_write()
        destination.reachable = True
        destination.seconds += 2
        lease.before_write()
        assert lease.lost == ""
    assert destination.rows == {}


@pytest.mark.parametrize("error", [Unreachable("No answer"), KeyError("data"), KeyboardInterrupt()])
def test_a_lease_that_cannot_be_taken_to_the_end_leaves_nothing(
    destination: FakeDestination, error: BaseException
) -> None:
    searches: Iterator[list[Any]] = iter([[]])

    def search(path: str, query: Any) -> list[Any]:
        for found in searches:
            return found
        raise error

    destination.search = search  # type: ignore[method-assign]
    with lease_of(destination) as lease, pytest.raises(type(error)):
        lease.before_write()
    assert (destination.rows, destination.writes) == ({}, ["POST", "DELETE"])


def test_no_error_ends_the_renewals(
    destination: FakeDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried_again, tries = Event(), iter([KeyError("data"), OverflowError("a strange date")])

    def renew(_: Any) -> None:
        for error in tries:
            raise error
        tried_again.set()

    monkeypatch.setattr("sidecar.migration.instance.lease.RENEW_SECONDS", 0.001)
    monkeypatch.setattr(Lease, "_renew", renew)
    with lease_of(destination) as lease:
        lease.before_write()
        assert tried_again.wait(10)


def test_a_renewal_waits_for_retry_after() -> None:
    assert is_worth_retrying(Overloaded("Slow down", retry_after=15.0), SOON)


def test_a_process_is_dead_only_if_it_could_be_seen_from_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine, _, mine = this_process().rpartition("/")
    assert not is_dead(this_process())
    assert is_dead(f"{machine}/{mine}0")
    for unseen in ("", "nonsense", f"elsewhere/{mine}", f"{machine}/x:1", f"{machine}/-1:1"):
        assert not is_dead(unseen)
    monkeypatch.setattr(lease_holder, "_machine", lambda: "")
    assert this_process() == ""
