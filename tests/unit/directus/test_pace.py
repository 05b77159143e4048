"""The pace: what an instance answers decides how much it is asked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from typing import Any

import pytest

from sidecar.config import Caps
from sidecar.directus.pace import MAX_RETRY_AFTER, PATIENCE_SECONDS, PAUSE_SECONDS, AdaptiveLimiter
from sidecar.errors import Cancelled


class Clock:
    """A clock that stands still until it is told; whoever waits for it waits no real time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def made(clock: Clock, **caps: Any) -> AdaptiveLimiter:
    """A pace whose waiting moves the clock."""
    pace = AdaptiveLimiter(Caps(**caps), clock)

    def wait(seconds: float | None = None) -> bool:
        assert seconds is not None, "nothing is under way that could be waited for"
        clock.waited.append(seconds)
        clock.now += seconds
        return True

    pace._changed.wait = wait  # type: ignore[assignment]
    return pace


def send(pace: AdaptiveLimiter, times: int = 1) -> None:
    for _ in range(times):
        with pace.slot():
            pass


def saturate(pace: AdaptiveLimiter, seconds: float, size: int = 100_000) -> None:
    """As many requests at once as may be, each answered after so many seconds."""
    limit = pace.state()["concurrency"]
    with ExitStack() as stack:
        for _ in range(limit):
            stack.enter_context(pace.slot())
        for _ in range(limit):
            pace.answered("POST /items/a", seconds, size)


def test_without_a_word_of_the_instance_nothing_waits(clock: Clock) -> None:
    send(made(clock), 100)
    assert clock.waited == []


def test_after_a_retry_after_no_request_comes_too_early(clock: Clock) -> None:
    pace = made(clock)
    pace.refused(7)
    assert pace.state()["held_back"] == "ASKED_TO_WAIT"
    send(pace)
    assert clock.now == 107
    pace.refused(86_400)
    send(pace)
    assert clock.now >= 107 + MAX_RETRY_AFTER


@pytest.mark.parametrize("retry_after", [None, 0.0])
def test_a_refusal_without_a_time_pauses_all_the_same(
    clock: Clock, retry_after: float | None
) -> None:
    pace = made(clock)
    pace.refused(retry_after)
    send(pace)
    assert clock.now == 100 + PAUSE_SECONDS


def test_a_request_that_waits_is_given_up_when_the_run_is_cancelled(clock: Clock) -> None:
    pace = made(clock)

    def cancelled() -> None:
        raise Cancelled("stop")

    pace.refused(60)
    pace.go_on = cancelled
    with pytest.raises(Cancelled), pace.slot():
        pass
    assert clock.now < 102


def test_refusals_halve_what_is_at_once_but_those_of_one_moment_count_once(clock: Clock) -> None:
    pace = made(clock)
    for _ in range(4):
        pace.refused(1)
    assert (pace.state()["concurrency"], pace.refusals) == (2, 1)
    clock.now += 10
    pace.refused(1)
    assert (pace.state()["concurrency"], pace.refusals) == (1, 2)


def test_the_rate_falls_below_the_one_that_was_refused(clock: Clock) -> None:
    pace = made(clock)
    for _ in range(100):
        send(pace)
        clock.now += 0.02
    pace.refused(1)
    send(pace)
    before = clock.now
    send(pace, 35)
    assert clock.now - before == pytest.approx(1.0, rel=0.1)
    assert pace.state()["held_back"] == "REFUSED_LATELY"


def test_the_limits_grow_again_only_after_a_while_and_later_each_time(clock: Clock) -> None:
    pace = made(clock)
    for patience in (PATIENCE_SECONDS, 2 * PATIENCE_SECONDS):
        pace.refused(1)
        before, refused_at = pace.state()["concurrency"], clock.now
        clock.now += 1
        while clock.now < refused_at + patience - 2:
            saturate(pace, 0.1)
            clock.now += 1
        assert pace.state()["concurrency"] == before
        clock.now = refused_at + patience
        for _ in range(10):
            saturate(pace, 0.1)
        assert pace.state()["concurrency"] > before


def test_a_rate_that_was_lowered_grows_until_it_limits_nothing(clock: Clock) -> None:
    pace = made(clock)
    for _ in range(100):
        send(pace)
        clock.now += 0.05
    pace.refused(1)
    clock.now += PATIENCE_SECONDS
    for _ in range(3000):
        with pace.slot():
            clock.now += 0.02
            pace.answered("GET /items/a", 0.02, 1000)
    assert pace.state()["held_back"] is None
    assert clock.now < 110 + PATIENCE_SECONDS + 100


def test_more_at_once_as_long_as_each_takes_no_longer(clock: Clock) -> None:
    pace = made(clock, concurrency=9)
    for _ in range(20):
        saturate(pace, 0.1)
    assert pace.state() | {"requests_per_second": 0} == {
        "concurrency": 9,
        "requests_per_second": 0,
        "held_back": "MOST_CONCURRENCY",
    }


def test_no_more_at_once_when_that_only_makes_each_take_longer(clock: Clock) -> None:
    pace = made(clock)
    for _ in range(50):
        # An instance that works at one request after the other.
        saturate(pace, 0.1 * pace.state()["concurrency"])
    assert 1 < pace.state()["concurrency"] <= 6
    assert pace.state()["held_back"] == "LATENCY"


def test_a_large_answer_may_take_longer_than_a_small_one(clock: Clock) -> None:
    pace = made(clock, concurrency=9)
    for _ in range(20):
        saturate(pace, 0.01, 10_000)
        saturate(pace, 1.0, 1_198_000)
    assert pace.state()["concurrency"] == 9


@pytest.fixture(params=["server", "setting"])
def limited(request: pytest.FixtureRequest, clock: Clock) -> Iterator[AdaptiveLimiter]:
    """A pace of at most 45 requests a second."""
    if request.param == "server":
        pace = made(clock)
        pace.allow(100, 2)
        yield pace
    else:
        yield made(clock, requests_per_second=45)


def test_a_known_rate_is_never_exceeded(limited: AdaptiveLimiter, clock: Clock) -> None:
    send(limited, 451)
    assert clock.now - 100 == pytest.approx(10)
    assert limited.state()["held_back"] == "RATE_LIMIT"


def test_no_more_requests_at_once_than_the_cap() -> None:
    pace = AdaptiveLimiter(Caps(concurrency=2))
    together = Barrier(2, timeout=10)

    def one(_: int) -> int:
        with pace.slot():
            together.wait()
            return pace._active

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(one, range(20))) == 2
