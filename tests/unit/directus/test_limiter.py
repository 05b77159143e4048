"""The limiter: what an instance answers decides how fast it is asked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier, Lock
from typing import Any

import pytest

from sidecar.cancellation import CancelToken
from sidecar.config import Caps
from sidecar.directus.limiter import CHECK_SECONDS, AdaptiveLimiter
from sidecar.directus.retry_gate import (
    MAX_RETRY_AFTER_SECONDS,
    MIN_RECOVERY_SECONDS,
    PAUSE_SECONDS,
)
from sidecar.errors import Cancelled
from tests.unit.directus.fake_clock import FakeClock

NEVER = CancelToken()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def limiter_of(clock: FakeClock, **caps: Any) -> AdaptiveLimiter:
    return AdaptiveLimiter(Caps(**caps), clock)


def send(limiter: AdaptiveLimiter, times: int = 1) -> None:
    for _ in range(times):
        with limiter.slot(NEVER):
            pass


def saturate(limiter: AdaptiveLimiter, seconds: float, size: int = 100_000) -> None:
    """Send as many requests together as the limit allows; each is answered after ``seconds``."""
    limit = limiter.state()["concurrency"]
    with ExitStack() as stack:
        for _ in range(limit):
            stack.enter_context(limiter.slot(NEVER))
        for _ in range(limit):
            limiter.answered("POST /items/a", seconds, size)


def test_nothing_waits_before_the_instance_asks_for_it(clock: FakeClock) -> None:
    send(limiter_of(clock), 100)
    assert clock.waits == []


def test_no_request_is_sent_before_retry_after_is_over(clock: FakeClock) -> None:
    limiter = limiter_of(clock)
    limiter.refused(7)
    assert limiter.state()["held_back"] == "ASKED_TO_WAIT"
    assert limiter.state()["held_back"] == "ASKED_TO_WAIT"
    send(limiter)
    assert clock.time == 107
    limiter.refused(86_400)
    send(limiter)
    assert clock.time >= 107 + MAX_RETRY_AFTER_SECONDS


@pytest.mark.parametrize("retry_after", [None, 0.0])
def test_a_refusal_without_retry_after_causes_a_short_pause(
    clock: FakeClock, retry_after: float | None
) -> None:
    limiter = limiter_of(clock)
    limiter.refused(retry_after)
    send(limiter)
    assert clock.time == 100 + PAUSE_SECONDS


def test_urgent_requests_do_not_wait_for_a_long_retry_after(clock: FakeClock) -> None:
    limiter = limiter_of(clock)
    limiter.refused(60)
    limiter.shorten_waits()
    send(limiter)
    assert clock.time == 100
    limiter.refused(60)
    send(limiter)
    assert clock.time == 100 + PAUSE_SECONDS


def test_a_cancelled_run_sends_no_request(clock: FakeClock) -> None:
    with (
        pytest.raises(Cancelled),
        limiter_of(clock).slot(CancelToken(lambda: True)),
    ):
        pass
    assert clock.waits == []


def test_a_waiting_request_gives_up_soon_after_the_run_is_cancelled(clock: FakeClock) -> None:
    limiter = limiter_of(clock)
    limiter.refused(60)
    cancel = CancelToken(lambda: clock.time > 101)
    with pytest.raises(Cancelled), limiter.slot(cancel):
        pass
    assert clock.time <= 101 + CHECK_SECONDS
    send(limiter)
    assert clock.time == 160


def test_each_waiting_request_has_a_token_of_its_run(clock: FakeClock) -> None:
    limiter = limiter_of(clock)
    limiter.refused(60)
    with pytest.raises(Cancelled), limiter.slot(CancelToken(lambda: True)):
        pass
    with limiter.slot(NEVER):
        assert clock.time == 160


def test_a_refusal_halves_the_concurrency_and_those_of_one_moment_count_once(
    clock: FakeClock,
) -> None:
    limiter = limiter_of(clock)
    for _ in range(4):
        limiter.refused(1)
    assert (limiter.state()["concurrency"], limiter.refusals) == (2, 1)
    clock.time += 10
    limiter.refused(1)
    assert (limiter.state()["concurrency"], limiter.refusals) == (1, 2)


def test_the_rate_falls_below_the_one_that_was_refused(clock: FakeClock) -> None:
    limiter = limiter_of(clock)
    for _ in range(100):
        send(limiter)
        clock.time += 0.02
    limiter.refused(1)
    send(limiter)
    before = clock.time
    send(limiter, 35)
    assert clock.time - before == pytest.approx(1.0, rel=0.1)
    assert limiter.state()["held_back"] == "REFUSED_LATELY"


def test_the_limits_grow_again_after_a_recovery_that_takes_longer_each_time(
    clock: FakeClock,
) -> None:
    limiter = limiter_of(clock)
    for recovery in (MIN_RECOVERY_SECONDS, 2 * MIN_RECOVERY_SECONDS):
        limiter.refused(1)
        before, refused_at = limiter.state()["concurrency"], clock.time
        clock.time += 1
        while clock.time < refused_at + recovery - 2:
            saturate(limiter, 0.1)
            clock.time += 1
        assert limiter.state()["concurrency"] == before
        clock.time = refused_at + recovery
        for _ in range(10):
            saturate(limiter, 0.1)
        assert limiter.state()["concurrency"] > before


def test_a_lowered_rate_grows_until_it_limits_nothing(clock: FakeClock) -> None:
    limiter = limiter_of(clock)
    for _ in range(100):
        send(limiter)
        clock.time += 0.05
    limiter.refused(1)
    clock.time += MIN_RECOVERY_SECONDS
    for _ in range(3000):
        with limiter.slot(NEVER):
            clock.time += 0.02
            limiter.answered("GET /items/a", 0.02, 1000)
    assert limiter.state()["held_back"] is None
    assert clock.time < 110 + MIN_RECOVERY_SECONDS + 100


def test_the_concurrency_grows_while_answers_take_no_longer(clock: FakeClock) -> None:
    limiter = limiter_of(clock, concurrency=9)
    for _ in range(20):
        saturate(limiter, 0.1)
    assert limiter.state() | {"requests_per_second": 0} == {
        "concurrency": 9,
        "requests_per_second": 0,
        "held_back": "MOST_CONCURRENCY",
    }


def test_the_concurrency_stays_when_more_requests_only_take_longer(clock: FakeClock) -> None:
    limiter = limiter_of(clock)
    for _ in range(50):
        # The instance works on one request after the other.
        saturate(limiter, 0.1 * limiter.state()["concurrency"])
    assert 1 < limiter.state()["concurrency"] <= 6
    assert limiter.state()["held_back"] == "LATENCY"


def test_latency_holds_nothing_back_while_no_request_is_sent(clock: FakeClock) -> None:
    limiter = limiter_of(clock)
    for _ in range(50):
        saturate(limiter, 0.1 * limiter.state()["concurrency"])
    clock.time += 3
    assert limiter.state()["requests_per_second"] == 0
    assert limiter.state()["held_back"] is None


def test_a_large_answer_may_take_longer_than_a_small_one(clock: FakeClock) -> None:
    limiter = limiter_of(clock, concurrency=9)
    for _ in range(20):
        saturate(limiter, 0.01, 10_000)
        saturate(limiter, 1.0, 1_198_000)
    assert limiter.state()["concurrency"] == 9


def test_streamed_files_raise_the_concurrency_whatever_time_they_take(clock: FakeClock) -> None:
    limiter = limiter_of(clock, concurrency=9)
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(limiter.slot(NEVER))
        for _ in range(5):
            clock.time += 100
            limiter.streamed()
    assert limiter.state()["concurrency"] == 5


@pytest.fixture(params=["server", "setting"])
def limited(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[AdaptiveLimiter]:
    """A limiter of 45 requests per second."""
    if request.param == "server":
        limiter = limiter_of(clock)
        limiter.allow(100, 2)
        yield limiter
    else:
        yield limiter_of(clock, requests_per_second=45)


def test_a_known_rate_is_never_exceeded(limited: AdaptiveLimiter, clock: FakeClock) -> None:
    send(limited, 451)
    assert clock.time - 100 == pytest.approx(10)
    assert limited.state()["held_back"] == "RATE_LIMIT"


def test_no_more_requests_are_under_way_than_the_cap() -> None:
    limiter = AdaptiveLimiter(Caps(concurrency=2))
    together = Barrier(2, timeout=10)
    lock = Lock()
    active = 0

    def send_one(_: int) -> int:
        nonlocal active
        with limiter.slot(NEVER):
            with lock:
                active += 1
                seen = active
            together.wait()
            with lock:
                active -= 1
        return seen

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(send_one, range(20))) == 2
