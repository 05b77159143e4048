"""What rows lose on their way is counted of those that are written."""

import pytest

from sidecar.migration.compare.matcher import RowMatch, State
from sidecar.migration.compare.unwritable import count_losses
from sidecar.migration.mapping.row_mapper import MappedRow
from sidecar.migration.values.conversion import Loss

LOSS = Loss("ROUNDED", "is rounded")


@pytest.mark.parametrize(
    ("state", "barred", "counted"),
    [
        ("new", (), 1),
        ("same", (), 1),
        ("barred", ("head",), 0),
        # It is written before the target of the reference is known to be missing.
        ("new", ("head",), 1),
    ],
)
def test_losses_of_rows_that_are_written_count(
    state: State, barred: tuple[str, ...], counted: int
) -> None:
    mapped = MappedRow({}, 1, 1, barred=barred, lossy_columns={"price": LOSS})
    losses = count_losses([RowMatch(state, {}, mapped, None)])
    assert losses.total() == counted
