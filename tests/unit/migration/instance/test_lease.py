"""One run at a time writes to a destination, whoever started it."""

from collections.abc import Iterator
from functools import partial
from threading import Event
from typing import Any

import pytest

from sidecar.directus.retry import is_worth_retrying
from sidecar.errors import (
    Cancelled,
    DestinationBusy,
    NotConnected,
    Overloaded,
    Unreachable,
)
from sidecar.migration.instance.journal import read_journal, require_same_journal
from sidecar.migration.instance.lease import LOST, SOON, Lease
from sidecar.migration.instance.lease_expiry import LEASE_SECONDS
from sidecar.migration.instance.lease_holder import Holder
from sidecar.resources.system import JOURNAL, LEASE
from tests.unit.migration.instance.fake_presets import ONE, OTHER, FakeDestination, lease_of


@pytest.fixture
def destination() -> FakeDestination:
    return FakeDestination()


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
    (mark,) = destination.rows.values()
    assert mark["layout_options"] == {"run": "one", "ended": True, "expires_at": 0}
    assert destination.writes == ["POST", "PATCH"]


@pytest.mark.parametrize("holder", [ONE, OTHER], ids=["same run", "another run"])
def test_the_mark_of_a_run_that_has_ended_keeps_nobody_away_and_is_replaced(
    destination: FakeDestination, holder: Holder
) -> None:
    with lease_of(destination) as first:
        first.before_write()
    destination.writes.clear()
    with lease_of(destination, Holder(holder.run_id, holder.name, lambda _: True)) as second:
        second.begin_reading()
        second.require_free()
        second.clean_up()
        assert (destination.writes, destination.asked_for_time) == ([], 1)
        second.before_write()
        assert list(destination.rows) == [2]


@pytest.mark.parametrize("ends_well", [True, False])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_run_that_came_and_went_while_another_made_its_plan_makes_the_plan_stale(
    destination: FakeDestination, is_first: bool, ends_well: bool
) -> None:
    if not is_first:
        with lease_of(destination, Holder("zero", "run zero")) as zero:
            zero.before_write()
    with lease_of(destination) as planning:
        planning.begin_reading()
        with lease_of(destination, OTHER) as other:
            other.before_write()
            destination.reachable = ends_well
        destination.reachable = True
        destination.seconds += 0 if ends_well else LEASE_SECONDS + 1
        planning.require_free()
        before = dict(destination.rows)
        with pytest.raises(DestinationBusy, match="Another run has written"):
            planning.before_write()
    assert destination.rows == before
    with lease_of(destination) as again:
        again.begin_reading()
        again.before_write()


def test_a_run_that_ends_between_the_first_look_and_the_second_makes_the_plan_stale(
    destination: FakeDestination,
) -> None:
    with lease_of(destination) as planning:
        with lease_of(destination, OTHER) as other:
            other.before_write()
            planning.begin_reading()
            other._renew()
        planning.require_free()
        with pytest.raises(DestinationBusy, match="Start it again"):
            planning.before_write()


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
    assert [row["layout_options"]["ended"] for row in destination.rows.values()] == [True]


def test_a_run_whose_plan_is_stale_writes_nothing_and_gives_the_lease_back(
    destination: FakeDestination,
) -> None:
    entries = read_journal(destination)  # type: ignore[arg-type]
    with lease_of(destination) as lease:
        lease.when_taken = partial(require_same_journal, destination, entries)  # type: ignore[arg-type]
        destination.rows[7] = {"collection": JOURNAL, "layout_options": {"paused": ["flow"]}}
        with pytest.raises(DestinationBusy, match="Start it again"):
            lease.before_write()
    assert list(destination.rows) == [7]


def test_a_run_whose_plan_holds_may_write(destination: FakeDestination) -> None:
    destination.rows[7] = {"collection": JOURNAL, "layout_options": {"paused": ["flow"]}}
    entries = read_journal(destination)  # type: ignore[arg-type]
    with lease_of(destination) as lease:
        lease.when_taken = partial(require_same_journal, destination, entries)  # type: ignore[arg-type]
        lease.before_write()
        assert len(destination.rows) == 2


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
    assert [row["layout_options"]["ended"] for row in destination.rows.values()] == [True]


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


def test_an_entry_whose_answer_was_lost_makes_no_plan_stale(destination: FakeDestination) -> None:
    create = destination.create

    def lose_the_answer(path: str, row: Any, **_: Any) -> Any:
        create(path, row)
        raise NotConnected("The answer ends in its middle")

    with lease_of(destination) as lease:
        lease.begin_reading()
        destination.create = lose_the_answer  # type: ignore[method-assign]
        with pytest.raises(NotConnected):
            lease.before_write()
        destination.create = create  # type: ignore[method-assign]
        lease.before_write()
        assert list(destination.rows) == [2]


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
