"""A deadline ends all requests that share it, at once when it is cancelled."""

import time
from collections.abc import Iterator
from threading import Thread

import pytest

from sidecar.directus.answer_memory import current_answer
from sidecar.directus.client import Directus
from sidecar.directus.deadline import Deadline
from sidecar.directus.memory_budget import MEGABYTE, Budget
from sidecar.directus.retry import LONG
from sidecar.errors import Cancelled, InvalidRequest, TookTooLong
from tests.stack.liar import Liar

URL = "http://destination"


@pytest.fixture
def server() -> Iterator[Liar]:
    with Liar() as server:
        server.every = server.drip
        yield server


def test_requests_under_way_end_when_it_is_cancelled(server: Liar) -> None:
    deadline = Deadline(60)
    errors: list[Exception] = []

    def ask() -> None:
        with Directus(server.url, "t", retry_policy=LONG, deadline=deadline) as client:
            try:
                client.get("/fields")
            except Cancelled as error:
                errors.append(error)

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert server.asked.acquire(timeout=10)
    began = time.monotonic()
    deadline.cancel()
    for thread in threads:
        thread.join(10)
    assert len(errors) == 2
    assert time.monotonic() - began < 3


def cancelled(client: Directus) -> None:
    with pytest.raises(Cancelled):
        client.get("/fields")


def test_it_knows_what_is_asked_for(server: Liar) -> None:
    deadline = Deadline(60)
    client = Directus(server.url, "t", retry_policy=LONG, deadline=deadline)
    assert deadline.asked is None
    thread = Thread(target=cancelled, args=(client,))
    thread.start()
    assert server.asked.acquire(timeout=10)
    assert deadline.asked == f"{server.url}/fields"
    deadline.cancel()
    thread.join(10)
    assert deadline.asked is None


def test_a_part_of_it_ends_no_later_and_shares_its_memory() -> None:
    budget = Budget()
    whole = Deadline(60, budget)
    part = whole.within(10)
    assert part.shorten(60) <= 10
    assert Deadline(1).within(10).shorten(60) <= 1

    def read() -> None:
        memory = current_answer()
        assert memory is not None
        memory.read(2 * MEGABYTE)
        assert budget.taken >= 2 * MEGABYTE

    part.count(read, URL, is_kept=True)
    with pytest.raises(TookTooLong):
        whole.within(0).require_time(URL)


def test_a_part_of_it_waits_no_longer_for_the_memory_of_others() -> None:
    budget = Budget()
    part = Deadline(60, budget).within(0.1)

    def read_much() -> None:
        memory = current_answer()
        assert memory is not None
        memory.resize(budget.for_one / 2)

    def read_beside_another() -> None:
        read_much()
        with pytest.raises(InvalidRequest, match="Other checks"):
            part.count(read_much, URL, is_kept=True)

    began = time.monotonic()
    Deadline(60, budget).count(read_beside_another, URL, is_kept=True)
    assert time.monotonic() - began < 10
