"""How many requests per second: a cap that stays, and a lowered rate that grows again."""

import math

import pytest

from sidecar.directus.request_rate import (
    DOUBLING_SECONDS,
    MIN_ACCEPTED_RATE,
    MIN_RATE,
    RATE_CUT,
    RECENT_SECONDS,
    SAFETY_MARGIN,
    RequestRate,
)


def send(rate: RequestRate, times: int, now: float) -> float:
    """Send ``times`` requests as early as allowed, and return the time of the last one."""
    for _ in range(times):
        now += max(0.0, rate.wait(now))
        rate.record(now)
    return now


def refused(per_second: int) -> RequestRate:
    """A rate that was refused at the time 0, after so many requests in the second before."""
    rate = RequestRate(None)
    for request in range(int(per_second * RECENT_SECONDS)):
        rate.record(-1 + request / per_second / RECENT_SECONDS)
    rate.lower(0.0)
    return rate


def test_without_a_cap_nothing_waits() -> None:
    rate = RequestRate(None)
    assert send(rate, 1000, 5.0) == 5.0
    assert rate.held_back(5.0) is None


def test_a_cap_spaces_requests_evenly() -> None:
    rate = RequestRate(20.0)
    assert [round(send(rate, 1, 5.0), 3) for _ in range(4)] == [5.0, 5.05, 5.1, 5.15]


def test_time_without_requests_is_not_saved_up() -> None:
    rate = RequestRate(20.0)
    send(rate, 1, 0.0)
    assert send(rate, 21, 100.0) == pytest.approx(101.0)


def test_the_lowest_cap_applies_and_that_of_an_instance_has_a_margin() -> None:
    rate = RequestRate(50.0)
    rate.allow(100, 10)
    rate.allow(1000, 10)
    assert send(rate, 91, 0.0) == pytest.approx(90 / (SAFETY_MARGIN * 10))


def test_the_recent_rate_forgets_old_requests() -> None:
    rate = RequestRate(None)
    send(rate, 30, 0.0)
    assert rate.recent(0.0) == 30 / RECENT_SECONDS
    assert rate.recent(RECENT_SECONDS) == 30 / RECENT_SECONDS
    assert rate.recent(RECENT_SECONDS + 0.1) == 0.0


def test_a_rate_close_to_its_cap_is_reported() -> None:
    rate = RequestRate(20.0)
    now = send(rate, 60, 0.0)
    assert rate.held_back(now) == "RATE_LIMIT"
    assert rate.held_back(now + RECENT_SECONDS + 0.1) is None


def test_a_refusal_lowers_the_rate() -> None:
    rate = refused(100)
    assert rate.held_back(0.0) == "REFUSED_LATELY"
    assert send(rate, 71, 0.0) == pytest.approx(1.0, rel=0.01)
    assert pytest.approx(70) == RATE_CUT * 100


def test_a_low_rate_is_not_lowered_further() -> None:
    assert refused(int(MIN_RATE)).held_back(0.0) is None
    rate = refused(int(MIN_RATE) + 1)
    assert send(rate, 11, 0.0) == pytest.approx(10 / MIN_RATE)


def test_a_lowered_rate_doubles_in_its_time_once_it_may_grow() -> None:
    rate = refused(100)
    assert send(rate, 1040, 0.0) < 15.0
    rate.recover(10 + DOUBLING_SECONDS / 2, since=10.0)
    assert send(rate, 480, 15.0) < 20.0
    rate.recover(10 + DOUBLING_SECONDS, since=10.0)
    now = send(rate, 1, 20.0)
    assert send(rate, 140, now) - now == pytest.approx(1.0, rel=0.01)


def test_a_lowered_rate_ends_when_it_limits_nothing() -> None:
    rate = refused(100)
    rate.recover(20.0, since=5.0)
    assert rate.held_back(20.0) is None
    assert send(rate, 1000, 20.0) == 20.0


def test_a_cap_below_the_lowered_rate_is_what_limits() -> None:
    rate = refused(100)
    rate.allow(40 / SAFETY_MARGIN, 1)
    assert send(rate, 41, 0.0) == pytest.approx(1.0)
    assert rate.held_back(1.0) == "RATE_LIMIT"


@pytest.mark.parametrize(
    ("requests", "seconds"),
    [(1, 1e9), (1e-9, 1), (1, math.inf), (math.inf, math.inf), (1, math.nan)],
)
def test_an_announced_limit_is_never_a_wait_without_end(requests: float, seconds: float) -> None:
    rate = RequestRate(None)
    rate.allow(requests, seconds)
    assert send(rate, 3, 0.0) == pytest.approx(2 / MIN_ACCEPTED_RATE)
