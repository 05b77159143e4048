"""What a row of a singleton is at the destination, which shows one row only."""

from dataclasses import replace

import pytest

from sidecar.migration.compare.matcher import match_all
from sidecar.resources.base import Resource
from tests.unit.memory import MemoryRows, run_of

PAGE = Resource("page", "content", "/items/page", "id", "integer", ("id", "title"), singleton=True)


@pytest.mark.parametrize(
    ("source_keys", "destination_keys", "states"),
    [
        ([1], [], ["new"]),
        ([1, 2], [1], ["same", "new"]),
        ([1, 2], [1, 2], ["same", "same"]),
        # Its own row would disappear behind another one.
        ([1, 2], [7], ["different", "different"]),
        ([1, 2], [0, 1], ["same", "different"]),
        # It shows the row with the lowest key.
        ([1, 2], [1, 7], ["same", "new"]),
    ],
)
def test_a_row_of_the_destination_itself_is_never_hidden(
    source_keys: list[int], destination_keys: list[int], states: list[str]
) -> None:
    source, destination = MemoryRows(), MemoryRows()
    for rows, keys in ((source, source_keys), (destination, destination_keys)):
        rows.tables["page"] = {key: {"id": key, "title": f"Page {key}"} for key in keys}
    run = run_of(PAGE, source, destination)
    assert [one.state for page in match_all(run, PAGE) for one in page] == states


def test_rows_of_an_ordinary_collection_do_not_stand_for_each_other() -> None:
    source, destination = MemoryRows(), MemoryRows()
    source.tables["page"] = {1: {"id": 1, "title": "a"}}
    destination.tables["page"] = {7: {"id": 7, "title": "b"}}
    listed = replace(PAGE, singleton=False)
    run = run_of(listed, source, destination)
    assert [one.state for page in match_all(run, listed) for one in page] == ["new"]
