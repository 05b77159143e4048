"""Batches: by bytes and by rows, shrinking when the destination says so."""

from hypothesis import given
from hypothesis import strategies as st

from sidecar.migration.writing import BatchLimits


@given(st.lists(st.binary(max_size=50)), st.integers(1, 120), st.integers(1, 9))
def test_batches_hold_every_row_once_and_stay_under_the_limits(rows: list[bytes], size: int, most: int) -> None:
    limits = BatchLimits(size, most)
    batches = list(limits.split(rows))
    assert [position for batch in batches for position in batch] == list(range(len(rows)))
    for batch in batches:
        body = b"[" + b",".join(rows[position] for position in batch) + b"]"
        assert len(batch) == 1 or (len(body) <= size and len(batch) <= most)


def test_the_limit_that_was_hit_shrinks_to_half_of_what_was_refused() -> None:
    limits = BatchLimits(1000, 100)
    limits.shrink(600, 30, too_many=False)
    assert (limits.body_bytes, limits.rows) == (300, 100)
    limits.shrink(200, 30, too_many=True)
    assert (limits.body_bytes, limits.rows) == (300, 15)


def test_one_row_that_is_too_large_does_not_shrink_the_batches_of_the_others() -> None:
    limits = BatchLimits(1000, 100)
    limits.shrink(5000, 1, too_many=False)
    assert limits == BatchLimits(1000, 100)
