"""The time of an instance, also if it sends a date that cannot be."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from sidecar.directus.retry import ONCE
from sidecar.directus.server_time import server_time


class Dated:
    """An instance whose answers have this date."""

    def __init__(self, date: str) -> None:
        self._headers = {"Date": date} if date else {}

    @contextmanager
    def open(self, path: str) -> Iterator[Any]:
        yield SimpleNamespace(headers=self._headers)


def test_the_date_of_the_answer_counts() -> None:
    assert time_of("Thu, 01 Jan 1970 00:01:00 GMT") == 60


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Thu, 01 Jan 1970 00:01:00 +9900",
        f"Thu, 01 Jan 1970 00:01:00 +{10**20}",
    ],
)
def test_without_a_date_that_can_be_this_machine_tells_the_time(date: str) -> None:
    before = time.time()
    assert before <= time_of(date) <= time.time()


def time_of(date: str) -> float:
    return server_time(Dated(date), ONCE)  # type: ignore[arg-type]
