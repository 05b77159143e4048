"""The garbage collector, which long processes call less often."""

import gc
from collections.abc import Iterator

import pytest

from sidecar.collector import MAX_NEW_OBJECTS, collect_seldom


@pytest.fixture(autouse=True)
def threshold_as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_the_collector_waits_for_many_new_objects_and_spares_the_old_ones() -> None:
    collect_seldom()
    assert gc.get_threshold()[0] == MAX_NEW_OBJECTS
    assert gc.get_freeze_count() > 0
