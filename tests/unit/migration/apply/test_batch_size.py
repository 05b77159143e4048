"""Batches: by bytes and by rows, shrinking when the destination says so."""

from hypothesis import given
from hypothesis import strategies as st

from sidecar.migration.apply.batch_size import TRIES, BatchSize
from sidecar.migration.instance.rows import EncodedRow


@given(st.lists(st.binary(max_size=50)), st.integers(1, 120), st.integers(1, 9))
def test_batches_hold_every_row_once_and_stay_under_the_limits(
    texts: list[bytes], size: int, most: int
) -> None:
    rows = [EncodedRow({"id": number}, text) for number, text in enumerate(texts)]
    limits = BatchSize(size, most)
    batches = list(limits.split(rows))
    assert [row for batch in batches for row in batch] == rows
    for batch in batches:
        body = b"[" + b",".join(row.json for row in batch) + b"]"
        assert len(batch) == 1 or (len(body) <= size and len(batch) <= most)


def test_the_limit_that_was_hit_shrinks_to_half_of_what_was_refused() -> None:
    limits = BatchSize(1000, 100)
    limits.shrink(600, 30, too_many=False)
    assert (limits.body_bytes, limits.rows) == (300, 100)
    limits.shrink(200, 30, too_many=True)
    assert (limits.body_bytes, limits.rows) == (300, 15)


def test_one_row_that_is_too_large_does_not_shrink_the_batches_of_the_others() -> None:
    limits = BatchSize(1000, 100)
    limits.shrink(5000, 1, too_many=False)
    assert limits == BatchSize(1000, 100)


def learn(limits: BatchSize, seconds_a_byte: float, refusals: int = 0) -> None:
    for _ in range(TRIES):
        limits.learn(limits.best, seconds_a_byte * limits.best, refusals)


def test_batches_grow_while_that_makes_rows_faster() -> None:
    limits = BatchSize(900_000, 1_000, best=100_000)
    learn(limits, 1.0)
    assert limits.best == 200_000
    learn(limits, 0.8)
    assert limits.best == 400_000
    for seconds_a_byte in (0.1, 0.05, 0.01):
        learn(limits, seconds_a_byte)
    assert limits.best == 800_000


def test_a_batch_that_is_hardly_quicker_was_the_last_to_grow() -> None:
    limits = BatchSize(900_000, 1_000, best=100_000)
    for seconds_a_byte in (1.0, 0.95, 0.1, 0.01):
        learn(limits, seconds_a_byte)
    assert limits.best == 200_000


def test_small_batches_say_nothing_of_large_ones() -> None:
    limits = BatchSize(900_000, 1_000, best=100_000)
    for _ in range(100):
        limits.learn(5_000, 1.0, 0)
    assert limits.best == 100_000


def test_batches_shrink_once_for_each_time_that_the_destination_asks_to_slow_down() -> None:
    limits = BatchSize(900_000, 1_000, best=400_000)
    learn(limits, 1.0, refusals=1)
    assert limits.best == 200_000
    learn(limits, 1.0, refusals=9)
    assert limits.best == 100_000
