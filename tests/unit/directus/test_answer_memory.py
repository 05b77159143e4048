"""The answers to all checks of a process together take a bounded memory, and no check waits for
another that waits."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest

from sidecar.directus.answer_memory import RECENT, STEP, Share, current_answer, size_of
from sidecar.directus.client import Directus
from sidecar.directus.deadline import Deadline
from sidecar.directus.memory_budget import FREE, MEGABYTE, Budget
from sidecar.directus.retry import ONCE
from sidecar.errors import AnswerTooLarge, Cancelled, InvalidRequest
from tests.stack import liar
from tests.stack.conditions import wait_until
from tests.stack.liar import Liar

URL = "http://destination/fields"
ROWS = [{"id": number, "text": "x" * 100} for number in range(20_000)]
SECONDS = 10.0


@pytest.fixture
def budget() -> Budget:
    return Budget(for_one=100 * MEGABYTE, for_others=20 * MEGABYTE)


@pytest.fixture
def server() -> Iterator[Liar]:
    with Liar() as server:
        server.attacks = {path: liar.data(ROWS) for path in ("/fields", "/items/a")}
        yield server


def share_of(budget: Budget, size: float, seconds: float = SECONDS) -> Share:
    share = Share(budget, time.monotonic() + seconds)
    take(share, size)
    return share


def take(share: Share, size: float, *, is_kept: bool = True) -> None:
    with share.answer(URL, is_kept=is_kept) as answer:
        answer.resize(size)


def test_one_check_alone_gets_everything(budget: Budget) -> None:
    share = share_of(budget, 100 * MEGABYTE)
    assert budget.taken == 100 * MEGABYTE
    share.close()
    assert budget.taken == 0


def test_one_check_gets_no_more_than_that(budget: Budget) -> None:
    share = share_of(budget, 60 * MEGABYTE)
    with pytest.raises(AnswerTooLarge, match="Use the command line"):
        take(share, 41 * MEGABYTE)
    assert budget.taken == 60 * MEGABYTE


def test_the_oldest_check_goes_on_whatever_the_others_hold(budget: Budget) -> None:
    oldest = share_of(budget, 2 * MEGABYTE)
    share_of(budget, 10 * MEGABYTE)
    share_of(budget, 10 * MEGABYTE)
    take(oldest, 98 * MEGABYTE)
    assert budget.taken == 120 * MEGABYTE


def test_another_check_is_refused_when_its_time_is_over(budget: Budget) -> None:
    share_of(budget, 2 * MEGABYTE)
    share_of(budget, 15 * MEGABYTE)
    with pytest.raises(InvalidRequest) as caught:
        share_of(budget, 6 * MEGABYTE, seconds=0)
    assert (caught.value.code, caught.value.status) == ("MEMORY_BUSY", 503)
    assert budget.taken == 17 * MEGABYTE


@pytest.mark.parametrize(("leaves", "left"), [(0, 40), (1, 22)], ids=["oldest", "other"])
def test_another_check_waits_until_one_is_over(budget: Budget, leaves: int, left: int) -> None:
    """The second oldest, which then is the oldest, takes nothing from the others."""
    earlier = [share_of(budget, 2 * MEGABYTE), share_of(budget, 20 * MEGABYTE)]
    waiting = Share(budget, time.monotonic() + SECONDS)
    thread = Thread(target=take, args=(waiting, 20 * MEGABYTE))
    thread.start()
    thread.join(0.2)
    assert thread.is_alive()
    earlier[leaves].close()
    thread.join(SECONDS)
    assert budget.taken == left * MEGABYTE


def test_a_check_that_waits_for_memory_ends_when_it_is_cancelled(budget: Budget) -> None:
    """Otherwise it would hold its place of the destination for the rest of its time."""
    share_of(budget, 2 * MEGABYTE)
    deadline = Deadline(60, budget)
    errors: list[Exception] = []

    def check() -> None:
        try:
            deadline.count(read_much, URL, is_kept=True)
        except Cancelled as error:
            errors.append(error)

    def read_much() -> None:
        memory = current_answer()
        assert memory is not None
        memory.resize(30 * MEGABYTE)

    thread = Thread(target=check)
    thread.start()
    thread.join(0.2)
    assert thread.is_alive()
    deadline.cancel()
    thread.join(SECONDS)
    assert len(errors) == 1
    deadline.close()
    assert budget.taken == 2 * MEGABYTE


def test_a_thread_that_outlives_its_check_takes_no_memory(budget: Budget) -> None:
    share = share_of(budget, 5 * MEGABYTE)
    share.close()
    with pytest.raises(Cancelled):
        take(share, 5 * MEGABYTE)
    assert budget.taken == 0


def test_what_is_free_needs_nobody(budget: Budget) -> None:
    share_of(budget, 100 * MEGABYTE)
    share_of(budget, 20 * MEGABYTE)
    share_of(budget, FREE, seconds=0)


def test_only_the_last_answers_count_where_they_are_not_kept(budget: Budget) -> None:
    share = Share(budget)
    for _ in range(20):
        take(share, 2 * MEGABYTE, is_kept=False)
    assert budget.taken == RECENT * 2 * MEGABYTE
    take(share, 3 * MEGABYTE)
    assert budget.taken == (RECENT * 2 + 3) * MEGABYTE


def test_an_answer_that_fails_gives_its_memory_back(budget: Budget) -> None:
    share = Share(budget)
    with suppress(OSError), share.answer(URL, is_kept=True) as answer:
        answer.read(30 * MEGABYTE)
        assert budget.taken > 60 * MEGABYTE
        raise OSError
    assert budget.taken == 0
    assert current_answer() is None


@pytest.mark.parametrize("value", ["{}", "[]", '{"a":1}', "[1]", '"text"', "1.5"])
def test_what_a_document_will_take_is_known_before_it_is_parsed(budget: Budget, value: str) -> None:
    content = f"[{','.join([value] * 300_000)}]"
    with Share(budget).answer(URL, is_kept=True) as answer:
        answer.parse(content.encode())
        assert 1.3 * answer.size > size_of(json.loads(content)) + len(content)
        answer.parsed([])
        assert answer.size < STEP


def test_a_client_counts_what_it_reads_until_the_deadline_is_closed(
    server: Liar, budget: Budget
) -> None:
    deadline = Deadline(SECONDS, budget)
    client = Directus(server.url, "t", retry_policy=ONCE, deadline=deadline)
    assert client.get("/fields") == ROWS
    kept = budget.taken
    assert 0.9 * size_of(ROWS) < kept < 1.1 * size_of(ROWS)
    for _ in range(RECENT + 2):
        client.search("/items/a", {})
    assert budget.taken < (RECENT + 1.1) * kept
    deadline.close()
    assert budget.taken == 0


def test_an_answer_for_which_there_is_no_memory_is_given_up(server: Liar, budget: Budget) -> None:
    small = Budget(for_one=2 * MEGABYTE, for_others=0)
    client = Directus(server.url, "t", retry_policy=ONCE, deadline=Deadline(SECONDS, small))
    with pytest.raises(AnswerTooLarge):
        client.get("/fields")
    assert small.taken == 0


def test_checks_that_all_wait_for_memory_all_end(server: Liar) -> None:
    """Each needs more than all but the oldest may have together."""
    narrow = Budget(for_one=20 * MEGABYTE, for_others=6 * MEGABYTE)
    results: list[Any] = []

    def check() -> None:
        deadline = Deadline(30, narrow)
        client = Directus(server.url, "t", retry_policy=ONCE, deadline=deadline)
        try:
            results.append([client.get("/fields"), client.get("/fields")])
        finally:
            deadline.close()

    threads = [Thread(target=check) for _ in range(5)]
    for thread in threads:
        thread.start()
    wait_until(lambda: not any(thread.is_alive() for thread in threads), 40)
    assert len(results) == 5
    assert narrow.taken == 0
