"""Files in portions: every file once, bounded by number and bytes, large ones alone."""

import uuid
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sidecar.migration.files.shards import (
    SHARD_BYTES,
    SHARD_FILES,
    UNIT_BYTES,
    UNIT_FILES,
    File,
    shard_of,
    shards_of,
    units_of,
)

FILE = File("", "name", "text/plain", 0, False, {"title": "Title"})
SIZES = st.lists(
    st.one_of(st.none(), st.integers(0, 1_000), st.integers(0, 2 * SHARD_BYTES)), max_size=300
)


def files_of(sizes: list[int | None]) -> list[File]:
    return [
        replace(FILE, id=str(uuid.UUID(int=number)), size=size) for number, size in enumerate(sizes)
    ]


@given(SIZES)
def test_shards_hold_every_file_once_and_stay_under_the_limits(sizes: list[int | None]) -> None:
    files = files_of(sizes)
    shards = list(shards_of(files))
    assert [file for shard in shards for file in shard.files] == files
    for shard in shards:
        assert len(shard.files) <= SHARD_FILES
        assert len(shard.files) == 1 or sum(file.size or 0 for file in shard.files) <= SHARD_BYTES


@given(SIZES)
def test_units_hold_every_file_once_and_only_small_ones_share_a_request(
    sizes: list[int | None],
) -> None:
    files = files_of(sizes)
    units = list(units_of(files))
    assert sorted((file for unit in units for file in unit), key=lambda file: file.id) == files
    for unit in units:
        assert len(unit) <= UNIT_FILES
        assert (
            len(unit) == 1
            or sum(file.size or UNIT_BYTES for file in unit if file.size != 0) <= UNIT_BYTES
        )


def test_a_file_that_an_earlier_run_left_goes_alone_and_is_not_shared() -> None:
    first, second, third = files_of([10, 10, 10])
    files = [first, replace(second, exists=True), third]
    assert sorted(len(unit) for unit in units_of(files)) == [1, 2]
    (shard,) = shards_of(files)
    assert not shard.shareable


def test_a_shard_is_the_same_after_it_was_plain_data() -> None:
    (shard,) = shards_of(files_of([1, 2]))
    assert shard_of(shard.id, shard.document()) == shard
    assert shard.shareable
