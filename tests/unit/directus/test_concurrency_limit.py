"""How many requests at the same time: halved by refusals, raised by good answers."""

import pytest

from sidecar.directus.concurrency_limit import MAX_QUEUED, MIN_QUEUED, ConcurrencyLimit

KIND = "GET items a"


def full(maximum: int, initial: float) -> ConcurrencyLimit:
    """A limit that is used up."""
    limit = ConcurrencyLimit(maximum, initial)
    for _ in range(limit.value):
        limit.acquire()
    return limit


def test_the_first_limit_does_not_exceed_the_maximum() -> None:
    assert ConcurrencyLimit(2, 4.0).value == 2
    assert ConcurrencyLimit(16, 4.0).value == 4


def test_a_limit_is_full_until_a_request_ends() -> None:
    limit = full(16, 2.0)
    assert limit.is_full
    limit.release()
    assert not limit.is_full


def test_one_round_of_good_answers_adds_about_one_request() -> None:
    limit = full(16, 4.0)
    for _ in range(5):
        limit.adapt(queued=0.0)
    assert limit.value == 5


def test_a_limit_that_is_not_used_up_does_not_grow() -> None:
    limit = ConcurrencyLimit(16, 4.0)
    for _ in range(100):
        limit.adapt(queued=0.0)
    assert limit.value == 4


def test_a_limit_never_exceeds_its_maximum() -> None:
    limit = full(3, 3.0)
    limit.adapt(queued=0.0)
    assert limit.value == 3
    assert limit.held_back(is_idle=False) == "MOST_CONCURRENCY"


def test_refusals_never_stop_all_requests() -> None:
    limit = ConcurrencyLimit(16, 5.0)
    values = []
    for _ in range(4):
        limit.halve()
        values.append(limit.value)
    assert values == [2, 1, 1, 1]


@pytest.mark.parametrize(
    ("queued", "value"),
    [(MIN_QUEUED, 5), (MIN_QUEUED + 0.1, 4), (MAX_QUEUED, 4), (MAX_QUEUED + 0.1, 2)],
)
def test_the_queue_at_the_instance_decides_whether_the_limit_grows_or_falls(
    queued: float, value: int
) -> None:
    limit = full(16, 4.0)
    for _ in range(5):
        limit.adapt(queued)
    assert limit.value == value


def test_the_first_answer_of_a_kind_means_no_queue() -> None:
    limit = ConcurrencyLimit(16, 4.0)
    assert limit.measure(KIND, 5.0, 1000) == 0.0
    assert limit.measure("POST items a", 0.1, 1000) == 0.0


def test_answers_that_take_twice_as_long_mean_that_half_of_the_requests_queue() -> None:
    limit = ConcurrencyLimit(16, 4.0)
    limit.measure(KIND, 0.1, 1000)
    assert limit.measure(KIND, 0.2, 1000) == pytest.approx(2.0, rel=0.01)
    assert limit.held_back(is_idle=False) == "LATENCY"
    assert limit.held_back(is_idle=True) is None


def test_a_larger_answer_may_take_longer() -> None:
    limit = ConcurrencyLimit(16, 4.0)
    limit.measure(KIND, 0.1, 8_000)
    assert limit.measure(KIND, 1.0, 98_000) == pytest.approx(0.0, abs=0.01)
    assert limit.held_back(is_idle=False) is None


def test_a_fast_answer_of_long_ago_is_forgotten() -> None:
    limit = ConcurrencyLimit(16, 4.0)
    limit.measure(KIND, 0.1, 1000)
    queued = [limit.measure(KIND, 0.2, 1000) for _ in range(2000)]
    assert queued[0] > MIN_QUEUED
    assert queued[-1] == 0.0
