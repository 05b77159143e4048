"""Rows and bytes per second over the last ten seconds."""

from sidecar.jobs.rates import Rates


def test_a_steady_run_has_a_steady_rate() -> None:
    rates = Rates()
    for second in range(30):
        rate = rates.sample(float(second), 100 * second, 1_000 * second)
    assert rate == {"rows_per_second": 100.0, "bytes_per_second": 1_000.0}


def test_only_the_last_ten_seconds_count() -> None:
    rates = Rates()
    rates.sample(0.0, 0, 0)
    rates.sample(1.0, 1_000_000, 0)
    rates.sample(11.5, 1_000_000, 0)
    assert rates.sample(12.0, 1_000_000, 0)["rows_per_second"] == 0.0


def test_the_first_moment_and_a_second_pass_give_no_wild_rate() -> None:
    rates = Rates()
    rates.sample(0.0, 0, 0)
    assert rates.sample(0.001, 10, 0)["rows_per_second"] == 20.0
    assert rates.sample(1.0, 5, 0)["rows_per_second"] == 5.0
    assert Rates().sample(5.0, 1_000, 1_000) == {"rows_per_second": 0.0, "bytes_per_second": 0.0}
