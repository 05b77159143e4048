"""The run of ``samples`` in a real Redis."""

from typing import Any

import pytest

from sidecar.jobs.keyspace import Keyspace
from tests.unit.jobs.samples import space_with_run


@pytest.fixture
def space(empty_redis: Any) -> Keyspace:
    """A keyspace with one run that has its destination and its token, but is in no queue."""
    return space_with_run(empty_redis)
