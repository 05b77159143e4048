"""The gate that closes when an instance asks to slow down."""

import pytest

from sidecar.directus.retry_gate import (
    MAX_RECOVERY_SECONDS,
    MAX_RETRY_AFTER_SECONDS,
    MIN_RECOVERY_SECONDS,
    PAUSE_SECONDS,
    RetryGate,
)


def test_a_new_gate_is_open_and_its_limits_may_grow() -> None:
    gate = RetryGate()
    assert not gate.is_closed(0.0)
    assert gate.recovered_at < 0


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        (None, PAUSE_SECONDS),
        (0.0, PAUSE_SECONDS),
        (7.0, 7.0),
        (86_400.0, MAX_RETRY_AFTER_SECONDS),
    ],
)
def test_the_gate_stays_closed_for_retry_after(retry_after: float | None, seconds: float) -> None:
    gate = RetryGate()
    gate.refuse(100.0, retry_after)
    assert gate.wait(100.0) == seconds
    assert gate.is_closed(100 + seconds - 0.1)
    assert not gate.is_closed(100 + seconds)


def test_a_shorter_retry_after_does_not_open_the_gate_early() -> None:
    gate = RetryGate()
    gate.refuse(100.0, 30)
    gate.refuse(101.0, 2)
    assert gate.wait(101.0) == 29


def test_refusals_that_follow_each_other_closely_count_once() -> None:
    gate = RetryGate()
    counted = [gate.refuse(now, 1) for now in (100.0, 100.4, 100.8, 101.2, 101.8)]
    assert counted == [True, False, False, False, True]
    assert gate.refusals == 2


def test_each_refusal_doubles_the_recovery_up_to_a_maximum() -> None:
    gate = RetryGate()
    recoveries = []
    for refusal in range(6):
        now = 1000.0 * refusal
        gate.refuse(now, 1)
        recoveries.append(gate.recovered_at - now)
    assert recoveries == [5, 10, 20, 40, 60, 60]
    assert (recoveries[0], recoveries[-1]) == (MIN_RECOVERY_SECONDS, MAX_RECOVERY_SECONDS)


def test_every_refusal_starts_the_recovery_anew() -> None:
    gate = RetryGate()
    gate.refuse(100.0, 1)
    gate.refuse(100.3, 1)
    assert gate.recovered_at == 100.3 + MIN_RECOVERY_SECONDS


def test_a_shortened_gate_opens_and_closes_only_briefly() -> None:
    gate = RetryGate()
    gate.refuse(100.0, 60)
    gate.shorten()
    assert not gate.is_closed(100.0)
    gate.refuse(101.0, 60)
    assert gate.wait(101.0) == PAUSE_SECONDS
